import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { DeclaredTypes, parseDeclarations, splitPath } from "./declared-types";
import type { DeclaredType, ModuleFile } from "./fact-files";
import { emptyModule } from "./fact-files";
import { locate } from "./modules";

type Modules = Map<string, ReturnType<typeof emptyModule>>;

/**
 * Reads what the installed SDK of a Pulumi package declares.
 *
 * @param directory The package's folder, e.g. `node_modules/@pulumi/aws`.
 * @param wanted The modules to read; `all` for every one. Nested types of other modules that these use come along.
 * @returns Facts by module, without what only a provider's schema knows.
 * @throws Error naming file and type when a declaration has a form that the fact files cannot express.
 */
export function readDeclarations(
  directory: string,
  wanted: "all" | readonly string[],
): ReadonlyMap<string, ModuleFile> {
  const types = new DeclaredTypes(directory);
  const modules: Modules = new Map();
  for (const file of declarationFiles(directory)) {
    const folder = file.includes("/") ? file.slice(0, file.indexOf("/")) : "index";
    if (wanted === "all" || wanted.includes(folder)) readFile(join(directory, file), types, modules);
  }
  addNested(types, modules);
  return modules;
}

function declarationFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".d.ts") && !/^(types|node_modules|scripts)\//.test(file))
    .filter((file) => existsSync(join(directory, script(file))))
    .sort();
}

const script = (declarationFile: string): string => declarationFile.replace(/\.d\.ts$/, ".js");

function moduleOf(modules: Modules, name: string): ReturnType<typeof emptyModule> {
  const existing = modules.get(name);
  if (existing !== undefined) return existing;
  const created = emptyModule();
  modules.set(name, created);
  return created;
}

function readFile(file: string, types: DeclaredTypes, modules: Modules): void {
  const code = readFileSync(join(script(file)), "utf8");
  const token = /__pulumiType = '([^']+)'/.exec(code)?.[1];
  const invoked = /runtime\.invoke\("([^"]+)"/.exec(code)?.[1];
  // Only generated resources and data sources carry a token; hand-written helpers and index files do not.
  if (token === undefined && invoked === undefined) return;
  const source = parseDeclarations(file);
  if (token !== undefined) readResource(source, code, token, types, modules);
  else if (invoked !== undefined) readFunction(source, invoked, types, modules);
}

function readResource(
  source: ts.SourceFile,
  code: string,
  declaredToken: string,
  types: DeclaredTypes,
  modules: Modules,
): void {
  const declaration = source.statements.find(ts.isClassDeclaration);
  const base = declaration?.heritageClauses?.[0]?.types[0]?.expression.getText();
  // Components are built by their own code, not by a provider's create.
  if (declaration === undefined || base === undefined || base === "pulumi.ComponentResource") return;
  const token = base === "pulumi.ProviderResource" ? `pulumi:providers:${declaredToken}` : declaredToken;
  const { module } = locate(token);
  const args = argumentsOf(source, declaration);
  const inputs = types.writeProperties(args === undefined ? [] : [...args.members], "in", module);
  const outputs = types.writeProperties([...declaration.members], "out", module);
  moduleOf(modules, module).types[token] = {
    ...compareOutputs(inputs, outputs),
    // The Kubernetes SDK declares every output as always there, which tells nothing.
    ...(!token.startsWith("kubernetes:") && filledInputs(inputs, declaration)),
    ...constructorFacts(code),
  };
}

/** The interface of the constructor's second parameter. */
function argumentsOf(
  source: ts.SourceFile,
  declaration: ts.ClassDeclaration,
): ts.InterfaceDeclaration | undefined {
  const constructor = declaration.members.find(ts.isConstructorDeclaration);
  const name = constructor?.parameters[1]?.type?.getText();
  return interfaceNamed(source, name);
}

function interfaceNamed(
  source: ts.SourceFile,
  name: string | undefined,
): ts.InterfaceDeclaration | undefined {
  return source.statements
    .filter(ts.isInterfaceDeclaration)
    .find((statement) => statement.name.text === name);
}

