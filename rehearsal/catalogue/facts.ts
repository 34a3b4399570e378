import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModuleFile, PropertyLine, TypeLine } from "./fact-files";
import { parseModule } from "./fact-files";
import { locate, packages } from "./modules";
import { rulesOf } from "./rules/package-rules";
import type { TypeRules } from "./rules/type-rules";
import type { FunctionFacts, PropertyFacts, PropertyType, SchemaFacts, TypeFacts } from "./type-facts";
import { parseType, type TypeSyntax } from "./type-grammar";

type Side = "in" | "out";

/** Where the generated fact files are. */
export const factsDirectory = join(__dirname, "facts");

const moduleFiles = new Map<string, ModuleFile | undefined>();
const typesRead = new Map<string, TypeFacts | undefined>();
const functionsRead = new Map<string, FunctionFacts | undefined>();

/**
 * What is known of a resource type. Reads the fact file of the type's module on first use, no other.
 *
 * @param token Pulumi token, e.g. `aws:rds/instance:Instance`, or `pulumi:providers:aws` for a provider's own settings.
 * @returns undefined for a type that the package does not declare.
 * @throws Error for a module whose facts have not been generated, with the command that generates them.
 */
export function typeFacts(token: string): TypeFacts | undefined {
  if (!typesRead.has(token)) typesRead.set(token, readTypeFacts(token));
  return typesRead.get(token);
}

/**
 * What is known of a function (data source), by its token, e.g. `aws:ec2/getVpc:getVpc`.
 *
 * @returns undefined for a function that the package does not declare.
 * @throws Error for a module whose facts have not been generated.
 */
export function functionFacts(token: string): FunctionFacts | undefined {
  if (!functionsRead.has(token)) functionsRead.set(token, readFunctionFacts(token));
  return functionsRead.get(token);
}

/** All tokens of resource types of one module's fact file, sorted, e.g. of `aws`, `rds`. */
export function typesOf(packageName: string, module: string): readonly string[] {
  return Object.keys(moduleFile(packageName, module)?.types ?? {});
}

function readTypeFacts(token: string): TypeFacts | undefined {
  const { package: packageName, module } = locate(token);
  const line = moduleFile(packageName, module)?.types[token];
  if (line !== undefined) return typeOf(token, line, packageName, module);
  return isCustomResource(token) ? customResource(token) : undefined;
}

/** Whether a Kubernetes token is of an API group that no built-in type belongs to. */
function isCustomResource(token: string): boolean {
  const { package: packageName, module } = locate(token);
  const [, group = ""] = token.split(":");
  if (packageName !== "kubernetes" || !/^[^/]+\.[^/]+\/v\d\w*$/.test(group)) return false;
  const builtIn = Object.keys(moduleFile(packageName, module)?.types ?? {});
  return builtIn.every((known) => known.split(":")[1] !== group);
}

/** What is known of every custom resource; what is in it only its cluster knows. */
function customResource(token: string): TypeFacts {
  const line: TypeLine = { in: { "apiVersion!": "s", "kind!": "s", metadata: "#meta/v1.ObjectMeta" } };
  return { ...typeOf(token, line, "kubernetes", "index"), open: true };
}

function typeOf(token: string, line: TypeLine, packageName: string, module: string): TypeFacts {
  const schema = line.schema ?? {};
  const rules = rulesOf(token, line);
  const inputs = readInputs({ ...line.in, ...providerInputs(line, rules) }, packageName, module);
  const { autonaming } = rules;
  return {
    token,
    inputs,
    required: requiredInputs(inputs, schema),
    outputs: outputsOf(line, packageName, module),
    computed: union(
      Object.keys(line.out ?? {}).filter((name) => !isInput(line, name)),
      schema.computed,
    ),
    optionalComputed: schema.optionalComputed ?? line.filled ?? [],
    defaults: { ...schema.defaults, ...rules.defaults },
    outputDefaults: rules.outputDefaults ?? {},
    sensitive: union(schema.sensitive, line.secret),
    replaces: union(schema.replaces, rules.replaces),
    replacesNested: union(schema.replacesNested, rules.replacesNested),
    neverUpdates: rules.neverUpdates ?? schema.neverUpdates ?? false,
    ...(autonaming !== undefined && { autoname: autonaming.property, autonaming }),
    timeouts: schema.timeouts ?? {},
    certainty: rules.certainty ?? (line.schema === undefined ? "declarations" : "schema"),
    unsure: schema.unsure ?? [],
    deleteBeforeReplace: rules.deleteBeforeReplace ?? false,
    open: false,
    inputOnly: line.inputOnly ?? [],
    aliases: line.aliases ?? [],
  };
}

