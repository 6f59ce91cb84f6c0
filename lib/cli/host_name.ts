/**
 * What may be given to the kernel, and to a shell, as a host name.
 *
 * @module
 */

// include/uapi/linux/utsname.h: __NEW_UTS_LEN
const LONGEST = 64;

/**
 * Checks a host name or an NIS domain name. The kernel would take any 64
 * bytes; hostname(7) allows letters, digits, hyphens and dots, and nothing
 * else is safe in a prompt or on a command line.
 *
 * @param name The name.
 * @returns What is wrong with it, or undefined.
 */
export function checkHostName(name: string): string | undefined {
  if (new TextEncoder().encode(name).length > LONGEST) {
    return `a name has at most ${LONGEST} bytes`;
  }
  if (!/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name)) {
    return "a name has letters, digits, dots and inner hyphens only";
  }
  return undefined;
}
