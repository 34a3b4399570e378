import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { composeFacts, readSchemaFacts, type SchemaByToken } from "./compose-facts";
import { factsDirectory } from "./facts";
import { notInstalled, packages } from "./modules";
import { parsePackageSchema, renewFacts } from "./package-schema";

/**
 * `npm run catalogue:update`: makes the fact files anew from the declarations of the installed packages. What a
 * provider's schema said stays as committed, unless `--schema FILE` gives another one (see facts/README.md).
 */
function main(): void {
  const command = new Command("catalogue:update")
    .description("Makes rehearsal/catalogue/facts anew from the declarations of the installed packages.")
    .option(
      "--schema <file>",
      "what `pulumi package get-schema <package>` prints, to renew a provider's facts with",
    )
    .parse();
  const { schema } = command.opts<{ schema?: string }>();
  const given = schema === undefined ? undefined : parsePackageSchema(readFileSync(schema, "utf8"));
  for (const packageName of Object.keys(packages).filter((name) => !notInstalled.has(name))) {
    const directory = join(factsDirectory, packageName);
    const kept = readSchemaFacts(directory);
    const facts = given?.package === packageName ? renew(kept, given.facts) : kept;
    write(packageName, composeFacts(packageName, sdkDirectory, facts));
  }
}

const sdkDirectory = join(__dirname, "..", "..", "node_modules", "@pulumi");

/** A Pulumi schema carries less than the provider's own: what it is silent about is kept. */
function renew(kept: SchemaByToken, given: SchemaByToken): SchemaByToken {
  const renewed = new Map(kept);
  for (const [token, facts] of given) renewed.set(token, renewFacts(kept.get(token), facts));
  return renewed;
}

function write(packageName: string, texts: ReadonlyMap<string, string>): void {
  const directory = join(factsDirectory, packageName);
  rmSync(directory, { recursive: true, force: true });
  for (const [module, text] of texts) {
    const file = join(directory, `${module}.json`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const bytes = [...texts.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  process.stdout.write(
    `${packageName}: ${String(texts.size)} modules, ${String(Math.ceil(bytes / 1024))} KB\n`,
  );
}

main();
