import { functionFacts, typeFacts } from "../catalogue/facts";
import { planFacts } from "../catalogue/plan";
import type { PropertyFacts, PropertyType } from "../catalogue/type-facts";
import { isArchive, isAsset } from "./assets";
import { type Dialect, dialectOf } from "./dialects";
import { nearestName } from "./nearest-name";
import { isList, isRecord, isUnknown, type Value, type Values } from "./values";

/** One thing wrong with a resource's inputs. */
export interface CheckFailure {
  /**
   * Where, e.g. `spec.containers[0].image`. The Terraform bridge leaves it empty on the wire: the engine prints the
   * value of a property that is named there, secret or not.
   */
  readonly property: string;
  /** What is wrong, the place included, without the value. */
  readonly reason: string;
}

type Properties = Readonly<Record<string, PropertyFacts>>;

interface Checking {
  readonly owner: string;
  readonly dialect: Dialect;
  readonly failures: CheckFailure[];
}

/**
 * Checks a resource's inputs against what its package declares: unknown properties, missing required ones, wrong types,
 * values outside closed enumerations, at any depth; and what its provider finds wrong across properties. Unknown values pass every type and count as present; secrets must
 * have been unwrapped.
 *
 * Comes after `applyDefaults`: a name that the provider fills in is required by the cloud, not of the program.
 *
 * @param token The resource type. One that its package does not declare is a failure.
 * @param inputs What the program gave, defaults included.
 * @param owner The resource's name in the program, which the real providers put before a property's path.
 * @returns Everything that is wrong, in the order of the inputs; empty when nothing is.
 */
export function checkInputs(token: string, inputs: Values, owner = "resource"): readonly CheckFailure[] {
  const facts = typeFacts(token);
  if (facts === undefined) return [notDeclared(token, "resource type")];
  const checking: Checking = { owner, dialect: dialectOf(token), failures: [] };
  checkProperties(facts.inputs, inputs, "", facts.open, checking);
  for (const name of facts.required) {
    if (facts.inputs[name]?.required !== true) requirePresent(name, inputs, "", checking);
  }
  for (const find of planFacts(token).invalid ?? []) {
    const wrong = find(inputs);
    if (wrong !== undefined) fail(wrong.property, wrong.reason, checking);
  }
  return checking.failures;
}

/**
 * The same for the arguments of a function (data source).
 *
 * @param token The function, e.g. `aws:ec2/getVpc:getVpc`.
 */
export function checkArguments(token: string, args: Values): readonly CheckFailure[] {
  const facts = functionFacts(token);
  if (facts === undefined) return [notDeclared(token, "function")];
  const name = token.slice(token.lastIndexOf(":") + 1);
  const checking: Checking = { owner: name, dialect: dialectOf(token), failures: [] };
  checkProperties(facts.inputs, args, "", false, checking);
  return checking.failures;
}

function notDeclared(token: string, kind: string): CheckFailure {
  return { property: "", reason: `The installed package declares no ${kind} "${token}".` };
}

function checkProperties(
  properties: Properties,
  values: Values,
  at: string,
  open: boolean,
  checking: Checking,
): void {
  for (const [name, value] of Object.entries(values)) {
    // The engine's own bookkeeping (`__defaults`, `__meta`, …), and what is as good as absent.
    if (name.startsWith("__") || value === null) continue;
    const path = at === "" ? name : `${at}.${name}`;
    const facts = properties[name];
    if (facts !== undefined) checkValue(facts.type, value, path, checking);
    else if (!open) {
      const nearest = nearestName(name, Object.keys(properties));
      fail(path, checking.dialect.unknown(path, nearest, checking.owner), checking);
    }
  }
  for (const [name, facts] of Object.entries(properties)) {
    if (facts.required) requirePresent(name, values, at, checking);
  }
}

function requirePresent(name: string, values: Values, at: string, checking: Checking): void {
  const value = values[name];
  if (value !== undefined && value !== null) return;
  const path = at === "" ? name : `${at}.${name}`;
  fail(path, checking.dialect.missing(path, checking.owner), checking);
}

function checkValue(type: PropertyType, value: Value, path: string, checking: Checking): void {
  if (isUnknown(value)) return;
  if (!fits(type, value, checking.dialect)) {
    fail(path, checking.dialect.type(path, describe(type), describeValue(value), checking.owner), checking);
    return;
  }
  const inner = type.kind === "union" ? type.of.find((part) => fits(part, value, checking.dialect)) : type;
  if (inner?.kind === "object" && isRecord(value)) {
    checkProperties(inner.properties(), value, path, false, checking);
  } else if (inner?.kind === "array" && isList(value)) {
    value.forEach((item, index) => {
      if (item !== null) checkValue(inner.element, item, `${path}[${String(index)}]`, checking);
    });
  } else if (inner?.kind === "map" && isRecord(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (item !== null) checkValue(inner.element, item, `${path}.${key}`, checking);
    }
  }
}

/** Whether a value has the type's outer form; what is inside is looked at afterwards. */
function fits(type: PropertyType, value: Value, dialect: Dialect): boolean {
  switch (type.kind) {
    case "any":
      return true;
    case "string":
      return (
        typeof value === "string" ||
        (dialect.coerces && (typeof value === "number" || typeof value === "boolean"))
      );
    case "number":
      return typeof value === "number" || (dialect.coerces && readsAsNumber(value));
    case "boolean":
      return typeof value === "boolean" || (dialect.coerces && (value === "true" || value === "false"));
    case "enum":
      return type.open || type.values.some((allowed) => allowed === value);
    case "array":
      return isList(value);
    case "map":
    case "object":
      return isRecord(value) && !isAsset(value) && !isArchive(value);
    case "asset":
      return isAsset(value) || (dialect.coerces && typeof value === "string");
    case "archive":
      return isArchive(value) || (dialect.coerces && typeof value === "string");
    case "union":
      return type.of.some((part) => fits(part, value, dialect));
  }
}

function readsAsNumber(value: Value): boolean {
  return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value));
}

function describe(type: PropertyType): string {
  switch (type.kind) {
    case "enum":
      return `one of ${type.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "array":
      return "a list";
    case "any":
      return "any value";
    case "map":
    case "object":
    case "asset":
    case "archive":
      return `${/^[aeio]/.test(type.kind) ? "an" : "a"} ${type.kind}`;
    case "union":
      return [...new Set(type.of.map(describe))].join(" or ");
    default:
      return `a ${type.kind}`;
  }
}

function describeValue(value: Value): string {
  if (isList(value)) return "a list";
  if (isAsset(value)) return "an asset";
  if (isArchive(value)) return "an archive";
  return isRecord(value) ? "an object" : `a ${typeof value}`;
}

function fail(property: string, reason: string, checking: Checking): void {
  checking.failures.push({ property, reason });
}
