/**
 * What kind of machine this is, as far as it decides what may be done here.
 *
 * @module
 */

import type { NsLinks } from "../kernel/ns_links.ts";

/** Contents of files by path, as in facts.ts. */
/** Contents of files, by path. */
export type Files = Readonly<Record<string, string>>;

/** A kind of container: its name, and how to get one that may do everything. */
export interface Container {
  /** The name, for example `Docker`. */
  name: string;
  /** What mends it: a command, or a setting. */
  remedy: string;
}

/** The files by which containers give themselves away, surest first. */
const MARKS: readonly (readonly [string, RegExp, Container])[] = [
  ["/run/secrets/kubernetes.io/serviceaccount/namespace", /^/, {
    name: "Kubernetes",
    remedy: "securityContext: { privileged: true }   # in the pod's manifest",
  }],
  ["/run/.containerenv", /^/, {
    name: "Podman",
    remedy: "podman run --privileged IMAGE",
  }],
  ["/.dockerenv", /^/, {
    name: "Docker",
    remedy: "docker run --privileged IMAGE",
  }],
  ["/run/systemd/container", /^lxc/, {
    name: "LXC",
    remedy: "lxc config set CONTAINER security.nesting=true   # on the host",
  }],
];

/**
 * The numbers of the first namespaces, which the kernel fixes: IPC_NS_INIT_INO
 * and its kin in include/uapi/linux/nsfs.h. A container has others. A machine
 * whose disk was made from the image of one has the file, and these.
 */
export const FIRST: Readonly<NsLinks> = {
  ipc: "ipc:[4026531839]",
  uts: "uts:[4026531838]",
  pid: "pid:[4026531836]",
  user: "user:[4026531837]",
};

/**
 * The container that a process is in.
 *
 * @param files Contents by path.
 * @param namespaces The links in /proc/self/ns.
 * @returns The container; undefined where no file names one, and where the
 * namespaces are those that the machine started with.
 */
export function containerOf(
  files: Files,
  namespaces: NsLinks,
): Container | undefined {
  if (["ipc", "uts", "pid"].every((type) => namespaces[type] === FIRST[type])) {
    return undefined;
  }
  const mark = MARKS.find(([path, content]) =>
    files[path] !== undefined && content.test(files[path])
  );
  if (mark !== undefined) return mark[2];
  const name = files["/run/systemd/container"]?.trim();
  return name ? { name, remedy: "run it outside of the container" } : undefined;
}

/**
 * The version of the Windows Subsystem for Linux: 1 translates system calls, 2
 * is a virtual machine with a kernel of Microsoft's.
 *
 * @param files Contents by path.
 * @returns 1 or 2; undefined elsewhere.
 */
export function wslOf(files: Files): 1 | 2 | undefined {
  const version = files["/proc/version"] ?? "";
  if (!/microsoft/i.test(version)) return undefined;
  return /^Linux version 4\.4\.0-\d+-Microsoft/.test(version) ? 1 : 2;
}

/**
 * Whether gVisor plays the kernel: its version has always had this date.
 *
 * @param files Contents by path.
 * @returns True if so.
 */
export function isGvisor(files: Files): boolean {
  return /gvisor|Sun Jan 10 15:06:54 PST 2016/i
    .test(files["/proc/version"] ?? "");
}

/**
 * Whether the hardware is virtual: cpuinfo says so on x86, DMI names it.
 *
 * @param files Contents by path.
 * @returns The maker's name, "" where it has none; undefined on bare metal.
 */
export function virtualMachineOf(files: Files): string | undefined {
  const hardware = [
    files["/sys/class/dmi/id/sys_vendor"],
    files["/sys/class/dmi/id/product_name"],
  ].map((text) => text?.trim()).filter(Boolean).join(" ");
  if (/^flags\s*:.*\bhypervisor\b/m.test(files["/proc/cpuinfo"] ?? "")) {
    return hardware;
  }
  return /QEMU|KVM|VMware|VirtualBox|Virtual Machine|Parallels|Amazon EC2/
      .test(hardware)
    ? hardware
    : undefined;
}

/**
 * The machine in a few words.
 *
 * @param files Contents by path.
 * @param namespaces The links in /proc/self/ns.
 * @param chroot Whether the process is in a chroot.
 * @returns From the inside out: "chroot in Docker container in WSL 2".
 */
export function describeEnvironment(
  files: Files,
  namespaces: NsLinks,
  chroot: boolean,
): string {
  const container = containerOf(files, namespaces);
  return [
    ...chroot ? ["chroot"] : [],
    ...container === undefined ? [] : [`${container.name} container`],
    describeGround(files),
  ].join(" in ");
}

function describeGround(files: Files): string {
  if (isGvisor(files)) return "gVisor";
  const wsl = wslOf(files);
  if (wsl !== undefined) return `WSL ${wsl}`;
  const maker = virtualMachineOf(files);
  if (maker === undefined) return "bare metal";
  return `virtual machine${maker && ` (${maker})`}`;
}
