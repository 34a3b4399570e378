import type { Autoname } from "../catalogue/autonames";
import { typeFacts } from "../catalogue/facts";
import { locate } from "../catalogue/modules";
import type { PropertyFacts, PropertyType, TypeFacts } from "../catalogue/type-facts";
import { drawName, type NamingWish } from "./autoname";
import { containsUnknown, isList, isRecord, isUnknown, unknown, type Value, type Values } from "./values";

/** Where the Terraform bridge notes which inputs it filled in itself. */
export const defaultsKey = "__defaults";

/** How the Azure provider notes that it drew a name at random, so that a replacement may stand beside the old one. */
export const createBeforeDeleteKey = "__createBeforeDelete";

/** How the Kubernetes provider notes that it drew a name. */
const autonamedAnnotation = "pulumi.com/autonamed";

/** What defaults depend on besides the inputs. */
export interface DefaultsContext {
  /** The resource's name in the program. */
  readonly name: string;
  /** The engine's seed for this resource, equal in preview and update. Default: the system's randomness. */
  readonly seed?: Uint8Array;
  /** Checked inputs of the last run. Absent for a new resource, and for the successor of one that is replaced. */
  readonly oldInputs?: Values;
  readonly autonaming?: NamingWish;
}

/**
 * Fills in what the real provider fills in at Check: a name where the program gives none, and the defaults of its
 * schema; and writes policy documents that were given as objects as JSON. A value that was filled in stays as it is as
 * long as the program is silent about it.
 *
 * @returns The inputs to check, compare and store.
 * @throws Error when a name would be longer than the cloud allows.
 */
export function applyDefaults(token: string, inputs: Values, context: DefaultsContext): Values {
  const facts = typeFacts(token);
  if (facts === undefined || token.startsWith("pulumi:providers:")) return inputs;
  switch (locate(token).package) {
    case "aws":
    case "equinix-metal":
      return bridgedDefaults(facts, inputs, context);
    case "azure-native":
      return azureDefaults(facts, inputs, context);
    case "kubernetes":
      return facts.autoname === "metadata.name"
        ? kubernetesDefaults(facts, inputs, context)
        : releaseDefaults(facts, inputs, context);
    default:
      return inputs;
  }
}

function bridgedDefaults(facts: TypeFacts, inputs: Values, context: DefaultsContext): Values {
  const filled: Record<string, Value> = writeDocuments(facts, inputs);
  const drawn: string[] = [];
  const fill = (name: string, make: () => Value | undefined): void => {
    if (isPresent(filled[name])) return;
    const value = oldDefault(name, context.oldInputs) ?? make();
    if (value === undefined) return;
    filled[name] = value;
    drawn.push(name);
  };
  const { autonaming } = facts;
  // A name and its prefix exclude one another.
  if (autonaming !== undefined && !isPresent(inputs[`${autonaming.property}Prefix`])) {
    fill(
      autonaming.property,
      () => oldName(autonaming, context.oldInputs) ?? nameFor(facts, inputs, context),
    );
  }
  for (const [name, value] of Object.entries(facts.defaults)) fill(name, () => value as Value);
  return { ...withLengths(facts.inputs, filled), [defaultsKey]: drawn.sort() };
}

/** A list that is unknown as a whole comes out of the bridge as a list of one unknown (pulumi/pulumi#13765 shows it). */
function withLengths(
  properties: Readonly<Record<string, PropertyFacts>>,
  values: Values,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const type = properties[name]?.type;
      return [name, type === undefined ? value : withLength(type, value)];
    }),
  );
}

function withLength(type: PropertyType, value: Value): Value {
  if (type.kind === "array") {
    if (isUnknown(value)) return [unknown];
    return isList(value) ? value.map((item) => withLength(type.element, item)) : value;
  }
  return type.kind === "object" && isRecord(value) ? withLengths(type.properties(), value) : value;
}

/** The last run's value, if it was a default then. */
function oldDefault(name: string, old: Values | undefined): Value | undefined {
  const drawn = old?.[defaultsKey];
  // State of before the list was kept: every old value may serve, as in the bridge.
  if (drawn !== undefined && !(isList(drawn) && drawn.includes(name))) return undefined;
  return old?.[name] ?? undefined;
}

