import { downgraded } from "../../guard/life/life";
import { groundworkCommand } from "../../guard/printed-command";
import { minorsAhead } from "../../settings/eks-versions";
import { decode, type StackSettings } from "../../settings/load";
import { pinsOf, type Pin, type PinKind } from "../../settings/pins";
import { isMapping } from "../../settings/schema-walk";
import type { ScalarEdit } from "../engine/stack-file-edit";
import { imageNameOf, privateRegistry } from "./registry";

/** One of the two stacks. */
export interface Side {
  readonly name: string;
  readonly settings: StackSettings;
  /** Its configuration as it is written, by the engine's keys. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A pin that goes from one file to the other, with what moves along. */
export interface Carried {
  readonly kind: PinKind;
  readonly path: readonly string[];
  /** What the other file says until now; undefined where it leaves it open. */
  readonly before: string | undefined;
  readonly after: string;
  /** What is written: the pin, and what holds for it alone. */
  readonly edits: readonly (ScalarEdit & { readonly isNew: boolean })[];
  /** What the source's runs must have had: setting and value. */
  readonly proof: readonly { readonly path: readonly string[]; readonly value: string }[];
  /** What a person has to see to. */
  readonly note?: string;
}

/** A pin that differs and stays as it is. */
export interface Staying {
  readonly kind: PinKind;
  readonly path: readonly string[];
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly why: string;
}

export interface Promotion {
  readonly carried: readonly Carried[];
  readonly staying: readonly Staying[];
}

/**
 * What is to be carried from one stack to another, and what differs besides: all that `groundwork releases` calls a pin, by the same
 * table (settings/pins.ts), and nothing else.
 *
 * @param kinds only these. Default: all.
 */
export function promotionOf(from: Side, to: Side, kinds: readonly PinKind[] = []): Promotion {
  const byPath = ({ settings }: Side): ReadonlyMap<string, Pin> =>
    new Map(pinsOf(settings).map((pin) => [pin.path.join("\n"), pin]));
  const [sources, targets] = [byPath(from), byPath(to)];
  const carried: Carried[] = [];
  const staying: Staying[] = [];
  for (const key of new Set([...sources.keys(), ...targets.keys()])) {
    const [source, target] = [sources.get(key), targets.get(key)];
    const pin = source ?? target;
    // What the program takes by itself is no matter of the files.
    const isWritten =
      pin !== undefined && [from, to].some(({ config }) => writtenAt(config, pin.path) !== undefined);
    if (!isWritten || isSame({ pin: source, side: from }, { pin: target, side: to })) {
      continue;
    }
    const found =
      kinds.length > 0 && !kinds.includes(pin.kind)
        ? "not asked for"
        : source === undefined || writtenAt(from.config, pin.path) === undefined
          ? `${from.name} leaves it open`
          : target === undefined
            ? `${to.name} has no such setting`
            : (withKubernetes(source, from, to, carried) ?? carry(source, target, from, to));
    if (typeof found === "string") {
      staying.push({ kind: pin.kind, path: pin.path, from: source?.value, to: target?.value, why: found });
    } else if (found !== undefined) {
      carried.push(found);
    }
  }
  return { carried, staying };
}

interface Sided {
  readonly pin: Pin | undefined;
  readonly side: Side;
}

/** Alike, with all that moves along. */
function isSame(source: Sided, target: Sided): boolean {
  const said = ({ pin, side }: Sided): string =>
    JSON.stringify([
      pin?.value,
      (pin?.along ?? []).map((keys) => [keys.join("."), writtenAt(side.config, keys)]).sort(),
    ]);
  return said(source) === said(target);
}

/** Nodes and add-ons go with a version of Kubernetes: why they stay where the two stacks are of different ones afterwards. */
function withKubernetes(
  { kind }: Pin,
  from: Side,
  to: Side,
  carried: readonly Carried[],
): string | undefined {
  const of = ({ settings }: Side): string => settings.sections.cluster?.version ?? "";
  const after = carried.find((one) => one.kind === "kubernetes")?.after ?? of(to);
  return ["nodes", "addons"].includes(kind) && after !== of(from)
    ? `goes with Kubernetes ${of(from)}, and ${to.name} stays at ${after}`
    : undefined;
}

/** What is written for a pin; why it is not carried; undefined where nothing would change. */
function carry(source: Pin, target: Pin, from: Side, to: Side): Carried | string | undefined {
  const value = source.value ?? "";
  const refused = whyNot(source, target, from, to);
  if (refused !== undefined) {
    return refused;
  }
  const missing = (target.along ?? []).find(
    (keys) => !(source.along ?? []).some((one) => one.join("\n") === keys.join("\n")),
  );
  if (missing !== undefined) {
    return `${from.name} does not have ${missing.join(".")}, which holds for one version alone`;
  }
  const moved = [source.path, ...(source.along ?? [])].map((path) => ({
    path,
    value: writtenAt(from.config, path) ?? "",
  }));
  const edits: Carried["edits"][number][] = [];
  let registry: string | undefined;
  for (const { path, value: text } of moved) {
    const before = writtenAt(to.config, path);
    const isImage = source.kind === "containers" && !text.startsWith("sha256:");
    const after = isImage ? imageFor(text, before ?? target.image ?? "") : text;
    if (after === undefined) {
      return `another image: ${from.name} runs ${nameOf(text)}, ${to.name} ${nameOf(before ?? target.image ?? "")}`;
    }
    registry = isImage && after !== text ? imageNameOf(nameOf(after)).registry : registry;
    if (after !== before) {
      edits.push({ path, value: after, isNew: before === undefined });
    }
  }
  return edits.length === 0
    ? undefined
    : {
        kind: source.kind,
        path: source.path,
        before: target.value,
        after: edits.find(({ path }) => path === source.path)?.value.toString() ?? value,
        edits,
        proof: moved,
        ...(registry !== undefined && {
          note: `${to.name} takes it from ${registry}, another registry than ${from.name}: it must be there, under the same digest`,
        }),
      };
}

function whyNot(source: Pin, target: Pin, from: Side, to: Side): string | undefined {
  const [value = "", had = ""] = [source.value, target.value];
  if (source.kind === "machine-images") {
    const [account, other] = [from, to].map(({ settings }) => settings.context.accountId);
    const [region, elsewhere] = [source, target].map(({ starts = [] }) => starts[0]?.region);
    return account !== other
      ? `an image has another id in another account: ${value} is one of ${account ?? "another"}`
      : region !== elsewhere
        ? `an image has another id in another region: ${value} is one of ${region ?? "another"}`
        : undefined;
  }
  if (source.kind === "postgresql" && !value.includes(".")) {
    return `${from.name} names no minor version, and RDS moves it there by itself`;
  }
  if (
    ["postgresql", "kubernetes"].includes(source.kind) &&
    downgraded({ kind: "version", path: "version" }, had, value) !== undefined
  ) {
    return `${to.name} is ahead, and nothing goes back`;
  }
  return source.kind === "kubernetes" && (minorsAhead(value, had) ?? 0) > 1
    ? `EKS goes one minor version at a time: \`${groundworkCommand`releases ${to.name} bump kubernetes`}\` continues from ${had}`
    : undefined;
}

const nameOf = (image: string): string =>
  image.replace(/@sha256:[0-9a-f]+$/, "").replace(/:[\w][\w.-]*$/, "");

/** The source's image for the target: from the target's own registry, where each account has one. Undefined for another image. */
function imageFor(source: string, target: string): string | undefined {
  const [one, other] = [source, target].map((image) => imageNameOf(nameOf(image)));
  if (one === undefined || other === undefined || one.repository !== other.repository) {
    return undefined;
  }
  return one.registry === other.registry
    ? source
    : privateRegistry.test(one.registry) && privateRegistry.test(other.registry)
      ? nameOf(target) + source.slice(nameOf(source).length)
      : undefined;
}

/** What stands at a setting of a configuration, as text; undefined where nothing does. */
export function writtenAt(
  config: Readonly<Record<string, unknown>>,
  [section = "", ...keys]: readonly string[],
): string | undefined {
  const top = config[section];
  let value: unknown = typeof top === "string" ? decode(top) : top;
  for (const key of keys) {
    value = isMapping(value) ? value[key] : undefined;
  }
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
