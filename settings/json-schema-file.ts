import * as fs from "node:fs";
import * as path from "node:path";
import * as prettier from "prettier";
import { alarmsReference } from "./alarms/reference";
import type { TriedChanges } from "./change-verdicts";
import { stackFileJsonSchema } from "./json-schema";
import type { StackSettings } from "./load";
import { settingsReference } from "./reference";
import { loadStackFile } from "./stack-file";

/** `npm run schema:update`: writes what is made from the schema. A test says when it was forgotten. */

export interface GeneratedFile {
  /** From the project's folder. */
  readonly file: string;
  readonly text: string;
}

export async function generatedFiles(projectDirectory: string): Promise<readonly GeneratedFile[]> {
  const reference = path.join("docs", "settings.md");
  const options = await prettier.resolveConfig(path.join(projectDirectory, reference));
  const page = (text: string): Promise<string> => prettier.format(text, { ...options, parser: "markdown" });
  return [
    {
      file: path.join("schema", "stack.schema.json"),
      text: `${JSON.stringify(stackFileJsonSchema(), null, 2)}\n`,
    },
    {
      file: reference,
      text: await page(settingsReference(triedChanges(projectDirectory))),
    },
    { file: path.join("docs", "alarms.md"), text: await page(alarmsReference(committed(projectDirectory))) },
  ];
}

/** The stacks that have a file here, with placeholders for their secrets. */
function committed(projectDirectory: string): Readonly<Record<string, StackSettings>> {
  const load = (stack: string): readonly [string, StackSettings] => [
    stack,
    loadStackFile(
      path.join(projectDirectory, `Pulumi.${stack}.yaml`),
      { project: "groundwork", stack },
      { secretsAreSupplied: true },
    ),
  ];
  return Object.fromEntries(["dev", "prod"].map(load));
}

/** What `npm run changes -- --write` has found out. */
function triedChanges(projectDirectory: string): TriedChanges {
  return JSON.parse(
    fs.readFileSync(path.join(projectDirectory, "schema", "changes.json"), "utf8"),
  ) as TriedChanges;
}

async function update(projectDirectory: string): Promise<void> {
  for (const { file, text } of await generatedFiles(projectDirectory)) {
    const target = path.join(projectDirectory, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
    console.log(`wrote ${file}`);
  }
}

if (require.main === module) {
  void update(path.join(__dirname, ".."));
}
