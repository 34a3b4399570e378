import type { GuardLevel } from "./level";
import type { FloorName } from "./floors";
import type { ResourceState } from "./step";
import { asSwitch, isRecord, isUnknown, parseJson, read } from "./unknown";

/** One kind of thing that holds data, or that keeps data safe, and what the guard has to know of it. */
export interface StatefulType {
  /** Pulumi token. */
  readonly type: string;
  /** What a person calls it, e.g. `RDS instance`. */
  readonly noun: string;
  /** What is gone when it is gone; goes on from "…, and with it ". */
  readonly holds: string;
  /** Path of the name that people know it by. */
  readonly name?: string;
  /** What tells a person which one it is and how large, in the order of telling. */
  readonly size?: readonly SizeFact[];
  /** Locks that the cloud itself holds: as long as one is on, nobody deletes the thing by any way. */
  readonly locks: readonly Lock[];
  /** Properties that decide how long the data lives. */
  readonly life: readonly LifeProperty[];
  /** The copy that the cloud makes on deletion. */
  readonly finalCopy?: FinalCopy;
  /** A switch that makes the cloud delete the thing with everything in it; never on, at any guarded level. */
  readonly forced?: string;
  /** How to keep a copy before giving it up on purpose, as a sentence. */
  readonly copyFirst: string;
  /** Without it data lives no shorter, so it may go and needs no protection. */
  readonly removable?: true;
  /** It may go with what it belongs to; while that stays, to remove it is to shorten what it keeps to nothing. */
  readonly keepsHistory?: true;
  /** A property that makes it a live copy of another store, and what it is then. */
  readonly copyOf?: CopyOf;
  /** It holds no data: nothing but `protect` says that it has to stay. Not in the table; see guard/judge/locked.ts. */
  readonly dataless?: true;
  /** It says something of a store that is a resource of its own: what it says is judged as the store's. */
  readonly beside?: Beside;
  /** It is not in the table, and looks by its name as if it held data: its properties are judged by their names too. */
  readonly guessed?: true;
}

/** What a resource beside a store sets of it. */
export interface Beside {
  /** Types of the store; empty where the resource stands for something that has no such property itself. */
  readonly stores: readonly string[];
  /** Property that names the store, by its id, ARN, URL or name. */
  readonly of: string;
  /** The store's own property, for each of this one's that is called otherwise there. */
  readonly called?: Readonly<Record<string, string>>;
  /** It is about an object that is there already, and changes only what it sets. */
  readonly patches?: true;
}

interface CopyOf extends Pick<StatefulType, "noun" | "holds" | "copyFirst"> {
  readonly path: string;
}

/**
 * A type as one resource of it is: a live copy holds nothing that its source has not. Only what both asked to be one and is one by
 * the cloud's last word counts: what was promoted beside the program is a store like any other.
 */
export function asItIs(kind: StatefulType, state: ResourceState | undefined): StatefulType {
  const { copyOf } = kind;
  const follows = [state?.inputs, state?.outputs].every((values) => {
    const source = copyOf === undefined ? undefined : read(values ?? {}, copyOf.path);
    return typeof source === "string" && source !== "" && !isUnknown(source);
  });
  if (copyOf === undefined || !follows) {
    return kind;
  }
  const { noun, holds, copyFirst } = copyOf;
  return { ...kind, noun, holds, copyFirst, dataless: true };
}

interface SizeFact {
  readonly path: string;
  /** Put behind the value, e.g. ` GiB`. */
  readonly unit?: string;
  /** Put before the value, e.g. `engine `. */
  readonly label?: string;
}

/** `path` holds `on` while the lock is on; `absent` says what it is when nothing is set. */
export type Lock = Switch | WordLock | ClauseLock;

interface Switch {
  readonly path: string;
  readonly on: boolean;
  readonly absent: "on" | "off";
}

/** A lock that is a word in place of a switch. */
interface WordLock {
  readonly path: string;
  readonly on: string;
  /** The word that takes it off. */
  readonly off: string;
  readonly absent: "on" | "off";
}

