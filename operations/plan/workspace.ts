import type { GuardLevel } from "../../guard/level";
import { groundworkCommand } from "../../guard/printed-command";
import { loadStackFile, type StackFileOptions } from "../../settings/stack-file";
import { SettingsError } from "../../settings/problem";
import type { StackSettings } from "../../settings/load";
import type { CommandContext } from "../terminal/command-context";
import {
  engineEnvironment,
  engineFor,
  gatedEnvironment,
  requireWhole,
  runParallelism,
} from "../engine/engine-access";
import type { EngineOptions } from "../engine/automation";
import { ConfigCipher } from "../engine/config-cipher";
import { EngineStack } from "../engine/engine-stack";
import { UsageError } from "../terminal/errors";
import { StackApprovals } from "./memory/approvals";
import { ledgerOf, type Ledger, type NoLedger } from "./memory/ledger";
import type { Output } from "../terminal/output";
import { holdOnSignals } from "../terminal/interruption";
import { PlanFiles } from "../engine/plan-files";
import { policyPacks, requireStack, stackFile } from "../terminal/project";
import { rehearsedStack, startSession, type RehearsalSession } from "../engine/rehearsal-session";
import { backendOf } from "../backend/backend";

/** A stack that a command may act on: its settings are right, its engine is there. */
export interface OpenStack {
  readonly name: string;
  readonly settings: StackSettings;
  /** The file that a person writes the settings in. */
  readonly settingsFile: string;
  readonly guardLevel: GuardLevel;
  /** For a question to a person: which cloud a yes would change. */
  readonly where: string;
  /** How a person writes a call on this stack: `up` is `./groundwork up dev`. */
  call(command: string): string;
  readonly engine: EngineStack;
  /** What encrypts the stack's secrets. */
  readonly cipher: ConfigCipher;
  /** For what is told while the engine works. */
  readonly output: Output;
  /** How many resources a run works on at a time. */
  readonly parallel: number;
  readonly policyPacks: readonly string[];
  /** The rehearsal cloud with `--rehearse`, for commands that ask it themselves; else undefined. */
  readonly session: RehearsalSession | undefined;
  /** Aborted when this process is asked to end. */
  readonly signal: AbortSignal;
  /** Aborted as soon as a person asks this process to end. */
  readonly stopping: AbortSignal;
  /** What is needed to open a stack of another project beside this one: same engine, same backend, same credentials. */
  readonly engineOptions: Pick<EngineOptions, "pulumi" | "version" | "environment"> &
    Partial<Pick<EngineOptions, "projectDirectory">>;
  /** The file with the stack's settings that the engine uses: the person's own, or a rehearsal's copy. */
  readonly stackFile: string;
  /** What the guard remembers of it, beside its state; opened on the first call. */
  ledger(): Promise<Ledger | NoLedger>;
  /** What was approved in it; undefined for a stack in which nothing can be. */
  readonly approvals?: StackApprovals;
  /** Where the engine's plans lie between a preview and the run that is held to it. */
  readonly planFiles: PlanFiles;
}

/**
 * Opens a stack, lets `action` have it, and closes what was opened.
 *
 * In this order, so that what is wrong is said before anything is started: the stack has a file, its settings are
 * right, the engine is there, and only then (with `--rehearse`) the rehearsal cloud runs. Without `--rehearse` the
 * engine acts with the person's own backend and credentials, and nothing is created there that was not asked for.
 */
export async function withStack<T>(
  context: CommandContext,
  name: string,
  action: (stack: OpenStack) => Promise<T>,
): Promise<T> {
  const settings = settingsOf(context, name);
  const { accountId, region, guardLevel } = settings.context;
  requireWhole(context);
  const engine = await engineFor(context);
  const session =
    context.rehearsal === undefined
      ? undefined
      : await startSession(context, context.rehearsal, accountId, deployerOf(settings));
  const interruption = holdOnSignals();
  const planFiles = new PlanFiles();
  try {
    const rehearsed = session === undefined ? undefined : rehearsedStack(context, session, name);
    const options = {
      ...engine,
      stack: name,
      projectDirectory: context.project.directory,
      environment: {
        ...gatedEnvironment(context, engine),
        ...session?.environment,
        ...rehearsed?.environment,
      },
    };
    if (rehearsed !== undefined && !rehearsed.exists) {
      await EngineStack.create({ ...options, projectDirectory: rehearsed.initDirectory });
    }
    return await action({
      name,
      settings,
      settingsFile: stackFile(context.project, name),
      guardLevel,
      where: `${session === undefined ? "AWS account" : "rehearsal of account"} ${accountId}, ${region}`,
      call: (command) => groundworkCommand`${command.split(" ")} ${name}`,
      engine: await EngineStack.open(options),
      cipher: new ConfigCipher(context, options),
      output: context.output,
      parallel: runParallelism(context),
      policyPacks: policyPacks(context.project),
      session,
      signal: interruption.signal,
      stopping: interruption.stopping,
      planFiles,
      approvals: StackApprovals.of(context, name),
      ledger: ledgerOf(() => backendOf(context, name), { project: context.project.name, stack: name }),
      engineOptions: {
        ...engine,
        environment: { ...engineEnvironment(context), ...session?.environment },
      },
      stackFile: rehearsed?.environment["PULUMI_OPTION_CONFIG_FILE"] ?? stackFile(context.project, name),
    });
  } finally {
    planFiles.remove();
    await session?.stop();
    interruption.release();
  }
}

/** Who a rehearsal acts as: the first whom the cluster lets do everything, as whoever runs the stack for real has to be. */
export function deployerOf({ sections }: StackSettings): string | undefined {
  return Object.values(sections.cluster?.accessEntries ?? {}).find(({ policy }) => policy === "clusterAdmin")
    ?.principalArn;
}

/**
 * The settings of a stack's file. A rehearsal has its own secrets; what needs none may say so.
 *
 * @throws UsageError with every problem at once.
 */
export function settingsOf(
  context: CommandContext,
  name: string,
  options: StackFileOptions = {},
): StackSettings {
  requireStack(context.project, name);
  try {
    return loadStackFile(
      stackFile(context.project, name),
      { project: context.project.name, stack: name },
      { secretsAreSupplied: context.rehearsal !== undefined, ...options },
    );
  } catch (error) {
    if (error instanceof SettingsError) {
      throw new UsageError(error.message, error.problems);
    }
    throw error;
  }
}
