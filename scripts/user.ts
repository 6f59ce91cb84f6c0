/**
 * A user namespace: user ids and capabilities of its own.
 *
 * Run it: deno run --allow-run=deno,unshare scripts/user.ts
 *     or: deno run -A scripts/user.ts           (it looks at /proc by itself)
 * Read: man 7 user_namespaces, man 7 capabilities
 */

import { wrap } from "../lib/cli/wrap.ts";
import { capabilityNames, lastCapability } from "../lib/kernel/capabilities.ts";
import { readIdMap } from "../lib/kernel/id_map.ts";
import { canRead, mayHurry, ownerOf } from "../lib/kernel/powers.ts";
import { readStatus } from "../lib/kernel/status.ts";
import { claim, defineLab, separate } from "../lib/lab/lab.ts";
import { runLab } from "../lib/lab/run_lab.ts";

export const lab = defineLab({
  name: "user",
  shows: "One process with two user ids: root is relative",
  script: import.meta.url,

  isolates: ["user"],

  // An ordinary user becomes root inside. Whoever is root already becomes user
  // 1000 instead and keeps the capabilities, so that the difference shows.
  flags: (_, { uid }) =>
    uid === 0
      ? ["--user", "--map-user=1000", "--map-group=1000", "--keep-caps"]
      : ["--user", "--map-root-user"],

  // What one process can see. This runs outside and inside.
  observe() {
    const { uid, gid, capabilities } = readStatus();
    return {
      uid,
      gid,
      uidMap: readIdMap("uid_map"),
      gidMap: readIdMap("gid_map"),
      capabilities: capabilityNames(capabilities),
    };
  },

  // What one process may do: own a pipe, read a secret, hurry.
  attempt: () => ({
    pipe: ownerOf("/proc/self/fd/1"),
    shadow: canRead("/etc/shadow"),
    hurries: mayHurry(),
  }),

  show({ uid, gid, uidMap, gidMap, capabilities }, rows = Infinity) {
    const map = (ranges: typeof uidMap) =>
      ranges.map((r) => `${r.inside} ${r.outside} ${r.count}`).join(", ");
    const names = [`${capabilities.length}:`, ...capabilities];
    let list = wrap(capabilities.length ? names.join(" ") : "none", 64);
    if (list.length > rows) list = [list[0]!, "... (--all shows them)"];
    return `uid             ${uid}
gid             ${gid}
uid_map         ${map(uidMap) || "(nothing is mapped)"}
gid_map         ${map(gidMap) || "(nothing is mapped)"}
capabilities    ${list.join(`\n${" ".repeat(16)}`)}`;
  },

  // The same process, and the same pipe, as the outside sees them.
  inspect: (pid) => ({
    pid,
    uid: readStatus(pid).uid,
    pipe: ownerOf(`/proc/${pid}/fd/1`),
    lastCapability: lastCapability(),
  }),

  claims({ inside, outside, peer, tried }) {
    const all = peer.lastCapability + 1;
    // To be root says nothing by itself: it may be so outside as well.
    const isolated = inside.namespaces.user !== outside.namespaces.user;
    return [
      separate("user", { inside, outside }),
      claim(
        "One process has two user ids",
        inside.uid !== peer.uid && peer.uid === outside.uid,
        `uid ${inside.uid} inside, ` +
          `uid ${peer.uid} in /proc/${peer.pid}/status outside`,
      ),
      claim(
        "One file has two owners",
        tried.inside.pipe.inode === peer.pipe.inode &&
          tried.inside.pipe.uid === inside.uid &&
          peer.pipe.uid === peer.uid && inside.uid !== peer.uid,
        `its pipe, inode ${peer.pipe.inode}, is of uid ` +
          `${tried.inside.pipe.uid} inside, ${peer.pipe.uid} outside`,
      ),
      claim(
        "It has every capability inside",
        isolated && inside.capabilities.length === all,
        `${inside.capabilities.length} of ${all} inside, ` +
          `${outside.capabilities.length} outside`,
      ),
      claim(
        "The capabilities end where the namespace ends",
        isolated && inside.capabilities.includes("CAP_SYS_NICE") &&
          tried.inside.hurries === false,
        `${inside.capabilities.length} capabilities inside, and nice -n -1 ` +
          (tried.inside.hurries ? "works" : "is refused"),
        isolated &&
          (tried.inside.hurries === null
            ? "nice(1) does not tell, or the niceness is the lowest already"
            : tried.inside.hurries && tried.outside.hurries === true &&
              "you may lower the niceness outside, too"),
      ),
      claim(
        "Capabilities inside do not open root's secrets outside",
        isolated && tried.inside.shadow === false,
        `opening /etc/shadow ${tried.inside.shadow ? "works" : "is refused"}`,
        tried.outside.shadow !== false &&
          (tried.outside.shadow
            ? "you may read /etc/shadow outside, too"
            : "there is no /etc/shadow"),
      ),
    ];
  },

  bash: (unshare) =>
    `id -u; cat /proc/self/uid_map
${unshare} sh -c '
  id -u; cat /proc/self/uid_map
  grep CapEff /proc/self/status
  cat /etc/shadow >/dev/null && echo "readable, as it is outside" ||
    echo "root, and yet not allowed"
'`,

  hints: [
    "id                       who you are in here",
    "cat /proc/self/uid_map   and who that is outside: inside, outside, count",
    "ls -ln /                 your ids are mapped, all others show as 65534",
    "chown 1:1 FILE           refused (EINVAL): uid 1 does not exist in here",
  ],
});

if (import.meta.main) Deno.exit(await runLab(lab));
