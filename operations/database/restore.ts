import * as path from "node:path";
import { groundworkCommand } from "../../guard/printed-command";
import type { DatabaseSettings } from "../../settings/sections/database";
import { restoredName, type RestoredInstance } from "../../settings/sections/restored-database";
import { diffOf } from "../engine/file-diff";
import {
  readText,
  refuseWhatIsWrong,
  replaceText,
  withEntry,
  withPair,
  type ScalarEdit,
} from "../engine/stack-file-edit";
import { approveLine } from "../plan/memory/approve-line";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { copyOf, type Copy, type Wanted } from "./copies";
import { identifierOf, instanceOf, withAnyDatabase, type Database, type DatabaseServer } from "./server";

export interface RestoreOptions {
  readonly snapshot?: string;
  /** ISO 8601; what has no seconds is the whole minute, what has no zone is refused. */
  readonly moment?: string;
  readonly latest?: boolean;
  /** What the file is to call it. Default: by day and time. */
  readonly as?: string;
  readonly class?: string;
}

type Serving = Omit<DatabaseServer, keyof Database> | undefined;

/**
 * Writes an instance that is made of a copy into the stack file, beside what there is: `up` makes it. What is in the file already is
 * not written twice, so that the same call goes on wherever it was broken off. Where RDS has no instance that serves any more, the new
 * one serves at once, since nothing else could.
 */
export async function restore(
  context: CommandContext,
  stackName: string,
  options: RestoreOptions,
): Promise<ExitCode> {
  const wanted = wantedOf(options);
  return withAnyDatabase(context, stackName, async (database, serving) => {
    const known = writtenAlready(database.settings, wanted, options.as);
    if (known !== undefined) {
      return goOn(context, database, known);
    }
    const name = options.as ?? nameOfNow(new Date());
    requireName(name, database);
    const identifier = identifierOf(database.stack, name);
    if ((await instanceOf(database, identifier)) !== undefined) {
      throw new FailedError(
        `RDS has an instance ${identifier} already, and the stack file does not: give the new one another name by --as. Nothing was touched.`,
      );
    }
    const copy = await copyOf(database, wanted);
    const isGone = (await instanceOf(database)) === undefined;
    return write(context, database, { name, copy, isGone, serving, instanceClass: options.class });
  });
}

interface Planned {
  readonly name: string;
  readonly copy: Copy;
  /** RDS has no instance that serves. */
  readonly isGone: boolean;
  readonly serving: Serving;
  readonly instanceClass: string | undefined;
}

async function write(context: CommandContext, database: Database, planned: Planned): Promise<ExitCode> {
  const { output, project } = context;
  const { stack, settings } = database;
  const { name, copy, isGone, serving } = planned;
  const file = path.basename(stack.settingsFile);
  const names = { file, project: project.name };
  const before = readText(stack.settingsFile);
  const added = editsOf(planned, settings, ownKey(serving)).reduce(
    (text, edit) => withEntry(text, edit, names),
    before,
  );
  const after = isGone ? withTheOneThatServes(added, planned.name, settings, names) : added;
  refuseWhatIsWrong(context, stack.name, after, file);

  const document = { stack: stack.name, name, ...copy, file, serves: isGone };
  output.print(`${file} would say:`);
  output.print(diffOf(before, after).join("\n"));
  output.print("");
  output.printFitted(
    `${name} will be a new instance, ${identifierOf(stack, name)}, with the data of ${copy.identifier} as it was at ${copy.asOf}: in the same ` +
      "network, with the same parameters, locks and people who may connect.",
  );
  output.printFitted(
    isGone
      ? `RDS has no instance ${database.identifier} any more, so that ${name} serves at once.`
      : `${database.identifier} stays as it is, and serves. While both stand, both cost.`,
  );
  if (!(await confirm(`Write this into ${file}?`, context))) {
    output.document({ ...document, result: "declined" });
    output.print("Nothing was touched.");
    return exitCodes.done;
  }
  replaceText(stack.settingsFile, before, after);
  const forget = isGone && serving !== undefined ? forgetLine(serving, stack.name) : undefined;
  const next = nextOf(stack.name, name, isGone);
  output.document({ ...document, result: "written", ...(forget !== undefined && { forget }), ...next });
  output.print("Written.");
  if (forget !== undefined) {
    output.print(`That the old one is gone takes an approval, with your reason: ${forget}`);
  }
  printNext(context, next);
  return exitCodes.done;
}

/** What is in the file already: how far it is, and what comes next. */
async function goOn(context: CommandContext, database: Database, name: string): Promise<ExitCode> {
  const { output } = context;
  const { stack, settings } = database;
  const identifier = identifierOf(stack, name);
  const instance = await instanceOf(database, identifier);
  const serves = settings.serving === name;
  const next = nextOf(stack.name, name, serves);
  const state = instance?.DBInstanceStatus ?? null;
  output.document({ stack: stack.name, name, identifier, result: "in the file", state, serves, ...next });
  output.print(
    `${path.basename(stack.settingsFile)} has it already, as ${name}: ` +
      (state === null ? "RDS has not made it yet." : `RDS has ${identifier}, which is ${state}.`) +
      " Another one stands beside it by --as NAME. Nothing was touched.",
  );
  printNext(context, next);
  return exitCodes.done;
}