function union(...lists: readonly (readonly string[] | undefined)[]): readonly string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))];
}

function isInput(line: TypeLine, name: string): boolean {
  return name in line.in || `${name}!` in line.in;
}

/** Outputs by the declarations: every input that is echoed, and what is declared as output besides. */
function outputsOf(line: TypeLine, packageName: string, module: string): Record<string, PropertyType> {
  const echoed = Object.entries(bare(line.in)).filter(([name]) => !(line.inputOnly ?? []).includes(name));
  return readOutputs({ ...Object.fromEntries(echoed), ...line.out }, packageName, module);
}

/** Outputs that the provider itself also puts among the inputs. */
function providerInputs(line: TypeLine, rules: TypeRules): PropertyLine {
  return Object.fromEntries((rules.providerInputs ?? []).map((name) => [name, line.out?.[name] ?? "*"]));
}

function requiredInputs(
  inputs: Readonly<Record<string, PropertyFacts>>,
  schema: SchemaFacts,
): readonly string[] {
  const declared = Object.keys(inputs).filter((name) => inputs[name]?.required);
  return [...new Set([...declared, ...(schema.required ?? [])])];
}

function readFunctionFacts(token: string): FunctionFacts | undefined {
  const { package: packageName, module } = locate(token);
  const line = moduleFile(packageName, module)?.functions[token];
  return (
    line && {
      token,
      inputs: readInputs(line.in, packageName, module),
      outputs: readOutputs(line.out, packageName, module),
    }
  );
}

function readInputs(line: PropertyLine, packageName: string, module: string): Record<string, PropertyFacts> {
  return Object.fromEntries(
    Object.entries(line).map(([key, text]) => {
      const required = key.endsWith("!");
      const type = resolve(parseType(text), "in", packageName, module);
      return [required ? key.slice(0, -1) : key, { type, required }];
    }),
  );
}

function readOutputs(line: PropertyLine, packageName: string, module: string): Record<string, PropertyType> {
  return Object.fromEntries(
    Object.entries(line).map(([name, text]) => [name, resolve(parseType(text), "out", packageName, module)]),
  );
}

function resolve(syntax: TypeSyntax, side: Side, packageName: string, module: string): PropertyType {
  switch (syntax.form) {
    case "literal":
      return { kind: "enum", values: [syntax.value], open: false };
    case "array":
    case "map":
      return { kind: syntax.form, element: resolve(syntax.element, side, packageName, module) };
    case "union":
      return { kind: "union", of: syntax.of.map((part) => resolve(part, side, packageName, module)) };
    case "enum": {
      const home = syntax.module ?? module;
      const values = moduleFile(packageName, home)?.enums[syntax.name] ?? [];
      return { kind: "enum", values, open: false };
    }
    case "object": {
      const home = syntax.module ?? module;
      let properties: Record<string, PropertyFacts> | undefined;
      return {
        kind: "object",
        name: `${home}.${syntax.name}`,
        properties: () => (properties ??= objectProperties(syntax.name, side, packageName, home)),
      };
    }
    default:
      return { kind: syntax.form };
  }
}

function objectProperties(
  name: string,
  side: Side,
  packageName: string,
  module: string,
): Record<string, PropertyFacts> {
  const file = moduleFile(packageName, module);
  if (side === "in") return readInputs(file?.objects[name] ?? {}, packageName, module);
  const line = file?.outObjects[name] ?? bare(file?.objects[name] ?? {});
  return Object.fromEntries(
    Object.entries(readOutputs(line, packageName, module)).map(([key, type]) => [
      key,
      { type, required: false },
    ]),
  );
}

function bare(line: PropertyLine): PropertyLine {
  return Object.fromEntries(Object.entries(line).map(([key, text]) => [key.replace(/!$/, ""), text]));
}

function moduleFile(packageName: string, module: string): ModuleFile | undefined {
  const key = `${packageName}/${module}`;
  if (!moduleFiles.has(key)) moduleFiles.set(key, readModuleFile(packageName, module));
  return moduleFiles.get(key);
}

function readModuleFile(packageName: string, module: string): ModuleFile | undefined {
  const wanted = packages[packageName];
  if (wanted === undefined) return undefined;
  const file = join(factsDirectory, packageName, `${module}.json`);
  if (existsSync(file)) return parseModule(readFileSync(file, "utf8"));
  if (wanted === "all" || wanted.includes(module)) return undefined;
  throw new Error(
    `The rehearsal carries no facts for the module "${module}" of ${packageName} (it has ${wanted.join(", ")}). ` +
      "Add the module to the list in rehearsal/catalogue/modules.ts and run `npm run catalogue:update`.",
  );
}
