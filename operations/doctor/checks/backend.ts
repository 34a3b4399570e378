import { existsSync } from "node:fs";
import { groundworkCommand } from "../../../guard/printed-command";
import { storedSecrets } from "../../../settings/stack-file";
import { readYaml } from "../../../settings/yaml-file";
import { backendOf } from "../../backend/backend";
import { readState } from "../../backend/layout";
import { readLocks } from "../../backend/locks";
import { refsOf } from "../../backend/refs";
import { withoutSecrets } from "../../backend/store";
import { providerOf } from "../../engine/encrypted-values";
import { engineEnvironment, engineFor } from "../../engine/engine-access";
import { EngineStack } from "../../engine/engine-stack";
import { readText } from "../../engine/stack-file-edit";
import type { CommandContext } from "../../terminal/command-context";
import { reasonOf, told, type Check, type Finding, type Patient, type Severity } from "../check";

/** That the place of the state answers, has the stack, is free, and that what is encrypted can be read. */
export const backend: Check = async (patient) => {
  const { context, name } = patient;
  let found;
  try {
    found = await backendOf(context, name);
  } catch (error) {
    return told("error", reasonOf(error), { mend: "Log in to where the state lies" });
  }
  const store = found.open();
  const refs = refsOf(context, name);
  let locks, state;
  try {
    locks = (await Promise.all(refs.map((ref) => readLocks(store, ref)))).flat();
    state = await readState(store, refs[0]);
  } catch (error) {
    const what = `${withoutSecrets(found.url)} does not answer: ${reasonOf(error)}`;
    return told("error", what, { mend: "Without it nothing is previewed and nothing is changed" });
  }
  const stands = state !== undefined;
  return [
    ...locks.flatMap(({ host, process, since, user }) =>
      told(
        "warning",
        `the state is locked by ${user} on ${host} since ${since.toISOString()}${process === "dead" ? ", whose process is dead" : ""}`,
        { mend: `\`${groundworkCommand`state lock ${name}`}\` says whether it may be broken` },
      ),
    ),
    // A rehearsal makes its stacks by itself.
    ...(stands || context.rehearsal !== undefined
      ? []
      : told("warning", `${withoutSecrets(found.url)} has no stack ${name} yet`, {
          mend: `\`${groundworkCommand`stack init ${name}`}\``,
        })),
    ...(await secretsCanBeRead(patient, stands)),
  ];
};

/** Whether the backend has the stack; undefined where that cannot be told without the engine. */
export async function standsIn(context: CommandContext, name: string): Promise<boolean | undefined> {
  try {
    const store = (await backendOf(context, name)).open();
    return (await readState(store, refsOf(context, name)[0])) !== undefined;
  } catch {
    return undefined;
  }
}

async function secretsCanBeRead(
  { context, name, settingsFile }: Patient,
  stands: boolean,
): Promise<readonly Finding[]> {
  const text = readText(settingsFile);
  const identity = { project: context.project.name, stack: name };
  const secret = storedSecrets(text, settingsFile, identity).find(({ state }) => state === "set")?.name;
  const provider = providerOf(readYaml(text, settingsFile, { stack: name }).content);
  const about = secret === undefined ? {} : { setting: `groundwork:${secret}` };
  const said = (severity: Severity, what: string, mend?: string): readonly Finding[] =>
    told(severity, what, { ...about, ...(mend && { mend }) });
  if (context.rehearsal !== undefined) {
    return secret === undefined
      ? []
      : said("not asked", "what is encrypted: a rehearsal has placeholders for it");
  }
  const { PULUMI_CONFIG_PASSPHRASE: words, PULUMI_CONFIG_PASSPHRASE_FILE: file = "" } =
    context.environment.variables;
  if (provider["encryptionsalt"] !== undefined && words === undefined && !existsSync(file)) {
    return said(
      "error",
      "a passphrase encrypts what is secret, and nobody gave one",
      "Set PULUMI_CONFIG_PASSPHRASE_FILE to a file that has it",
    );
  }
  if (secret === undefined) {
    return [];
  }
  if (!stands) {
    return said("not asked", "what is encrypted: the engine reads it for a stack of the backend only");
  }
  const engine = await engineFor(context);
  const stack = await EngineStack.open({
    ...engine,
    stack: name,
    projectDirectory: context.project.directory,
    environment: engineEnvironment(context),
  });
  try {
    await stack.secret(`${identity.project}:${secret}`);
    return [];
  } catch (error) {
    return said("error", reasonOf(error), `\`${groundworkCommand`secrets ${name} check`}\``);
  }
}