/**
 * A lock that is a part of a document which says other things too. What has the document elsewhere cannot have the lock
 * here, so nobody is asked to put it on; once it is on it stays.
 */
export interface ClauseLock {
  readonly path: string;
  /** What it is while the lock is on, in words. */
  readonly on: string;
  readonly absent: "off";
  /** Whether the document has it. */
  readonly holds: (document: unknown) => boolean;
  /** The document without it. */
  readonly without: (document: unknown) => unknown;
}

/** What takes a lock off, in the place of what is set. */
export function offValue(lock: Lock, value: unknown): unknown {
  if ("without" in lock) {
    return lock.without(value);
  }
  return "off" in lock ? lock.off : !lock.on;
}

/** The value of a lock's property, to be compared with `on`; undefined and unknown stay what they are. */
export function lockValue(lock: Lock, value: unknown): unknown {
  if (!("holds" in lock) || value === undefined || isUnknown(value)) {
    return value;
  }
  return lock.holds(value) ? lock.on : "off";
}

/** The value of a switch, also where it is a part of a document; undefined and unknown stay what they are. */
export function switchValue({ safe, part }: SwitchProperty, value: unknown): unknown {
  if (value === undefined || isUnknown(value)) {
    return value;
  }
  return part !== undefined ? part(value) : typeof safe === "boolean" ? asSwitch(value) : value;
}

export type LifeProperty =
  | SwitchProperty
  | LeastProperty
  | KeptProperty
  | CapacityProperty
  | VersionProperty
  | PartsProperty
  | ExpiryProperty;

/** Must not leave its safe value. */
export interface SwitchProperty {
  readonly kind: "switch";
  readonly path: string;
  readonly safe: boolean | string;
  /** What the cloud takes when nothing is set. */
  readonly absent: boolean | string;
  /** The switch in it, where it is a part of a document. */
  readonly part?: (value: unknown) => boolean | string;
  /** What happens when it leaves its safe value, as a sentence. */
  readonly otherwise: string;
  /** Whether a new resource must have the safe value too: the policies refuse it otherwise. */
  readonly demanded: boolean;
}

/** Must not be lowered, and not be under its floor. */
export interface LeastProperty {
  readonly kind: "least";
  readonly path: string;
  readonly unit: "days" | "hours" | "seconds";
  /** What the cloud takes when nothing is set; undefined where that depends on something else. */
  readonly absent?: number;
  readonly floor?: FloorName;
  /** A property that makes the floor needless, e.g. that of a read replica. */
  readonly unless?: string;
  /** The number in it, where the cloud says it another way, e.g. -1 for ever. Not with a floor. */
  readonly part?: (value: unknown) => number | undefined;
  readonly otherwise: string;
}

/** Once set it stays as it is. */
export interface KeptProperty {
  readonly kind: "kept";
  readonly path: string;
  /** What of it has to stay, where not all of it has. */
  readonly part?: (value: unknown) => unknown;
  /** It may be taken away, only not exchanged for another. */
  readonly mayGo?: true;
  readonly otherwise: string;
}

/** Only grows: what holds the data cannot be made smaller, and whatever comes in its place is empty. */
export interface CapacityProperty {
  readonly kind: "capacity";
  readonly path: string;
  readonly unit: "GiB";
  /** The number in it, where it is not one by itself, e.g. `10Gi`. */
  readonly part?: (value: unknown) => number | undefined;
  /** The property up to which the cloud makes it larger by itself: what is asked for below that is only where it began. */
  readonly growsTo?: string;
  readonly otherwise: string;
}

/** Version of an engine or a format: data that a newer one has written is not read by an older one. Only goes up. */
export interface VersionProperty {
  readonly kind: "version";
  readonly path: string;
}

/** Copies, rules or places of the data, each of which has to stay, and to keep what it keeps for as long. */
export interface PartsProperty {
  readonly kind: "parts";
  readonly path: string;
  /** Name of each to how long or how much it keeps; infinite where that does not end, or is no number. */
  readonly parts: (value: unknown) => ReadonlyMap<string, number>;
  /** What happens when one goes or keeps less, as a sentence. */
  readonly otherwise: string;
}

