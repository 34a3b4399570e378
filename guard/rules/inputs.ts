import type { GuardLevel } from "../level";
import { amount } from "../describe";
import { floors, floor } from "../floors";
import { noncurrentDays } from "../life/lifecycle";
import { switchValue, type StatefulType } from "../stateful-type";
import { statefulType } from "../catalogue/stateful-types";
import { asNumber, asSwitch, isUnknown, read } from "../unknown";

/** One resource as a program wants it: what policies are shown, and what settings come down to. */
export interface Wanted {
  /** Pulumi token. */
  readonly type: string;
  /** What the program asks for, provider defaults filled in where they are known. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: WantedOptions;
}

interface WantedOptions {
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly deleteBeforeReplace?: boolean;
}

/** Something that must not be as it is. */
export interface Finding {
  /** Path of the property, or the name of the resource option. */
  readonly property: string;
  /** What is wrong and what to do, in sentences. Never shows a value that may be secret. */
  readonly message: string;
}

/** The finding for a property that a rule has to look at and cannot: what is not known is refused, never passed. */
export function notKnown(property: string): Finding {
  return {
    property,
    message:
      `${property} is not known before the run, so it is refused. Give it a value that does not depend on a resource ` +
      "that is still to be made.",
  };
}

function guardedType(wanted: Wanted, level: GuardLevel): StatefulType | undefined {
  return level === "disposable" ? undefined : statefulType(wanted.type);
}

/** At guarded levels whatever holds data has `protect`. */
export function checkProtected(wanted: Wanted, level: GuardLevel): Finding[] {
  const kind = guardedType(wanted, level);
  if (kind === undefined || kind.removable === true || wanted.options.protect) {
    return [];
  }
  return [
    {
      property: "protect",
      message:
        `protect is not set. This ${kind.noun} holds ${kind.holds}. Make it with the options of guarded() in ` +
        "components/guard/guarded.ts.",
    },
  ];
}

/** At guarded levels every lock that the cloud has for the type is on; what is a part of a document may be elsewhere. */
export function checkCloudLocks(wanted: Wanted, level: GuardLevel): Finding[] {
  return (guardedType(wanted, level)?.locks ?? []).flatMap((lock) => {
    const { path, on, absent } = lock;
    if ("holds" in lock) {
      return [];
    }
    const said = read(wanted.inputs, path);
    const value = (typeof on === "boolean" ? asSwitch(said) : said) ?? (absent === "on" ? on : undefined);
    if (isUnknown(value)) {
      return [notKnown(path)];
    }
    return value === on
      ? []
      : [
          {
            property: path,
            message: `${path} is ${shown(value)}. Set it to ${String(on)}: it is the lock that holds when everything else is gone around.`,
          },
        ];
  });
}

/** At guarded levels the cloud makes a last copy on deletion, under a name of its own. */
export function checkFinalCopy(wanted: Wanted, level: GuardLevel): Finding[] {
  const copy = guardedType(wanted, level)?.finalCopy;
  if (
    copy === undefined ||
    copy.optional === true ||
    (copy.unless !== undefined && read(wanted.inputs, copy.unless) !== undefined)
  ) {
    return [];
  }
  const { skip, skippedWhenAbsent = false, name } = copy;
  if (skip !== undefined) {
    const value = asSwitch(read(wanted.inputs, skip)) ?? skippedWhenAbsent;
    if (isUnknown(value)) {
      return [notKnown(skip)];
    }
    if (value !== false) {
      return [
        {
          property: skip,
          message: `${skip} is ${shown(value)}. Set it to false: a deletion then leaves a last copy behind.`,
        },
      ];
    }
  }
  if (name === undefined) {
    return [];
  }
  const value = read(wanted.inputs, name);
  if (isUnknown(value)) {
    return [notKnown(name)];
  }
  return typeof value === "string" && value !== ""
    ? []
    : [
        {
          property: name,
          message: `${name} is not set. Give the last copy a name: without one the cloud refuses the deletion, or makes no copy.`,
        },
      ];
}

/** At guarded levels data can be had back, and for as long as the level's floors say. */
export function checkRetention(wanted: Wanted, level: GuardLevel): Finding[] {
  return (guardedType(wanted, level)?.life ?? []).flatMap((property) => {
    if (property.kind === "switch" && property.demanded) {
      const { path, safe, absent, part, otherwise } = property;
      const value = switchValue(property, read(wanted.inputs, path)) ?? absent;
      if (isUnknown(value)) {
        return [notKnown(path)];
      }
      const is = part === undefined ? `is ${shown(value)}. Set it to ${String(safe)}` : "may not say that";
      return value === safe ? [] : [{ property: path, message: `${path} ${is}. ${otherwise}` }];
    }
    if (property.kind === "least" && property.floor !== undefined) {
      if (property.unless !== undefined && read(wanted.inputs, property.unless) !== undefined) {
        return [];
      }
      return belowFloor(wanted, property.path, property.absent, property.floor, level);
    }
    if (property.kind === "expiry") {
      return versionsKeptTooShort(wanted, property.path, level);
    }
    return [];
  });
}

function belowFloor(
  wanted: Wanted,
  path: string,
  absent: number | undefined,
  name: keyof typeof floors,
  level: GuardLevel,
): Finding[] {
  const { unit, reason } = floors[name];
  const least = floor(name, level);
  const value = asNumber(read(wanted.inputs, path)) ?? absent;
  if (isUnknown(value)) {
    return [notKnown(path)];
  }
  return typeof value === "number" && value >= least
    ? []
    : [
        {
          property: path,
          message: `${path} is ${typeof value === "number" ? amount(value, unit) : shown(value)}. At guard level ${level} it must be at least ${amount(least, unit)}. ${reason}`,
        },
      ];
}

function versionsKeptTooShort(wanted: Wanted, path: string, level: GuardLevel): Finding[] {
  const rules = read(wanted.inputs, path);
  if (rules === undefined) {
    return [];
  }
  if (isUnknown(rules)) {
    return [notKnown(path)];
  }
  const least = floor("overwrittenObjects", level);
  return noncurrentDays(rules, path).flatMap(({ property, days }) => {
    if (isUnknown(days)) {
      return [notKnown(property)];
    }
    return typeof days === "number" && days >= least
      ? []
      : [
          {
            property,
            message: `${property} is ${typeof days === "number" ? amount(days, "days") : shown(days)}. At guard level ${level} it must be at least ${amount(least, "days")}. ${floors.overwrittenObjects.reason}`,
          },
        ];
  });
}

/** At guarded levels nothing is told to delete its contents with it. */
export function checkNotForced(wanted: Wanted, level: GuardLevel): Finding[] {
  const path = guardedType(wanted, level)?.forced;
  const value = path === undefined ? undefined : read(wanted.inputs, path);
  if (path === undefined || value === undefined || value === false) {
    return [];
  }
  if (isUnknown(value)) {
    return [notKnown(path)];
  }
  return [
    {
      property: path,
      message: `${path} is true. Leave it out: without it the cloud refuses to delete what is not empty.`,
    },
  ];
}

/** At guarded levels no option keeps the engine from seeing, or from setting right, what the guard depends on. */
export function checkOptions(wanted: Wanted, level: GuardLevel): Finding[] {
  const kind = guardedType(wanted, level);
  if (kind === undefined || kind.removable === true) {
    return [];
  }
  const guarded = [
    ...kind.locks.map((lock) => lock.path),
    ...kind.life.map((property) => property.path),
    ...[kind.finalCopy?.skip, kind.finalCopy?.name, kind.forced].filter((path) => path !== undefined),
  ];
  const findings: Finding[] = wanted.options.ignoreChanges
    .filter((ignored) => guarded.some((path) => covers(ignored, path)))
    .map((ignored) => ({
      property: "ignoreChanges",
      message:
        `ignoreChanges has ${ignored}. Take it out: what the program says of it would no longer have any effect, ` +
        "and it decides over the life of the data.",
    }));
  if (wanted.options.deleteBeforeReplace === true) {
    findings.push({
      property: "deleteBeforeReplace",
      message:
        `deleteBeforeReplace is true. Leave it out: a replacement of this ${kind.noun} would begin with the deletion of ` +
        "what holds the data.",
    });
  }
  return findings;
}

/** Whether an entry of ignoreChanges hides a path, something in it, or something that it is in. */
function covers(ignored: string, path: string): boolean {
  // A list stands for the block that is alone in it, and any part of a path may be a star.
  const plain = ignored
    .replaceAll(/\[(\d+|\*)\]/g, "")
    .replaceAll(/\[["']?([^\]"']+)["']?\]/g, ".$1")
    .replaceAll(".*", "")
    .replace(/^\./, "");
  return (
    plain === "*" ||
    plain === "" ||
    plain === path ||
    path.startsWith(`${plain}.`) ||
    plain.startsWith(`${path}.`)
  );
}

/** A value in a message: only what cannot be a secret. */
export function shown(value: unknown): string {
  return value === undefined
    ? "not set"
    : typeof value === "boolean" || typeof value === "number"
      ? String(value)
      : typeof value === "string" && /^[A-Za-z]{1,20}$/.test(value)
        ? value
        : "something else";
}