interface Next {
  readonly apply: string;
  readonly look?: string;
  readonly then?: string;
}

function nextOf(stack: string, name: string, serves: boolean): Next {
  return {
    apply: groundworkCommand`up ${stack}`,
    ...(!serves && {
      look: groundworkCommand`database ${stack} shell --instance ${name}`,
      then: groundworkCommand`database ${stack} switch ${name}`,
    }),
  };
}

function printNext({ output }: CommandContext, { apply, look, then }: Next): void {
  output.print(`Make it, or go on making it:   ${apply}`);
  if (look !== undefined && then !== undefined) {
    output.print(`Look at its data:              ${look}`);
    output.print(`Let it serve:                  ${then}`);
  }
}

/** @throws UsageError for none or several, and for a time that is none. */
function wantedOf({ snapshot, moment, latest = false }: RestoreOptions): Wanted {
  const given = [snapshot, moment, latest ? "latest" : undefined].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new UsageError(
      "Of what? One of --snapshot ID, --moment 2026-12-01T03:00Z and --latest. Nothing was touched.",
    );
  }
  if (moment === undefined) {
    return snapshot === undefined ? { moment: "latest" } : { snapshot };
  }
  const time = new Date(moment);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(moment) || Number.isNaN(time.getTime())) {
    throw new UsageError(
      `--moment ${JSON.stringify(moment)} is no time with its zone. Allowed: 2026-12-01T03:00Z, 2026-12-01T04:00:30+01:00. Nothing was touched.`,
    );
  }
  if (time > new Date()) {
    throw new UsageError(`--moment ${moment} has not been yet. Nothing was touched.`);
  }
  return { moment: `${time.toISOString().slice(0, 19)}Z` };
}

/**
 * What the file calls an instance of the same copy: by the name that was given, else any. The latest of a call before is the one that
 * does not serve.
 *
 * @throws UsageError for a name that is another copy's.
 */
function writtenAlready(
  { restored, serving }: DatabaseSettings,
  wanted: Wanted,
  as: string | undefined,
): string | undefined {
  const isSame = (name: string, { snapshot, moment }: RestoredInstance): boolean =>
    "snapshot" in wanted
      ? snapshot === wanted.snapshot
      : wanted.moment === "latest"
        ? moment !== undefined && name !== serving
        : moment === wanted.moment;
  const same = Object.entries(restored).filter(([name, copy]) => copy.state === "kept" && isSame(name, copy));
  if (as === undefined) {
    return same.at(-1)?.[0];
  }
  if (as in restored && !same.some(([name]) => name === as)) {
    throw new UsageError(
      `The name ${as} is that of an instance of another copy already: give another one by --as. Nothing was touched.`,
    );
  }
  return as in restored ? as : undefined;
}

/** Names of days and times are never given twice, as those of their last snapshots must not be. */
function nameOfNow(now: Date): string {
  const [day = "", time = ""] = now.toISOString().split("T");
  return `r${day.replaceAll("-", "")}-${time.slice(0, 5).replace(":", "")}`;
}

function requireName(name: string, { stack }: Database): void {
  const { success } = restoredName.safeParse(name);
  if (!success || identifierOf(stack, name).length > 63) {
    throw new UsageError(
      `--as ${JSON.stringify(name)} is no name: up to 20 lower-case letters, digits and single hyphens, beginning with a letter, not \`first\`, ` +
        "and 63 with what comes before it in RDS. Nothing was touched.",
    );
  }
}

function editsOf(
  { name, copy, instanceClass }: Planned,
  { allocatedStorage }: DatabaseSettings,
  key: string | undefined,
): readonly ScalarEdit[] {
  const values = {
    ...copy.source,
    ...(instanceClass !== undefined && { instanceClass }),
    ...(copy.storage > allocatedStorage && { allocatedStorage: copy.storage }),
    ...(copy.key !== undefined && copy.key !== key && { kmsKeyArn: copy.key }),
  };
  return Object.entries(values).map(([property, value]) => ({
    path: ["groundwork:database", "restored", name, property],
    value,
  }));
}

/** ARN of the key that the stack's own instances are encrypted with, as far as the state has it. */
function ownKey(serving: Serving): string | undefined {
  const key = serving?.resources.find(
    ({ type, urn }) => type === "aws:kms/key:Key" && urn.endsWith("::database-key"),
  );
  const arn = key?.outputs?.["arn"];
  return typeof arn === "string" ? arn : undefined;
}

/** Nothing else could, and the one that has gone is given up. */
function withTheOneThatServes(
  text: string,
  name: string,
  { serving }: DatabaseSettings,
  names: { readonly file: string; readonly project: string },
): string {
  const path = ["groundwork:database"];
  const served = withPair(text, { path, oneOf: ["serving"], key: "serving", value: name }, names);
  const gone =
    serving === "first"
      ? { path, oneOf: ["first"], key: "first", value: "givenUp" }
      : { path: [...path, "restored", serving], oneOf: ["state"], key: "state", value: "givenUp" };
  return withPair(served, gone, names);
}

function forgetLine({ resource }: NonNullable<Serving>, stack: string): string {
  return approveLine({ urn: resource.urn, id: resource.id ?? "", operation: "forget" }, stack);
}
