import { createHash, randomBytes } from "node:crypto";

const hexDigits = "0123456789abcdef";
const lowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";
const upperAlphanumeric = lowerAlphanumeric.toUpperCase();
/** What AWS uses for unique ids and access keys: base 32, so no 0, 1, 8 or 9. */
const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * Random text for ids and computed values: from the system's source, or, given a seed, the same sequence each time
 * (SHA-256 of the seed and a counter). Not for real secrets when seeded; nothing in a rehearsal is one.
 */
export class Random {
  private pool = Buffer.alloc(0);
  private counter = 0;

  constructor(private readonly seed?: string) {}

  /** A number from 0 up to, not including, `limit`. */
  int(limit: number): number {
    // 32 bits against limits of a few hundred: the bias of the remainder is beyond notice.
    return this.bytes(4).readUInt32BE(0) % limit;
  }

  /** `length` characters out of `alphabet`. */
  text(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet.charAt(this.int(alphabet.length))).join("");
  }

  hex(length: number): string {
    return this.text(hexDigits, length);
  }

  lower(length: number): string {
    return this.text(lowerAlphanumeric, length);
  }

  upper(length: number): string {
    return this.text(upperAlphanumeric, length);
  }

  base32(length: number): string {
    return this.text(base32, length);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.int(items.length)];
    if (item === undefined) throw new RangeError("There is nothing to pick from.");
    return item;
  }

  /** The same items in another order (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.int(last + 1);
      const moved = result[last] as T;
      result[last] = result[other] as T;
      result[other] = moved;
    }
    return result;
  }

  /** Version 4 UUID. */
  uuid(): string {
    const hex = this.hex(32);
    const variant = "89ab".charAt(this.int(4));
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      variant + hex.slice(17, 20),
      hex.slice(20),
    ].join("-");
  }

  bytes(count: number): Buffer {
    while (this.pool.length < count) this.pool = Buffer.concat([this.pool, this.more()]);
    const taken = this.pool.subarray(0, count);
    this.pool = this.pool.subarray(count);
    return taken;
  }

  private more(): Buffer {
    if (this.seed === undefined) return randomBytes(256);
    return createHash("sha256")
      .update(`${this.seed}\0${String(this.counter++)}`)
      .digest();
  }
}
