/**
 * Which package brings a program, and how this distribution installs one.
 *
 * @module
 */

/** Package by program. */
type Packages = Readonly<Record<string, string>>;

/** The names that most distributions use. */
const USUAL: Packages = {
  unshare: "util-linux",
  setpriv: "util-linux",
  pivot_root: "util-linux",
  mount: "util-linux",
  umount: "util-linux",
  ipcmk: "util-linux",
  ipcs: "util-linux",
  hostname: "hostname",
  domainname: "hostname",
  ip: "iproute2",
  sed: "sed",
  find: "findutils",
  sh: "dash",
  cp: "coreutils",
  ln: "coreutils",
  readlink: "coreutils",
  chmod: "coreutils",
  mkdir: "coreutils",
  nice: "coreutils",
  touch: "coreutils",
};

/** Distributions that install alike. */
interface Family {
  /** What is found in ID or ID_LIKE of os-release(5). */
  readonly ids: RegExp;
  /** The command, before the name of a package. */
  readonly install: string;
  /** Packages that have another name than the usual one. */
  readonly packages: Packages;
}

const DEBIAN: Family = {
  ids: /debian|ubuntu/,
  install: "apt install",
  packages: { mount: "mount", umount: "mount" },
};

const ALPINE: Family = {
  ids: /alpine/,
  install: "apk add",
  packages: {
    unshare: "util-linux-misc",
    pivot_root: "util-linux-misc",
    ipcmk: "util-linux-misc",
    ipcs: "util-linux-misc",
    setpriv: "setpriv",
    mount: "mount",
    umount: "umount",
    hostname: "net-tools",
    domainname: "net-tools",
  },
};

const FAMILIES: readonly Family[] = [
  DEBIAN,
  ALPINE,
  {
    ids: /fedora|rhel|centos/,
    install: "dnf install",
    packages: { ip: "iproute" },
  },
  {
    ids: /arch/,
    install: "pacman -S",
    packages: { hostname: "inetutils", domainname: "yp-tools" },
  },
  { ids: /suse/, install: "zypper install", packages: {} },
];

/**
 * Whether it is known which package brings a program.
 *
 * @param program Its name.
 * @returns True if it is; a name that is not known may be misspelt.
 */
export function isKnown(program: string): boolean {
  return Object.hasOwn(USUAL, program);
}

/**
 * The command that installs a program.
 *
 * @param program Its name.
 * @param osRelease The text of os-release(5); undefined where it is unknown.
 * @returns A command line without sudo; for a distribution that is not known
 * those of Debian and of Alpine.
 *
 * @example Usage
 * ```ts
 * import { installCommand } from "./packages.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(installCommand("ip", "ID=fedora"), "dnf install iproute");
 * ```
 */
export function installCommand(
  program: string,
  osRelease: string | undefined,
): string {
  const command = ({ install, packages }: Family) =>
    `${install} ${packages[program] ?? USUAL[program] ?? program}`;
  const ids = osRelease?.match(/^ID(_LIKE)?=.*$/gm)?.join() ?? "";
  const family = FAMILIES.find((family) => family.ids.test(ids));
  return family === undefined
    ? `${command(DEBIAN)}   # Alpine: ${command(ALPINE)}`
    : command(family);
}
