import { downgraded, type Shortening } from "./life";
import type { ResourceState } from "../step";
import { asNumber, asSwitch, isRecord, isUnknown, onlyOne } from "../unknown";

/** How a property is judged by its name. */
interface Reading {
  /** Of the property itself. */
  readonly name: RegExp;
  /** What it is in, where its own name (`enabled`) says nothing. */
  readonly within?: RegExp;
  readonly judge: (path: string, was: unknown, is: unknown) => Shortening | undefined;
}

const keeps = /retention|retain|recoverywindow|recoveryperiod|backupstokeep|snapshotstokeep/i;
const safeguard =
  /((deletion|delete|termination|purge|destroy)_?protect|protectfrom(delet|destroy)|softdelete|pointintime|^pit(r)?(enabled)?$|backup|versioning|georedundant|preventdestroy)/i;

/**
 * Names that clouds give to what decides over the life of data. Only for types that the table does not have: it knows better
 * where it knows. Each takes a change for the worse only; what was not said before is the cloud's default, which nobody here
 * knows, and saying it is no loss.
 */
const readings: readonly Reading[] = [
  {
    name: /^(force_?(destroy|delet\w*)|skip_?final\w*|deleteContentsOnDestroy|allowPermanentDelete)$/i,
    judge: forced,
  },
  { name: keeps, judge: lowered },
  { name: /^(days|hours|count|enabled|status|state)$/i, within: keeps, judge: lowered },
  { name: safeguard, judge: switchedOff },
  { name: /^(enabled|status|state)$/i, within: safeguard, judge: switchedOff },
  {
    name: /^(size|size_?(in)?_?gb|(disk|storage|volume)_?(size|capacity)?_?(in)?_?(gbs?|gib|mb)?|allocatedStorage|shareQuota)$/i,
    judge: shrunk,
  },
  {
    name: /^(engine|database|server|db|mongoDbMajor)?_?version$/i,
    judge: (path, was, is) => downgraded({ kind: "version", path }, was, is),
  },
  { name: /(kms\w*|encryption\w*key\w*|keyUri|keyVaultKey\w*|cmek\w*)$/i, judge: exchanged },
  {
    name: /^(default\w*expiration\w*|expiration(time|ms|indays)?|messageTtl|defaultTtl|defaultMessageTimeToLive)$/i,
    judge: endsSooner,
  },
];

/**
 * Properties that only what holds data has: how copies are taken of it, what it is made from again, what the cloud asks before it is
 * deleted. Of all types whose properties are known here these tell 46 that are in the table, and a handful that are not.
 */
const dataProperties =
  /^(skip_?final\w*|final_?(snapshot|backup)\w*|\w*(backup|snapshot)s?_?(retention|window|to_?keep|policy|configuration|options|start)\w*|point_?in_?time\w*|restore_?(from|to|source)\w*|source_?snapshot\w*|deletion_?protect\w*)$/i;

/** Disks that a machine is made with, and that go with it unless that is said otherwise. */
const ownDisks = /^(ebs_?block_?devices?|(data|attached|additional)_?(disk|volume)s?)$/i;

/** Whether something holds data by what the state says of it, whatever its type is. */
export function showsData({ inputs, outputs }: ResourceState): boolean {
  return (
    [...Object.keys(inputs), ...Object.keys(outputs)].some((name) => dataProperties.test(name)) ||
    Object.entries(inputs).some(([name, disks]) => ownDisks.test(name) && goesWithIt(disks))
  );
}

function goesWithIt(disks: unknown): boolean {
  const list: readonly unknown[] = Array.isArray(disks) ? disks : [disks];
  return list.some((disk) => isUnknown(disk) || (isRecord(disk) && disk.deleteOnTermination !== false));
}

/** What a change of a type that the guard knows by its name alone lets live shorter, by the names of its properties. */
export function guessedShortenings(before: ResourceState, after: ResourceState): Shortening[] {
  const had = leaves(before.inputs);
  const has = leaves(after.inputs);
  const found = [...new Set([...had.keys(), ...has.keys()])].flatMap((path) => {
    const [was, is] = [had.get(path), has.get(path)];
    if (was === is && !isUnknown(is)) {
      return [];
    }
    const names = path.split(".");
    const reading = readings.find(
      ({ name, within }) =>
        name.test(names.at(-1) ?? "") &&
        (within === undefined || names.slice(0, -1).some((outer) => within.test(outer))),
    );
    if (reading === undefined) {
      return [];
    }
    return isUnknown(is) ? [notKnown(path)] : (reading.judge(path, was, is) ?? []);
  });
  return [...found, ...startedRules(before.inputs, after.inputs)];
}

