/**
 * A time namespace: a boot clock of its own, and the same date.
 *
 * Run it: deno run --allow-run=deno,unshare scripts/time.ts
 *     or: deno run -A scripts/time.ts           (it looks at /proc by itself)
 * Read: man 7 time_namespaces
 */

import {
  checkBoottime,
  isUptimeCovered,
  readOffsets,
  readUptime,
  UPTIME_TICK,
} from "../lib/kernel/clocks.ts";
import { claim, defineLab, separate } from "../lib/lab/lab.ts";
import { runLab } from "../lib/lab/run_lab.ts";

const COVERED = "a file is mounted over /proc/uptime: lxcfs does that";

const iso = (date: number): string => new Date(date).toISOString();

export const lab = defineLab({
  name: "time",
  shows: "A machine that has been up for longer than it has",
  script: import.meta.url,

  options: {
    boottime: {
      value: "SECONDS",
      default: "86400",
      help: "what to add to the boot clock inside (86400: a day)",
      check: checkBoottime,
    },
  },

  isolates: ["time"],
  // The offsets can be written only while nobody is inside: unshare does it
  // before it starts its child, the first process in there.
  flags: ({ boottime }) => ["--time", "--boottime", boottime],

  // The date before: the inside has to come after, the outside after that.
  prepare: () => ({ given: { since: Date.now() }, close() {} }),

  // What one process can see. This runs outside and inside.
  observe: () => ({ uptime: readUptime(), offsets: readOffsets() }),

  attempt: ({ since }) => ({
    since,
    date: Date.now(),
    covered: isUptimeCovered(),
  }),

  show: ({ uptime, offsets }) =>
    `uptime           ${uptime.toFixed(2)} s
boot clock       ${offsets.boottime} s added
monotonic clock  ${offsets.monotonic} s added`,

  // The offsets of the inside, as the outside reads them.
  inspect: (pid) => ({ pid, offsets: readOffsets(pid) }),

  claims({ before, inside, outside, peer, tried, values }) {
    const asked = Number(values.boottime);
    const shift = asked - before.offsets.boottime;
    // /proc/uptime is rounded down: each true value is less than a tick more.
    const uptime = inside.uptime - shift;
    const moved = before.uptime < uptime + UPTIME_TICK &&
      uptime < outside.uptime + UPTIME_TICK;
    const { since, date, covered } = tried.inside;
    const undecided = shift === 0 && `outside it is ${asked} s already`;
    return [
      separate("time", { inside, outside }),
      claim(
        "The boot clock inside is another one",
        moved,
        `up for ${inside.uptime} s inside, and between ${before.uptime} s ` +
          `and ${outside.uptime} s outside: ${shift} s were added`,
        covered ? COVERED : undecided,
      ),
      claim(
        "The boot clock outside did not move",
        outside.offsets.boottime === before.offsets.boottime &&
          inside.offsets.boottime === asked,
        `${inside.offsets.boottime} s were added inside, ` +
          `${outside.offsets.boottime} s outside`,
        undecided,
      ),
      claim(
        "The outside sees the offset of the inside",
        peer.offsets.boottime === asked,
        `/proc/${peer.pid}/timens_offsets outside: ` +
          `boottime ${peer.offsets.boottime}`,
        undecided,
      ),
      claim(
        "The date did not move with the boot clock",
        moved && since <= date && date <= tried.outside.date,
        `${iso(date)} inside, between ${iso(since)} and ` +
          `${iso(tried.outside.date)} outside`,
        covered ? COVERED : undecided,
      ),
    ];
  },

  bash: (unshare) =>
    `cat /proc/uptime; date
${unshare} sh -c '
  cat /proc/uptime; date
  cat /proc/self/timens_offsets
'
cat /proc/self/timens_offsets`,

  hints: [
    "cat /proc/uptime                 seconds since this machine seems to run",
    "date                             the same as outside: not in here",
    "cat /proc/self/timens_offsets    what is added to the two clocks",
  ],
});

if (import.meta.main) Deno.exit(await runLab(lab));
