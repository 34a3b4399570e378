import type { PropertyType, TypeFacts } from "../catalogue/type-facts";
import type { Draft } from "./entry";
import { isList, isRecord, sameValue, unknown, type Value, type Values } from "./values";

/** Inputs that come back as outputs. */
function echo(facts: TypeFacts, inputs: Values): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(inputs).filter(([name]) =>
      facts.open ? !name.startsWith("__") : name in facts.outputs && !facts.inputOnly.includes(name),
    ),
  );
}

/** Outputs that the cloud fills in and that are not among `known`. */
export function missing(facts: TypeFacts, known: Values): string[] {
  const filled = [...facts.computed, ...facts.optionalComputed];
  return [...new Set(filled)].filter(
    (name) => name !== "id" && name in facts.outputs && known[name] === undefined,
  );
}

/** Inputs that come back as outputs, and the values that outputs have where an input was not given. */
export function givenOutputs(facts: TypeFacts, inputs: Values): Record<string, Value> {
  return { ...(facts.outputDefaults as Values), ...echo(facts, inputs) };
}

/**
 * What a preview can say of a resource that does not exist yet: what was given. All else that it will have is not known,
 * at any depth, as the real providers say it.
 *
 * @param made outputs that creation would bring; their values do not matter.
 */
export function previewedOutputs(facts: TypeFacts, inputs: Values, made: Values): Record<string, Value> {
  const outputs = unlessGiven(givenOutputs(facts, inputs), made);
  for (const name of missing(facts, outputs)) outputs[name] = unknown;
  delete outputs["id"];
  return outputs;
}

/** What was given, with an unknown for each field that only what is made has. */
function unlessGiven(given: Values, made: Values): Record<string, Value> {
  const outputs: Record<string, Value> = { ...given };
  for (const [name, value] of Object.entries(made)) outputs[name] = unlessItIsGiven(given[name], value);
  return outputs;
}

function unlessItIsGiven(given: Value | undefined, made: Value): Value {
  if (given === undefined) return unknown;
  if (isRecord(given) && isRecord(made)) return unlessGiven(given, made);
  if (isList(given) && isList(made) && given.length === made.length) {
    return given.map((item, index) => {
      const other = made[index];
      return other === undefined ? item : unlessItIsGiven(item, other);
    });
  }
  return given;
}

/** What a preview can say of an update: what the cloud would set anew is not known before it has. */
export function previewedUpdate(
  outputs: Values,
  made: Values,
  always: readonly string[],
): Record<string, Value> {
  const previewed: Record<string, Value> = { ...outputs };
  for (const [name, value] of Object.entries(made)) {
    if (!sameValue(value, outputs[name])) previewed[name] = unknown;
  }
  for (const name of always) previewed[name] = unknown;
  return previewed;
}

/** The outputs after an update, before what the cloud computes anew: changed inputs echoed, all else as it was. */
export function updatedOutputs(
  facts: TypeFacts,
  old: { readonly inputs: Values; readonly outputs: Values },
  inputs: Values,
): Record<string, Value> {
  const outputs: Record<string, Value> = { ...old.outputs };
  for (const name of Object.keys(old.inputs)) {
    // What the cloud once filled in stays when the program stops naming it.
    if (inputs[name] !== undefined || facts.optionalComputed.includes(name)) continue;
    const value = facts.outputDefaults[name] as Value | undefined;
    if (value === undefined) delete outputs[name];
    else outputs[name] = value;
  }
  for (const [name, value] of Object.entries(echo(facts, inputs))) {
    if (!sameValue(value, old.inputs[name]))
      outputs[name] = withFilled(value, old.inputs[name], old.outputs[name]);
  }
  return outputs;
}

/** An object as it is wanted now, with the fields that the cloud itself had filled in. */
function withFilled(value: Value, given: Value | undefined, had: Value | undefined): Value {
  if (!isRecord(value) || !isRecord(had)) return value;
  const filled = Object.entries(had).filter(([field]) => !isRecord(given) || !(field in given));
  return { ...Object.fromEntries(filled), ...value };
}

/** Outputs with a value for everything that the cloud fills in, where nothing better is known. */
export function withPlausible(facts: TypeFacts, known: Values, draft: Draft): Record<string, Value> {
  const outputs: Record<string, Value> = { ...known };
  for (const name of missing(facts, known)) {
    const type = facts.outputs[name];
    const value = type && plausible(name, type, facts.computed.includes(name), draft);
    if (value !== undefined) outputs[name] = value;
  }
  return outputs;
}

/** A value of the property's type that a reader can take for a real one, where nothing better is known. */
function plausible(name: string, type: PropertyType, computed: boolean, draft: Draft): Value | undefined {
  switch (type.kind) {
    case "string":
      return plausibleText(name, computed, draft);
    case "enum":
      return computed ? type.values[0] : undefined;
    case "number":
      return 0;
    case "boolean":
      return false;
    case "array":
      return [];
    case "map":
      return {};
    case "union":
      return type.of[0] && plausible(name, type.of[0], computed, draft);
    case "object":
      // Nothing is known of its fields, but a program that looks into it shall not fall over it.
      return computed ? {} : undefined;
    case "any":
    case "asset":
    case "archive":
      return undefined;
  }
}

const textRules: readonly (readonly [RegExp, (draft: Draft) => string])[] = [
  [/^(ownerId|accountId|awsAccountId|registryId|owner)$/, (draft) => draft.place.account],
  [/^(region|bucketRegion)$/, (draft) => draft.place.region],
  [/^(availabilityZone)$/, (draft) => `${draft.place.region}a`],
  [/(Date|Time|Timestamp|At)$/, (draft) => draft.now],
  [/^(status|state|lifecycleState)$/i, () => "ACTIVE"],
  [/(Status|State)$/, () => "ACTIVE"],
  [/^(version|latestVersion|versionId)$/, () => "1"],
  [/^(etag|fingerprint|.*(Hash|Md5|Sha256))$/i, (draft) => draft.random.hex(32)],
  [/^(name|fullName)$/, (draft) => draft.id],
  [/(Url|Uri)$/i, (draft) => `https://${host(draft)}/${draft.id}`],
  [/^(.*(DomainName|Endpoint|Hostname|DnsName)|domain|endpoint|dnsName|address)$/, host],
  [/(PrivateIp|privateIpAddress)$/, (draft) => `10.${octets(draft, 3)}`],
  [/(PublicIp|ipAddress)$/i, (draft) => `203.0.${octets(draft, 2)}`],
  [/(Id|Identifier)$/, (draft) => draft.random.hex(17)],
];

function plausibleText(name: string, computed: boolean, draft: Draft): string {
  const rule = textRules.find(([pattern]) => pattern.test(name));
  // What a program may give but has not is mostly empty in the real cloud; only what everybody has is filled.
  if (!computed) return rule && /^(region|availabilityZone)$/.test(name) ? rule[1](draft) : "";
  return rule ? rule[1](draft) : `${name}-${draft.random.hex(8)}`;
}

function host(draft: Draft): string {
  const module = draft.type.split(":")[1]?.split("/")[0] ?? "";
  const label = draft.id
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .slice(0, 63);
  return [label, module, draft.place.region, "amazonaws.com"].filter((part) => part !== "").join(".");
}

function octets(draft: Draft, count: number): string {
  return Array.from({ length: count }, () => String(1 + draft.random.int(253))).join(".");
}
