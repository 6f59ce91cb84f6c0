/**
 * A process whose threads disagree: a worker, which is a thread, moves to UTS
 * and IPC namespaces of its own, and the main thread asks for a time namespace,
 * which only its children would be in. Then it holds still.
 *
 * @module
 */

const CLONE_NEWTIME = 0x0000_0080;
const CLONE_NEWUTS = 0x0400_0000;
const CLONE_NEWIPC = 0x0800_0000;

/** The same file, under another name. */
const WORKER = new URL("?worker", import.meta.url).href;

function unshare(flags: number): void {
  const libc = Deno.dlopen("libc.so.6", {
    unshare: { parameters: ["i32"], result: "i32" },
  });
  if (libc.symbols.unshare(flags) !== 0) throw new Error("Cannot unshare");
}

if (import.meta.url !== WORKER) {
  unshare(CLONE_NEWTIME);
  const worker = new Worker(WORKER, { type: "module" });
  worker.onmessage = () => {
    console.log("ready");
    while (Deno.stdin.readSync(new Uint8Array(16)));
    Deno.exit();
  };
} else {
  unshare(CLONE_NEWUTS | CLONE_NEWIPC);
  // The types are those of a main thread, which has no parent to tell.
  const { postMessage } = globalThis as unknown as Pick<Worker, "postMessage">;
  postMessage("ready");
}
