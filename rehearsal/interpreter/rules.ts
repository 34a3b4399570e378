import type { CloudRecord } from "../cloud/store";
import type { CloudView, Dependant, Entry, Reference, Refusal, Subject, Unique } from "./entry";
import { sameValue, textOf, textsAt, type Values } from "./values";

/** What a resource's inputs name and the cloud does not have. */
function danglingReference(
  references: readonly Reference[],
  subject: Subject,
  inputs: Values,
  cloud: CloudView,
): Refusal | undefined {
  for (const reference of references) {
    const { property, only, code, message, status } = reference;
    const missing = textsAt(inputs, property).find(
      (id) => (only?.test(id) ?? true) && !isThere(reference, id, cloud),
    );
    if (missing !== undefined) return { code, message: message(missing, subject), ...(status && { status }) };
  }
  return undefined;
}

function isThere({ type, by, or }: Reference, id: string, cloud: CloudView): boolean {
  const types = typeof type === "string" ? [type] : type;
  const found = types.some((name) =>
    by === undefined
      ? cloud.find(name, id) !== undefined
      : cloud.everywhere(name).some(({ outputs }) => textOf(outputs, by) === id),
  );
  return (
    found ||
    (or !== undefined && cloud.ofType(or.type).some(({ outputs }) => textOf(outputs, or.output) === id))
  );
}

/** What another resource has that these values would claim. */
function taken(
  claims: readonly Unique[],
  subject: Subject,
  wanted: Values,
  cloud: CloudView,
): Refusal | undefined {
  for (const { by, and = [], sharedWith = [], code, message, status } of claims) {
    const claim = by.map((name) => wanted[name] ?? subject.outputs[name] ?? null);
    if (claim.includes(null)) continue;
    const same = (values: Values): boolean =>
      by.every((name, index) => sameValue(values[name] ?? null, claim[index] ?? null)) &&
      and.every((name) => sameValue(values[name] ?? null, wanted[name] ?? null));
    // Who has it already does not ask for it.
    if (subject.id !== "" && same({ ...subject.inputs, ...subject.outputs })) continue;
    const found = [subject.type, ...sharedWith]
      .flatMap((type) => cloud.ofType(type))
      .some((record) => record.id !== subject.id && same(valuesOf(record)));
    if (found) return { code, message: message(wanted, subject), ...(status && { status }) };
  }
  return undefined;
}

/** What still needs a resource that is to be deleted. The provider waits a while for it to go. */
function standingDependant(
  dependants: readonly Dependant[],
  subject: Subject,
  cloud: CloudView,
): Refusal | undefined {
  for (const { type, property, by, counts, code, message, status } of dependants) {
    const named = by === undefined ? subject.id : textOf(subject.outputs, by);
    const found = cloud
      .ofType(type)
      .find(
        (record) =>
          textsAt(valuesOf(record), property).includes(named) && (counts?.(record, subject, cloud) ?? true),
      );
    if (found) return { code, message: message(subject, found), waits: true, ...(status && { status }) };
  }
  return undefined;
}

/** Everything in an entry that speaks against a creation; the first reason found. */
export function refusalToCreate(entry: Entry, subject: Subject, cloud: CloudView): Refusal | undefined {
  return (
    first(entry.refuseInputs?.map((rule) => () => rule(subject.inputs, cloud, subject))) ??
    danglingReference(entry.references ?? [], subject, subject.inputs, cloud) ??
    taken(entry.unique ?? [], subject, subject.inputs, cloud) ??
    first(entry.refuseCreate?.map((rule) => () => rule(subject, cloud)))
  );
}

/** Everything that speaks against an update to these inputs. */
export function refusalToUpdate(
  entry: Entry,
  subject: Subject,
  wanted: Values,
  cloud: CloudView,
): Refusal | undefined {
  const changed = (entry.references ?? []).filter(({ property }) => {
    const name = property.split(".")[0] ?? "";
    return !sameValue(subject.inputs[name], wanted[name]);
  });
  return (
    first(entry.refuseInputs?.map((rule) => () => rule(wanted, cloud, subject))) ??
    danglingReference(changed, subject, wanted, cloud) ??
    taken(entry.unique ?? [], subject, wanted, cloud) ??
    first(entry.refuseUpdate?.map((rule) => () => rule(subject, wanted, cloud)))
  );
}

/** Everything that speaks against a deletion. */
export function refusalToDelete(entry: Entry, subject: Subject, cloud: CloudView): Refusal | undefined {
  return (
    first(entry.refuseDelete?.map((rule) => () => rule(subject, cloud))) ??
    standingDependant(entry.dependants ?? [], subject, cloud)
  );
}

/** A record's properties: what the cloud says, and what was asked where it says nothing. */
export function valuesOf(record: CloudRecord): Values {
  return { ...record.inputs, ...record.outputs };
}

function first(rules: readonly (() => Refusal | undefined)[] | undefined): Refusal | undefined {
  for (const rule of rules ?? []) {
    const refusal = rule();
    if (refusal) return refusal;
  }
  return undefined;
}
