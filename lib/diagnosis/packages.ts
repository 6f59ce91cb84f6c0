/**
 * Which package brings a program, and how this distribution installs one.
 *
 * @module
 */

/** Programs whose package has another name: on Debian, on Alpine. */
const PACKAGES: Readonly<Record<string, readonly [string, string]>> = {
  unshare: ["util-linux", "util-linux-misc"],
  setpriv: ["util-linux", "setpriv"],
  ipcmk: ["util-linux", "util-linux-misc"],
  ipcs: ["util-linux", "util-linux-misc"],
  mount: ["mount", "mount"],
  umount: ["mount", "umount"],
  hostname: ["hostname", "net-tools"],
  domainname: ["hostname", "net-tools"],
  ip: ["iproute2", "iproute2"],
  nice: ["coreutils", "coreutils"],
  touch: ["coreutils", "coreutils"],
};

/** How each family of distributions installs, by ID or ID_LIKE. */
const INSTALLERS: readonly (readonly [RegExp, string])[] = [
  [/debian|ubuntu/, "apt install"],
  [/alpine/, "apk add"],
  [/fedora|rhel|centos/, "dnf install"],
  [/arch/, "pacman -S"],
  [/suse/, "zypper install"],
];

/**
 * The command that installs a program.
 *
 * @param program Its name.
 * @param osRelease The text of os-release(5); undefined where it is unknown.
 * @returns A command line without sudo; for a distribution that is not known
 * those of Debian and of Alpine.
 */
export function installCommand(
  program: string,
  osRelease: string | undefined,
): string {
  const [debian, alpine] = PACKAGES[program] ?? [program, program];
  const names = osRelease?.match(/^ID(_LIKE)?=.*$/gm)?.join() ?? "";
  const installer = INSTALLERS.find(([family]) => family.test(names))?.[1];
  return installer === undefined
    ? `apt install ${debian}   # Alpine: apk add ${alpine}`
    : `${installer} ${installer === "apk add" ? alpine : debian}`;
}