function compareOutputs(inputs: Record<string, string>, outputs: Record<string, string>): DeclaredType {
  const bare = Object.fromEntries(
    Object.entries(inputs).map(([name, type]) => [name.replace(/!$/, ""), type]),
  );
  const out = Object.fromEntries(Object.entries(outputs).filter(([name, type]) => bare[name] !== type));
  const inputOnly = Object.keys(bare).filter((name) => !(name in outputs));
  return {
    in: inputs,
    ...(Object.keys(out).length > 0 && { out }),
    ...(inputOnly.length > 0 && { inputOnly }),
  };
}

/** Optional inputs whose output is never undefined: something fills them in. */
function filledInputs(
  inputs: Record<string, string>,
  declaration: ts.ClassDeclaration,
): { filled?: string[] } {
  const filled = declaration.members
    .filter(ts.isPropertyDeclaration)
    .filter((member) => member.name.getText() in inputs)
    .filter((member) => !/\| undefined>$/.test(member.type?.getText() ?? ""))
    .map((member) => member.name.getText());
  return filled.length > 0 ? { filled } : {};
}

/** What only the constructor's code says: secrets, replacements asked for by the SDK, former tokens. */
function constructorFacts(code: string): Pick<DeclaredType, "secret" | "replaceOnChanges" | "aliases"> {
  const secretOutputs = list(/additionalSecretOutputs: (\[[^\]]*\])/.exec(code)?.[1]);
  const secretInputs = [...code.matchAll(/resourceInputs\["(\w+)"\] = [^\n]*pulumi\.secret\(/g)].map(
    (match) => match[1] ?? "",
  );
  const secret = [...new Set([...secretOutputs, ...secretInputs])].sort();
  const replaceOnChanges = list(/replaceOnChanges: (\["(?:[^"]*)"(?:, "[^"]*")*\])/.exec(code)?.[1]);
  const aliasOptions = /const aliasOpts = \{ aliases: \[(.*)\] \};/.exec(code)?.[1] ?? "";
  const aliases = [...aliasOptions.matchAll(/type: "([^"]+)"/g)].map((match) => match[1] ?? "");
  return {
    ...(secret.length > 0 && { secret }),
    ...(replaceOnChanges.length > 0 && { replaceOnChanges }),
    ...(aliases.length > 0 && { aliases }),
  };
}

function list(text: string | undefined): string[] {
  return text === undefined ? [] : (JSON.parse(text) as string[]);
}

function readFunction(source: ts.SourceFile, token: string, types: DeclaredTypes, modules: Modules): void {
  const declaration = source.statements.find(ts.isFunctionDeclaration);
  const { module } = locate(token);
  const args = interfaceNamed(source, declaration?.parameters[0]?.type?.getText());
  const resultName = /^Promise<(\w+)>$/.exec(declaration?.type?.getText() ?? "")?.[1];
  const result = interfaceNamed(source, resultName);
  moduleOf(modules, module).functions[token] = {
    in: types.writeProperties(args === undefined ? [] : [...args.members], "in", module),
    out: types.writeProperties(result === undefined ? [] : [...result.members], "out", module),
  };
}

function addNested(types: DeclaredTypes, modules: Modules): void {
  const nested = types.nested();
  for (const [path, line] of nested.in) {
    const { module, name } = splitPath(path);
    moduleOf(modules, module).objects[name] = line;
  }
  for (const [path, line] of nested.out) {
    const { module, name } = splitPath(path);
    const asInput = nested.in.get(path);
    const bare =
      asInput &&
      Object.fromEntries(Object.entries(asInput).map(([key, type]) => [key.replace(/!$/, ""), type]));
    if (JSON.stringify(bare) !== JSON.stringify(line)) moduleOf(modules, module).outObjects[name] = line;
  }
  for (const [path, values] of nested.enums) {
    const { module, name } = splitPath(path);
    moduleOf(modules, module).enums[name] = values;
  }
}
