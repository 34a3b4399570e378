import type { Autoname } from "../catalogue/autonames";
import { Random } from "./random";

/** What the engine says of names it would like better (`pulumi:autonaming` in a stack's settings). */
export interface NamingWish {
  readonly mode: "propose" | "enforce" | "disable";
  readonly proposedName: string;
}

const hexadecimal = "0123456789abcdef";

/**
 * The name that a provider gives a resource.
 *
 * @param rule How the provider makes names for this type.
 * @param name The resource's name in the program.
 * @param seed The engine's seed, equal in preview and update; empty: the system's randomness.
 * @param inputs The resource's inputs, for names that depend on them.
 * @returns undefined when the stack's settings disable names of this kind.
 * @throws Error when the name would be longer than the cloud allows.
 */
export function drawName(
  rule: Autoname,
  name: string,
  seed: Uint8Array,
  inputs: Readonly<Record<string, unknown>>,
  wish?: NamingWish,
): string | undefined {
  if (wish?.mode === "disable") return undefined;
  if (wish?.mode === "enforce") return wish.proposedName;
  const autoname = fitted(rule, inputs);
  const random = new Random(seed.length === 0 ? undefined : Buffer.from(seed).toString("hex"));
  if (autoname.kind === "uuid") return random.uuid();
  const drawn = wish?.proposedName ?? baseName(autoname, name, random);
  const cased = autoname.lowerCase === true ? drawn.toLowerCase() : drawn;
  if (autoname.maxLength !== undefined && cased.length > autoname.maxLength) {
    throw new Error(
      `could not make a name for '${name}': '${cased}' is longer than ${String(autoname.maxLength)} characters, ` +
        `the most that '${autoname.property}' may have; shorten the resource's name or give '${autoname.property}' one`,
    );
  }
  const { prefix = "" } = autoname;
  const prefixed = cased.startsWith(prefix) ? cased : `${prefix}${cased}`;
  const isFifo = autoname.fifoProperty !== undefined && inputs[autoname.fifoProperty] === true;
  return isFifo ? `${prefixed}.fifo` : prefixed;
}

/** The rule with what depends on the inputs settled. */
function fitted(rule: Autoname, inputs: Readonly<Record<string, unknown>>): Autoname {
  if (rule.shorter === undefined) return rule;
  const { property, containing, randomLength, maxLength } = rule.shorter;
  const value = inputs[property];
  return typeof value === "string" && value.toLowerCase().includes(containing)
    ? { ...rule, randomLength, maxLength }
    : rule;
}

function baseName(autoname: Autoname, name: string, random: Random): string {
  if (autoname.kind === "copy") return name;
  const suffix = random.text(autoname.alphabet ?? hexadecimal, autoname.randomLength);
  return `${name}${autoname.separator ?? "-"}${suffix}`;
}
