/**
 * A mount namespace: a table of mount points of its own.
 *
 * Run it: deno run --allow-run=deno,unshare scripts/mount.ts
 *     or: deno run -A scripts/mount.ts          (it looks at /proc by itself)
 * Read: man 7 mount_namespaces
 */

import { table } from "../lib/cli/table.ts";
import { tryToList } from "../lib/kernel/list_directory.ts";
import { type Mount, readMounts } from "../lib/kernel/mountinfo.ts";
import { claim, defineLab, separate } from "../lib/lab/lab.ts";
import { runLab } from "../lib/lab/run_lab.ts";

// An empty place that nearly every machine has. Nothing is created there: the
// inside covers it, for itself alone.
const PLACE = "/mnt";
const SOURCE = "nslab";
const FILE = `${PLACE}/only-inside`;

// By its source: where PLACE is a link, the table has another mount point.
const mine = (mounts: Mount[]): Mount | undefined =>
  mounts.find(({ source }) => source === SOURCE);

export const lab = defineLab({
  name: "mount",
  shows: "A file system that is mounted inside and nowhere else",
  script: import.meta.url,

  isolates: ["mnt"],
  flags: () => ["--mount"],

  // A tmpfs lives in memory and dies with its last mount.
  act: () => [
    ["mount", "-t", "tmpfs", SOURCE, PLACE],
    ["touch", FILE],
  ],

  // What one process can see. This runs outside and inside.
  observe() {
    return { mounts: readMounts() };
  },

  // Both sides look into the same directory.
  attempt() {
    return { files: tryToList(PLACE) };
  },

  show({ mounts }, rows) {
    return table(
      ["MOUNT POINT", "ROOT", "FS TYPE"],
      mounts.map(({ mountPoint, root, fsType }) => [mountPoint, root, fsType]),
      rows,
    );
  },

  // The outside can read the table of the inside, and walk into its tree.
  inspect(pid) {
    return {
      pid,
      mounts: readMounts(pid),
      files: tryToList(`/proc/${pid}/root${PLACE}`),
    };
  },

  claims({ before, inside, outside, peer, tried }) {
    // In a shell of this very lab the outside has all that, too.
    const undecided = mine(before.mounts) !== undefined &&
      `a tmpfs of this lab is on ${PLACE} outside, too`;
    const list = (files: string[] | null) => `[${files?.join(" ")}]`;
    return [
      separate("mnt", { inside, outside }),
      claim(
        "The tmpfs is in the table of the inside only",
        mine(inside.mounts) !== undefined && mine(outside.mounts) === undefined,
        `of ${inside.mounts.length} mounts inside and ` +
          `${outside.mounts.length} outside`,
        undecided,
      ),
      claim(
        `${PLACE} is the same path in two different trees`,
        tried.inside.files?.join() === "only-inside" &&
          tried.outside.files?.includes("only-inside") === false,
        `inside it holds ${list(tried.inside.files)}, ` +
          `outside ${list(tried.outside.files)}`,
        tried.outside.files === null
          ? `you may not read ${PLACE} outside`
          : undecided,
      ),
      claim(
        "The outside can look into the inside through /proc",
        mine(peer.mounts) !== undefined &&
          peer.files?.join() === "only-inside",
        `/proc/${peer.pid}/root${PLACE} holds ${list(peer.files)}`,
      ),
    ];
  },

  bash: (unshare) =>
    `ls ${PLACE}
${unshare} sh -c '
  mount -t tmpfs ${SOURCE} ${PLACE}
  touch ${FILE}
  ls ${PLACE}; grep " ${PLACE} " /proc/self/mountinfo
'
ls ${PLACE}
grep " ${PLACE} " /proc/self/mountinfo || echo "nothing is mounted on ${PLACE}"`,

  hints: [
    `ls ${PLACE}                  the file; the same path outside has none`,
    "findmnt                  your table of mount points",
    `umount ${PLACE}              it is yours: outside nothing changes`,
  ],
});

if (import.meta.main) Deno.exit(await runLab(lab));