/**
 * The name that a resource has, whoever gave it: the bridge draws none anew for one that stands (ComputeAutoNameDefault
 * in pkg/tfbridge/info/autonaming.go, PriorValue). Names that are made in another way are.
 */
function oldName(autonaming: Autoname, old: Values | undefined): string | undefined {
  const name = old?.[autonaming.property];
  return autonaming.unique !== false && typeof name === "string" ? name : undefined;
}

function azureDefaults(facts: TypeFacts, inputs: Values, context: DefaultsContext): Values {
  const { autonaming } = facts;
  if (autonaming === undefined || isPresent(inputs[autonaming.property])) return inputs;
  const old = context.oldInputs?.[autonaming.property] ?? undefined;
  const name = old ?? nameFor(facts, inputs, context);
  if (name === undefined) return inputs;
  const flagged =
    old === undefined ? autonaming.kind !== "copy" : context.oldInputs?.[createBeforeDeleteKey] === true;
  return { ...inputs, [autonaming.property]: name, ...(flagged && { [createBeforeDeleteKey]: true }) };
}

function kubernetesDefaults(facts: TypeFacts, inputs: Values, context: DefaultsContext): Values {
  const { metadata = {} } = inputs;
  if (!isRecord(metadata) || isPresent(metadata["name"]) || isPresent(metadata["generateName"]))
    return inputs;
  const old = isAutonamed(context.oldInputs) ? metadataOf(context.oldInputs)["name"] : undefined;
  const name = old ?? nameFor(facts, inputs, context);
  if (name === undefined) return inputs;
  const { annotations = {} } = metadata;
  // Annotations that are unknown as a whole cannot be added to before they are known.
  const marked = isRecord(annotations) ? { ...annotations, [autonamedAnnotation]: "true" } : annotations;
  return { ...inputs, metadata: { ...metadata, name, annotations: marked } };
}

/** Whether the Kubernetes provider drew the object's name. */
export function isAutonamed(inputs: Values | undefined): boolean {
  const { annotations } = metadataOf(inputs);
  return isRecord(annotations) && annotations[autonamedAnnotation] === "true";
}

/** A Kubernetes object's metadata; empty where there is none, or none that is known. */
export function metadataOf(inputs: Values | undefined): Values {
  const metadata = inputs?.["metadata"];
  return isRecord(metadata) ? metadata : {};
}

function releaseDefaults(facts: TypeFacts, inputs: Values, context: DefaultsContext): Values {
  if (facts.autoname === undefined || isPresent(inputs[facts.autoname])) return inputs;
  const name = context.oldInputs?.[facts.autoname] ?? nameFor(facts, inputs, context);
  return name === undefined ? inputs : { ...inputs, [facts.autoname]: name };
}

function nameFor(facts: TypeFacts, inputs: Values, context: DefaultsContext): string | undefined {
  const { seed = new Uint8Array() } = context;
  return facts.autonaming && drawName(facts.autonaming, context.name, seed, inputs, context.autonaming);
}

function isPresent(value: Value | undefined): boolean {
  return value !== undefined && value !== null;
}

/** Documents that may be given as text or as an object go to the cloud as text, keys sorted. */
function writeDocuments(facts: TypeFacts, inputs: Values): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      if (!isRecord(value) || !isDocument(facts.inputs[name]?.type)) return [name, value];
      return [name, containsUnknown(value) ? unknown : JSON.stringify(sortKeys(value))];
    }),
  );
}

function isDocument(type: PropertyType | undefined): boolean {
  if (type?.kind !== "union") return false;
  const kinds = type.of.map((part) => part.kind);
  return (
    kinds.includes("string") && type.of.some((part) => part.kind === "object" && /Document$/.test(part.name))
  );
}

function sortKeys(value: Value): Value {
  if (isList(value)) return value.map(sortKeys);
  if (!isRecord(value)) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, item]) => [key, sortKeys(item)]));
}
