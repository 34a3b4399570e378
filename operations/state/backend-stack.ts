import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { groundworkCommand } from "../../guard/printed-command";
import type { StateSettings } from "../../settings/sections/state";
import type { CommandContext } from "../terminal/command-context";
import { engineFor, gatedEnvironment, requireWhole } from "../engine/engine-access";
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
  const { state } = settingsOf(context, stack).sections;
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
  const stackSettings = settingsOf(context, name);
  const { context: stackContext } = stackSettings;
  const settings = stateSettingsOf(context, name);
  requireWhole(context);
  const engine = await engineFor(context);
  const { rehearsal, project } = context;
  const session =
    rehearsal === undefined ? undefined : await startSession(context, rehearsal, stackContext.accountId);
  const interruption = holdOnSignals();
  const planFiles = new PlanFiles();
  try {
    const options = {
      ...engine,
      stack: name,
      projectDirectory: path.join(project.directory, "state"),
      environment: {
        ...gatedEnvironment(context, engine),
        ...session?.environment,
        PULUMI_OPTION_CONFIG_FILE: stackFile(project, name),
        ...(session !== undefined && rehearsedStack(context, session, name).environment),
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
      engineOptions: {
        ...engine,
        environment: options.environment,
        projectDirectory: options.projectDirectory,
      },
      stackFile: options.environment.PULUMI_OPTION_CONFIG_FILE,
      guardLevel: stackContext.guardLevel,
      where: `${session === undefined ? "" : "rehearsal of "}Azure subscription ${settings.subscriptionId}, ${settings.location}`,
      call: (command) => groundworkCommand`${command.split(" ")} ${name}`,
      engine: await EngineStack.open(options),
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
    await session?.stop();
    interruption.release();
  }
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
