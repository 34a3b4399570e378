import * as path from "node:path";
import { readText, refuseWhatIsWrong, replaceText, withScalars } from "../engine/stack-file-edit";
import { planUpdate } from "../plan/planning";
import { standingSetting } from "../plan/setting-paths";
import { withStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { table } from "../terminal/output";
import { stackFile } from "../terminal/project";

/**
 * Writes into the stack file what the cloud has moved by itself and the guard lets nobody take back: a version that AWS has upgraded,
 * storage that has grown. Each value is shown, and a person is asked. Nothing changes but those values in that file.
 */
export async function adopt(context: CommandContext, stackName: string): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output, project } = context;
    output.note(`Previewing ${stack.name} (${stack.where})`);
    const { refusals } = await planUpdate(stack, { refresh: true });
    const edits = new Map(
      refusals
        .map(standingSetting)
        .filter((edit) => edit !== undefined)
        .map((edit) => [edit.path.join("."), edit]),
    );
    const file = stackFile(project, stackName);
    const name = path.basename(file);
    const settings = [...edits].map(([setting, { value }]) => ({ setting, value }));
    if (settings.length === 0) {
      output.document({ stack: stackName, file: name, result: "nothing to adopt", settings });
      output.print("Nothing to adopt: the cloud has changed no value that the file should take over.");
      return exitCodes.done;
    }
    const text = readText(file);
    const edited = withScalars(text, [...edits.values()], { file: name, project: project.name });
    refuseWhatIsWrong(context, stackName, edited, name);
    output.print(`${name} would say what there is:`);
    output.print(
      table(
        settings.map(({ setting, value }) => [setting, JSON.stringify(value)]),
        "  ",
      ),
    );
    if (!(await confirm(`Write this into ${name}?`, context))) {
      output.document({ stack: stackName, file: name, result: "declined", settings });
      output.print("Nothing was touched.");
      return exitCodes.done;
    }
    replaceText(file, text, edited);
    output.document({ stack: stackName, file: name, result: "written", settings });
    output.print(`Written. \`${stack.call("preview")}\` shows what is left.`);
    return exitCodes.done;
  });
}