/** Every value that is neither a list nor an object, by its path; numbers and switches also out of texts. */
function leaves(value: unknown, path = "", found = new Map<string, unknown>()): Map<string, unknown> {
  const inner = onlyOne(value);
  if (isRecord(inner)) {
    for (const [key, one] of Object.entries(inner)) {
      leaves(one, path === "" ? key : `${path}.${key}`, found);
    }
  } else if (Array.isArray(inner)) {
    inner.forEach((one: unknown, index) => leaves(one, `${path}[${index}]`, found));
  } else if (inner !== undefined && inner !== null) {
    found.set(path, asNumber(asSwitch(inner)));
  }
  return found;
}

function notKnown(path: string): Shortening {
  return {
    rule: "unknown-value",
    path,
    loses: "Whether this shortens the life of the data cannot be said.",
    why: `${path} is not known before the run, so nobody can tell whether it stays as it is.`,
  };
}

function forced(path: string, was: unknown, is: unknown): Shortening | undefined {
  return is === true && was !== true
    ? {
        rule: "forces-deletion",
        path,
        loses: "It could be deleted with everything in it, and leave no copy.",
        why: `${path} becomes true.`,
      }
    : undefined;
}

function lowered(path: string, was: unknown, is: unknown): Shortening | undefined {
  if (typeof was === "boolean" || isOn(was) || (typeof was === "string" && typeof is === "string")) {
    return switchedOff(path, was, is);
  }
  return typeof was === "number" && !(typeof is === "number" && is >= was)
    ? {
        rule: "lowered-retention",
        path,
        loses: "By its name this says how long something is kept.",
        why: went(path, was, is),
      }
    : undefined;
}

function switchedOff(path: string, was: unknown, is: unknown): Shortening | undefined {
  if (typeof was === "number") {
    return lowered(path, was, is);
  }
  return isOn(was) && !isOn(is)
    ? {
        rule: "loosened",
        path,
        loses: "By its name this keeps data from being lost.",
        why: went(path, was, is),
      }
    : undefined;
}

function isOn(value: unknown): boolean {
  return value === true || (typeof value === "string" && /^(on|enabled|active|locked)$/i.test(value));
}

function shrunk(path: string, was: unknown, is: unknown): Shortening | undefined {
  return typeof was === "number" && typeof is === "number" && is < was
    ? {
        rule: "shrinks",
        path,
        loses:
          "Clouds make little that holds data smaller in place, and a smaller one in its place would be empty.",
        why: went(path, was, is),
      }
    : undefined;
}

function exchanged(path: string, was: unknown, is: unknown): Shortening | undefined {
  return typeof was === "string" && was !== "" && is !== was
    ? {
        rule: "exchanged",
        path,
        loses:
          "What was written under the old key can be read only as long as that key exists and may be used.",
        why: `${path} changes.`,
      }
    : undefined;
}

function endsSooner(path: string, was: unknown, is: unknown): Shortening | undefined {
  return typeof is === "number" && is > 0 && !(typeof was === "number" && was > 0 && is >= was)
    ? {
        rule: "lowered-retention",
        path,
        loses: "By its name this says when something ends.",
        why: went(path, was, is),
      }
    : undefined;
}

function went(path: string, was: unknown, is: unknown): string {
  const text = (value: unknown): string =>
    typeof value === "number" || typeof value === "boolean" ? String(value) : "something else";
  return is === undefined
    ? `${path} was ${text(was)} and is no longer set.`
    : was === undefined
      ? `${path} becomes ${text(is)}.`
      : `${path} goes from ${text(was)} to ${text(is)}.`;
}

/** Lists of rules by which a store deletes things itself: one that deletes and was not there before, just so. */
function startedRules(before: ResourceState["inputs"], after: ResourceState["inputs"]): Shortening[] {
  return Object.entries(after)
    .filter(([name]) => /^(lifecycle|expiration)_?(rules?|policy|policies|configuration)?$/i.test(name))
    .flatMap(([path, rules]) => {
      const earlier = new Set(entries(before[path]));
      return entries(rules).some((rule) => /delet|expir|unknown/i.test(rule) && !earlier.has(rule))
        ? [
            {
              rule: "shortened-lifecycle" as const,
              path,
              loses: "A rule that deletes is new, or another than it was.",
              why: `${path} changes.`,
            },
          ]
        : [];
    });
}

function entries(rules: unknown): string[] {
  return (Array.isArray(rules) ? rules : rules === undefined || rules === null ? [] : [rules]).map(
    (rule: unknown) => (isUnknown(rule) ? "unknown" : JSON.stringify(rule)),
  );
}
