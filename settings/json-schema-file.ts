import * as fs from "node:fs";
import * as path from "node:path";
import * as prettier from "prettier";
import type { TriedChanges } from "./change-verdicts";
import { stackFileJsonSchema } from "./json-schema";
import { settingsReference } from "./reference";

/** `npm run schema:update`: writes what is made from the schema. A test says when it was forgotten. */

export interface GeneratedFile {
  /** From the project's folder. */
  readonly file: string;
  readonly text: string;
}

export async function generatedFiles(projectDirectory: string): Promise<readonly GeneratedFile[]> {
  const reference = path.join("docs", "settings.md");
  const options = await prettier.resolveConfig(path.join(projectDirectory, reference));
  return [
    {
      file: path.join("schema", "stack.schema.json"),
      text: `${JSON.stringify(stackFileJsonSchema(), null, 2)}\n`,
    },
    {
      file: reference,
      text: await prettier.format(settingsReference(triedChanges(projectDirectory)), {
        ...options,
        parser: "markdown",
      }),
    },
  ];
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
