import { Netmask } from "netmask";

/** Arithmetic on IPv4 blocks, over the netmask library, which takes more forms than AWS does. */

/** Undefined for anything but four decimal numbers up to 255 without leading zeros, a slash, and 0 to 32. */
export function parseBlock(text: unknown): Netmask | undefined {
  if (typeof text !== "string") {
    return undefined;
  }
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) {
    return undefined;
  }
  const numbers = match.slice(1).map(Number);
  const written = match.slice(1, 6).every((part, index) => part === String(numbers[index]));
  const inRange = numbers.every((number, index) => number <= (index === 4 ? 32 : 255));
  return written && inRange ? new Netmask(text) : undefined;
}

/** Whether the address is the first of its block, as in 10.0.0.0/16 and not in 10.0.1.0/16. */
export function isCanonicalBlock(text: string): boolean {
  return parseBlock(text)?.toString() === text;
}

export function overlap(a: Netmask, b: Netmask): boolean {
  return a.contains(b) || b.contains(a);
}

/** Addresses that never leave a private network: RFC 1918, and RFC 6598 (shared address space). */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].map(
  (range) => new Netmask(range),
);
export const privateRangesText = privateRanges.map(String).join(", ");

export function isPrivate(block: Netmask): boolean {
  return privateRanges.some((range) => range.contains(block));
}
