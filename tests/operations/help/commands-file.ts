import * as fs from "node:fs";
import * as path from "node:path";
import * as prettier from "prettier";
import { commandLine } from "../../../operations/command-line";
import { commandsPage } from "../../../operations/terminal/command-reference";

/** `npm run commands:update`: writes docs/commands.md. A test says when it was forgotten. */
export async function commandsFile(
  projectDirectory: string,
): Promise<{ readonly file: string; readonly text: string }> {
  const file = path.join(projectDirectory, "docs", "commands.md");
  const notCalled = (): never => {
    throw new Error("no command is called");
  };
  const options = await prettier.resolveConfig(file);
  const text = commandsPage(commandLine(notCalled, notCalled, process));
  return { file, text: await prettier.format(text, { ...options, parser: "markdown" }) };
}

async function update(): Promise<void> {
  const { file, text } = await commandsFile(path.join(__dirname, "../../.."));
  fs.writeFileSync(file, text);
  console.log(`wrote ${path.basename(file)}`);
}

if (require.main === module) {
  void update();
}
