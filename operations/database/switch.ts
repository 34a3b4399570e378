import * as path from "node:path";
import { groundworkCommand } from "../../guard/printed-command";
import { nearestName } from "../../settings/nearest";
import { diffOf } from "../engine/file-diff";
import { readText, refuseWhatIsWrong, replaceText, withPair } from "../engine/stack-file-edit";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, oneOf, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { snapshotOf } from "./copies";
import { identifierOf, instanceOf, withDatabase, type Database } from "./server";

/** States of RDS in which an instance answers. */
const answering: ReadonlySet<string> = new Set([
  ...["available", "backing-up", "storage-optimization", "configuring-enhanced-monitoring"],
]);

/** Writes into the stack file which instance serves; `up` makes it so, and the same call with the other name takes it back. */
export async function switchTo(context: CommandContext, stackName: string, name: string): Promise<ExitCode> {
  return withDatabase(context, stackName, async (database) => {
    const { output, project } = context;
    const { stack, settings } = database;
    const file = path.basename(stack.settingsFile);
    requireInstance(name, database);
    const [identifier, apply] = [identifierOf(stack, name), groundworkCommand`up ${stackName}`];
    const document = { stack: stackName, from: settings.serving, to: name, identifier, file, apply };
    if (settings.serving === name) {
      const isDone = database.identifier === identifier;
      output.document({ ...document, result: isDone ? "serves" : "in the file" });
      output.print(
        isDone
          ? `${identifier} serves already. Nothing was touched.`
          : `${file} says so already. Nothing was touched. It takes effect with: ${apply}`,
      );
      return exitCodes.done;
    }
    const state = (await instanceOf(database, identifier))?.DBInstanceStatus;
    if (state === undefined || !answering.has(state)) {
      throw new FailedError(
        state === undefined
          ? `RDS has no instance ${identifier} (${stack.where}). It is made by: \`${apply}\`. Nothing was touched.`
          : `${identifier} is ${state}, and does not answer. Call again when it is available. Nothing was touched.`,
      );
    }
    const old = settings.serving;
    const before = readText(stack.settingsFile);
    const after = withPair(
      before,
      { path: ["groundwork:database"], oneOf: ["serving"], key: "serving", value: name },
      { file, project: project.name },
    );
    refuseWhatIsWrong(context, stackName, after, file);
    const since = await asOf(database, name);
    const lost = `What was written to ${old} ${since === undefined ? "while it served" : `after ${since}`} is not in ${name}, and does not come there.`;
    output.print(`${file} would say:`);
    output.print(diffOf(before, after).join("\n"));
    output.print("");
    output.printFitted(output.colors.red(lost));
    output.printFitted(
      `Who writes until then writes to ${old}. Where that matters, stop the writers first (replicas: 0 in groundwork:workloads).`,
    );
    output.printFitted(
      "The roles get their passwords on the new one before anything that connects with them is started again. " +
        `${old} stays as it is, with its locks and its price, until it is given up: until then it is switched back by ` +
        `\`${groundworkCommand`database ${stackName} switch ${old}`}\`.`,
    );
    if (!(await confirm(`Write this into ${file}?`, context, name))) {
      output.document({ ...document, result: "declined", lost });
      output.print("Nothing was touched.");
      return exitCodes.done;
    }
    replaceText(stack.settingsFile, before, after);
    output.document({ ...document, result: "written", lost });
    output.print(`Written. It takes effect with: ${apply}`);
    return exitCodes.done;
  });
}

/** @throws UsageError for what the file does not have. */
function requireInstance(name: string, { settings, stack }: Database): void {
  const known = Object.entries({ first: { state: settings.first }, ...settings.restored })
    .filter(([, { state }]) => state === "kept")
    .map(([one]) => one);
  if (known.includes(name)) {
    return;
  }
  const near = nearestName(name, known);
  throw new UsageError(
    `${stack.name} has no instance "${name}". Known: ${oneOf(known)}.${near === undefined ? "" : ` Did you mean ${near}?`} ` +
      `Another one is made by \`${groundworkCommand`database ${stack.name} restore --latest`}\`. Nothing was touched.`,
  );
}

/** The moment whose data an instance began with; undefined for the first, which began empty, and where RDS does not know any more. */
async function asOf(database: Database, name: string): Promise<string | undefined> {
  const { snapshot, moment } = database.settings.restored[name] ?? {};
  const taken = snapshot === undefined ? undefined : await snapshotOf(database, snapshot);
  return moment ?? taken?.SnapshotCreateTime?.toISOString();
}
