import { randomBytes } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { groundworkCommand } from "../../guard/printed-command";
import type { StateSettings } from "../../settings/sections/state";
import type { CommandContext } from "../terminal/command-context";
import { engineFor, gatedEnvironment, requireWhole, runParallelism } from "../engine/engine-access";
import { providerOf } from "../engine/encrypted-values";
import { ConfigCipher } from "../engine/config-cipher";
import { EngineStack } from "../engine/engine-stack";
import { UsageError } from "../terminal/errors";
import { ledgerOf } from "../plan/memory/ledger";
import { holdOnSignals } from "../terminal/interruption";
import { PlanFiles } from "../engine/plan-files";
import { policyPacks, stackFile } from "../terminal/project";
import { rehearsedStack, startSession } from "../engine/rehearsal-session";
import { settingsOf, type OpenStack } from "../plan/workspace";
import { bareProject, type Backend } from "../backend/backend";
import { readState } from "../backend/layout";
import { backendProject } from "../backend/refs";

/** The section `state` of a stack's file. @throws UsageError where there is none. */
export function stateSettingsOf(context: CommandContext, stack: string): StateSettings {
  const { state } = settingsOf(context, stack, { passphraseIsTaken: true }).sections;
  if (state === undefined) {
    throw new UsageError(
      `Pulumi.${stack}.yaml has no section groundwork:state, so nothing says where the state is to live. docs/settings.md ` +
        "describes it. Nothing was touched.",
    );
  }
  return state;
}

/**
 * Opens the stack of the program in state/, which makes the backend, and lets `action` have it. Its own state is read and
 * written in the backend at `url`; its settings are those of the stack's file.
 */
export async function withBackendStack<T>(
  context: CommandContext,
  name: string,
  backend: Backend,
  url: string,
  action: (stack: OpenStack) => Promise<T>,
): Promise<T> {
  const stackSettings = settingsOf(context, name, { passphraseIsTaken: true });
  const { context: stackContext } = stackSettings;
  const settings = stateSettingsOf(context, name);
  requireWhole(context);
  const engine = await engineFor(context);
  const { rehearsal, project } = context;
  const session =
    rehearsal === undefined ? undefined : await startSession(context, rehearsal, stackContext.accountId);
  const interruption = holdOnSignals();
  const planFiles = new PlanFiles();
  const scratch = mkdtempSync(path.join(tmpdir(), "groundwork-state-"));
  try {
    const rehearsed = session && rehearsedStack(context, session, name);
    const own = encryption(context, stackFile(project, name), scratch);
    const configFile = rehearsed?.configFile ?? own.PULUMI_OPTION_CONFIG_FILE;
    const options = {
      ...engine,
      stack: name,
      projectDirectory: path.join(project.directory, "state"),
      environment: {
        ...gatedEnvironment(context, engine),
        ...session?.environment,
        ...(rehearsed?.environment ?? own),
        PULUMI_BACKEND_URL: url,
      },
    };
    if ((await readState(backend.open(url), { project: backendProject, stack: name })) === undefined) {
      await createStack(options);
    }
    return await action({
      name,
      settings: stackSettings,
      settingsFile: stackFile(project, name),
      session,
      output: context.output,
      parallel: runParallelism(context),
      stopping: interruption.stopping,
      engineOptions: {
        ...engine,
        environment: options.environment,
        projectDirectory: options.projectDirectory,
      },
      stackFile: configFile,
      guardLevel: stackContext.guardLevel,
      where: `${session === undefined ? "" : "rehearsal of "}Azure subscription ${settings.subscriptionId}, ${settings.location}`,
      call: (command) => groundworkCommand`${command.split(" ")} ${name}`,
      engine: await EngineStack.open(options),
      cipher: new ConfigCipher(context, options),
      policyPacks: policyPacks(project),
      signal: interruption.signal,
      planFiles,
      ledger: ledgerOf(() => Promise.resolve({ url, open: () => backend.open(url) }), {
        project: backendProject,
        stack: name,
      }),
    });
  } finally {
    planFiles.remove();
    rmSync(scratch, { recursive: true, force: true });
    await session?.stop();
    interruption.release();
  }
}

/**
 * What encrypts this stack, in which nothing is secret: what its file says. A file that says nothing yet (the key vault that it is to
 * say is made here) is copied, for the engine would write a passphrase into it; it needs one, and any will do.
 */
function encryption(
  { environment }: CommandContext,
  file: string,
  scratch: string,
): Readonly<Record<string, string>> & { readonly PULUMI_OPTION_CONFIG_FILE: string } {
  const provider = providerOf(parse(readFileSync(file, "utf8")));
  const [passphrase, passphraseFile] = [
    environment.variables["PULUMI_CONFIG_PASSPHRASE"] ?? "",
    environment.variables["PULUMI_CONFIG_PASSPHRASE_FILE"] ?? "",
  ];
  const isUnder = "encryptionsalt" in provider || passphrase !== "" || passphraseFile !== "";
  const anyPassphrase: Readonly<Record<string, string>> = isUnder
    ? {}
    : { PULUMI_CONFIG_PASSPHRASE: "nothing is secret here" };
  if (Object.keys(provider).length > 0) return { PULUMI_OPTION_CONFIG_FILE: file, ...anyPassphrase };
  const copy = path.join(scratch, path.basename(file));
  copyFileSync(file, copy);
  return { PULUMI_OPTION_CONFIG_FILE: copy, ...anyPassphrase };
}

/**
 * In a folder of its own and under a passphrase that nobody keeps: `stack init` would write into the stack file that it
 * finds. Nothing is encrypted under it; the first `up` takes what the stack's file says.
 */
async function createStack(options: Parameters<typeof EngineStack.create>[0]): Promise<void> {
  const scratch = mkdtempSync(path.join(tmpdir(), "groundwork-state-"));
  try {
    await EngineStack.create({
      ...options,
      projectDirectory: bareProject(scratch, backendProject),
      environment: {
        ...options.environment,
        PULUMI_OPTION_CONFIG_FILE: path.join(scratch, `Pulumi.${options.stack}.yaml`),
        PULUMI_CONFIG_PASSPHRASE: randomBytes(32).toString("hex"),
        PULUMI_CONFIG_PASSPHRASE_FILE: "",
      },
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
