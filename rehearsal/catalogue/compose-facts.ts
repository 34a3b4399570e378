import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readDeclarations } from "./declarations";
import type { ModuleFile } from "./fact-files";
import { formatModule, parseModule } from "./fact-files";
import { packages } from "./modules";
import { withSchema } from "./schema-facts";
import { withShapesOnce } from "./shapes";
import type { SchemaFacts } from "./type-facts";

/** A provider schema's facts by token. */
export type SchemaByToken = ReadonlyMap<string, SchemaFacts>;

/**
 * Makes the fact files of one package anew: declarations of the installed SDK, and beside them what a provider's
 * schema said.
 *
 * @param packageName A package of `modules.ts`.
 * @param sdkDirectory Where the packages are installed, e.g. `node_modules/@pulumi`.
 * @param schema What the provider's schema says; see `readSchemaFacts` for keeping what the committed files have.
 * @returns Text by module.
 */
export function composeFacts(
  packageName: string,
  sdkDirectory: string,
  schema: SchemaByToken,
): ReadonlyMap<string, string> {
  const wanted = packages[packageName];
  if (wanted === undefined) {
    throw new Error(`No package "${packageName}" in rehearsal/catalogue/modules.ts.`);
  }
  const texts = new Map<string, string>();
  for (const [module, declared] of withShapesOnce(
    readDeclarations(join(sdkDirectory, packageName), wanted),
  )) {
    const types = Object.entries(declared.types).map(
      ([token, type]) => [token, withSchema(type, schema.get(token))] as const,
    );
    const composed: ModuleFile = { ...declared, types: Object.fromEntries(types) };
    // A module that declares components only needs no facts.
    if (Object.values(composed).some((section: object) => Object.keys(section).length > 0)) {
      texts.set(module, formatModule(composed));
    }
  }
  return texts;
}

/** The provider schema's facts that the fact files of a package carry, to be kept when declarations are read anew. */
export function readSchemaFacts(directory: string): SchemaByToken {
  const found = new Map<string, SchemaFacts>();
  if (!existsSync(directory)) return found;
  for (const file of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".json")) continue;
    const { types } = parseModule(readFileSync(join(directory, file), "utf8"));
    for (const [token, line] of Object.entries(types)) {
      if (line.schema !== undefined) found.set(token, line.schema);
    }
  }
  return found;
}
