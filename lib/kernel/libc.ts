/**
 * The few calls of the C library that Deno has no function for. They take
 * permission for FFI, which every process that may read /proc has: for /proc,
 * Deno wants each kind of permission in full.
 *
 * @module
 */

/** The calls as Deno wants them described. */
export const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  ioctl: { parameters: ["i32", "usize"], result: "i32" },
  readlinkat: {
    parameters: ["i32", "buffer", "buffer", "usize"],
    result: "i32",
  },
  // glibc has it since 2.30, and musl under another name.
  getdents64: {
    parameters: ["i32", "buffer", "usize"],
    result: "i32",
    optional: true,
  },
} as const satisfies Deno.ForeignLibraryInterface;

/**
 * The calls: open(2), close(2), ioctl(2) without argument, readlinkat(2),
 * and getdents64(2), which may be null.
 */
export type Libc = Deno.StaticForeignLibraryInterface<typeof SYMBOLS>;

/** O_RDONLY | O_CLOEXEC, on x86-64 and arm64 alike. */
export const O_RDONLY = 0o2000000;
/** O_PATH | O_CLOEXEC: only to see what is there, which never blocks. */
export const O_PATH = 0o12000000;

/** glibc's, and musl's on Alpine and elsewhere. */
const NAMES = [
  "libc.so.6",
  `libc.musl-${Deno.build.arch}.so.1`,
  "libc.so",
];

/**
 * Loads the C library.
 *
 * @param names What it may be called.
 * @returns The calls, or undefined where there is none of that name.
 */
export function openLibc(names: readonly string[] = NAMES): Libc | undefined {
  for (const name of names) {
    try {
      return Deno.dlopen(name, SYMBOLS).symbols;
    } catch {
      // Another name, or a linker script in place of a library.
    }
  }
  return undefined;
}

/**
 * A path as the C library takes it.
 *
 * @param path The path, without NUL.
 * @returns Its bytes, and a NUL.
 */
export function cString(path: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${path}\0`);
}
