import { z } from "zod";
import { format } from "./describe";

/** Quantities of Kubernetes, as far as settings take them: plain decimal numbers with the suffixes that people use. */

const binary = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;
const decimal = { k: 1e3, M: 1e6, G: 1e9, T: 1e12 } as const;
const bytesOf: Readonly<Record<string, number>> = { "": 1, ...decimal, ...binary };

/** Cores in thousandths; undefined for what is no quantity of processor time. */
export function parseCpu(text: string): number | undefined {
  const [, number, milli] = /^(\d{1,7}(?:\.\d{1,3})?)(m?)$/.exec(text) ?? [];
  if (number === undefined || (milli === "m" && number.includes("."))) {
    return undefined;
  }
  return milli === "m" ? Number(number) : Math.round(Number(number) * 1000);
}

/** Bytes; undefined for what is no quantity of memory. */
export function parseBytes(text: string): number | undefined {
  const [, number, suffix = ""] = /^(\d{1,15}(?:\.\d{1,3})?)(Ki|Mi|Gi|Ti|k|M|G|T)?$/.exec(text) ?? [];
  if (number === undefined) {
    return undefined;
  }
  const bytes = Number(number) * (bytesOf[suffix] as number);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** What no machine has more of: beyond it, a zero too many was typed. */
const mostMilliCores = 1_000_000;
const mostBytes = 64 * binary.Ti;

/** Containerd starts no container with less. */
const leastMemory = 8 * binary.Mi;

export const cpuQuantity = format(
  z
    .string()
    .refine((text) => parseCpu(text) !== undefined, {
      error: "is no quantity of processor time",
      abort: true,
    })
    .refine((text) => inRange(parseCpu(text), 1, mostMilliCores), { error: "is out of range" }),
  { allowed: "cores, or thousandths of a core with m, from 1m to 1000", examples: ["250m", "1.5"] },
);

export const memoryQuantity = format(
  z
    .string()
    .refine((text) => !/^\d+m$/.test(text), {
      error: "counts thousandths of a byte: Mi is meant, or M",
      abort: true,
    })
    .refine((text) => parseBytes(text) !== undefined, { error: "is no quantity of whole bytes", abort: true })
    .refine((text) => inRange(parseBytes(text), leastMemory, mostBytes), { error: "is out of range" }),
  { allowed: "bytes with Ki, Mi, Gi, Ti, k, M, G or T, from 8Mi to 64Ti", examples: ["256Mi"] },
);

export const storageQuantity = format(
  z
    .string()
    .refine((text) => parseBytes(text) !== undefined, { error: "is no quantity of whole bytes", abort: true })
    .refine((text) => inRange(parseBytes(text), binary.Ki, mostBytes), { error: "is out of range" }),
  { allowed: "bytes with Ki, Mi, Gi, Ti, k, M, G or T, from 1Ki to 64Ti", examples: ["1Gi"] },
);

function inRange(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && value >= least && value <= most;
}
