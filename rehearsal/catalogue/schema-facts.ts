import type { DeclaredType, TypeLine } from "./fact-files";
import type { SchemaFacts } from "./type-facts";

/** Lists of property names in a provider's schema. */
const nameLists = ["required", "computed", "optionalComputed", "sensitive", "replaces"] as const;

/** Inputs of a type as declared, without the marks of required ones. */
function inputNames(declared: DeclaredType): readonly string[] {
  return Object.keys(declared.in).map((key) => key.replace(/!$/, ""));
}

/** Outputs of a type that are no inputs. */
function computedNames(declared: DeclaredType): readonly string[] {
  const inputs = new Set(inputNames(declared));
  return Object.keys(declared.out ?? {}).filter((name) => !inputs.has(name));
}

/**
 * Puts a provider schema's facts beside a type's declarations, in the form of the fact files: what the declarations
 * already say is left out, and a name that they do not have is dropped and noted as not known for sure.
 */
export function withSchema(declared: DeclaredType, schema: SchemaFacts | undefined): TypeLine {
  if (schema === undefined) return declared;
  // The schema says better what is filled in than the declarations let guess.
  return { ...declared, filled: undefined, schema: compact(declared, fit(declared, schema)) };
}

function fit(declared: DeclaredType, schema: SchemaFacts): SchemaFacts {
  const inputs = new Set(inputNames(declared));
  const known = new Set([...inputs, ...computedNames(declared)]);
  const dropped = new Set<string>();
  const keep = (
    names: readonly string[] | undefined,
    allowed: ReadonlySet<string>,
  ): readonly string[] | undefined =>
    names?.filter((name) => {
      const root = /^\w+/.exec(name)?.[0] ?? name;
      if (!allowed.has(root)) dropped.add(root);
      return allowed.has(root);
    });
  const lists = Object.fromEntries(
    nameLists.map((list) => [
      list,
      keep(schema[list], list === "required" || list === "replaces" ? inputs : known),
    ]),
  );
  const defaults = Object.entries(schema.defaults ?? {}).filter(
    ([name]) => keep([name], known)?.length === 1,
  );
  const fitted = {
    ...schema,
    ...lists,
    defaults: Object.fromEntries(defaults),
    replacesNested: keep(schema.replacesNested, inputs),
  };
  if (dropped.size === 0) return fitted;
  const note = `The provider's schema has ${[...dropped].sort().join(", ")}, which the package does not declare.`;
  return { ...fitted, unsure: [...new Set([...(schema.unsure ?? []), note])] };
}

function compact(declared: DeclaredType, schema: SchemaFacts): SchemaFacts {
  const declaredRequired = Object.keys(declared.in).filter((key) => key.endsWith("!"));
  const required = (schema.required ?? []).filter((name) => !declaredRequired.includes(`${name}!`));
  const declaredComputed = computedNames(declared);
  const computed = (schema.computed ?? []).filter((name) => !declaredComputed.includes(name));
  const entries: [keyof SchemaFacts, unknown][] = [
    ["terraform", schema.terraform],
    ["required", required],
    ["computed", computed],
    ["optionalComputed", schema.optionalComputed],
    ["defaults", schema.defaults],
    ["sensitive", (schema.sensitive ?? []).filter((name) => !(declared.secret ?? []).includes(name))],
    ["replaces", schema.replaces],
    ["replacesNested", schema.replacesNested],
    ["neverUpdates", schema.neverUpdates === true ? true : undefined],
    ["timeouts", schema.timeouts],
    ["unsure", schema.unsure],
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