/** Rules of a bucket or a store that let objects expire: none may come, none may be shortened. */
export interface ExpiryProperty {
  readonly kind: "expiry";
  readonly path: string;
  /** Property that says whose objects: the rules of a store that is being made in the same run expire nothing yet. */
  readonly of: string;
  /** The store's type and the property that it has the same value in, where they are called otherwise there. */
  readonly store?: { readonly type: string; readonly path: string };
  /** What a change of the rules deletes sooner, as a sentence. */
  readonly shortens: (before: unknown, after: unknown) => string | undefined;
  /** What the first rules of a store begin to delete, as a sentence. */
  readonly starts: (rules: unknown, level: GuardLevel) => string | undefined;
  /** The age in days at which rules begin to delete something. */
  readonly soonest: (rules: unknown) => number;
}

interface FinalCopy {
  /** The switch that leaves the copy out. */
  readonly skip?: string;
  /** Whether it is left out when nothing is set. */
  readonly skippedWhenAbsent?: boolean;
  /** The copy's name; the cloud refuses the deletion, or leaves the copy out, without one. */
  readonly name?: string;
  /** A property that makes a copy impossible and needless, e.g. that of a read replica. */
  readonly unless?: string;
  /** Not every one of the type can have it: the policies do not ask for it, but what has it keeps it. */
  readonly optional?: true;
}

/** The queue that a redrive policy (JSON text, or the object of it) sends failing messages to. */
export function deadLetterTarget(policy: unknown): unknown {
  const value = typeof policy === "string" ? parseJson(policy) : policy;
  return isRecord(value) ? value["deadLetterTargetArn"] : value;
}

/** Deletion protection as most AWS services have it. */
export function deletionProtection(path = "deletionProtection"): Lock {
  return { path, on: true, absent: "off" };
}

/** A version of what keeps the data. */
export function engineVersion(path = "engineVersion"): VersionProperty {
  return { kind: "version", path };
}

/** A capacity in GiB, which only grows; up to what `growsTo` says by itself. */
export function grows(path: string, what: string, growsTo?: string): CapacityProperty {
  return {
    kind: "capacity",
    path,
    unit: "GiB",
    growsTo,
    otherwise: `AWS makes no ${what} smaller, and a smaller one in its place would be empty.`,
  };
}

/** Names in a list of objects, each kept for ever: `names("regionName")`. */
export function names(key: string): PartsProperty["parts"] {
  return (value) =>
    new Map(
      (Array.isArray(value) ? value : []).flatMap((one: unknown) => {
        const name = isRecord(one) ? one[key] : undefined;
        return typeof name === "string" ? [[name, Infinity]] : [];
      }),
    );
}

/** An encryption key that cannot be exchanged without leaving what the old one encrypted behind it. */
export function keptKey(path: string): KeptProperty {
  return {
    kind: "kept",
    path,
    otherwise:
      "What was written under the old key can be read only as long as that key exists and may be used, also in snapshots.",
  };
}

/** A day on which something ends: a time (RFC 3339) or seconds since 1970; without one it never does. */
export function endsNoSooner(path: string, otherwise: string): LeastProperty {
  return {
    kind: "least",
    path,
    unit: "seconds",
    absent: Infinity,
    part: (value) => {
      if (value === "") {
        return Infinity;
      }
      const time = typeof value === "string" ? Date.parse(value) / 1000 : value;
      return typeof time === "number" && !Number.isNaN(time) ? time : undefined;
    },
    otherwise,
  };
}

export function automatedBackups(path: string, absent?: number, unless?: string): LeastProperty {
  return {
    ...(unless !== undefined && { unless }),
    kind: "least",
    path,
    unit: "days",
    absent,
    floor: "databaseBackups",
    otherwise: "Automated backups older than that are deleted at once; zero deletes all of them.",
  };
}
