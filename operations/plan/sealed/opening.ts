import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";
import { groundworkCommand } from "../../../guard/printed-command";
import { namespace } from "../../../settings/unknown-keys";
import { providerOf } from "../../engine/encrypted-values";
import { readText } from "../../engine/stack-file-edit";
import { sealedPlanMessage } from "../../backend/runs";
import type { CommandContext } from "../../terminal/command-context";
import { FailedError, OperationError, UsageError } from "../../terminal/errors";
import { exitCodes } from "../../terminal/exit-codes";
import { spanText } from "../../terminal/output";
import type { EnginePlan } from "../held-plan";
import { runsOfStack } from "../last-good-run";
import type { PlanOptions } from "../planning";
import type { PlanReport } from "../report";
import type { OpenStack } from "../workspace";
import { circumstancesOf, differencesBetween, short } from "./circumstances";
import type { Difference } from "./difference";
import { differencesOfValues } from "./engine-plans";
import { AlteredSeal, openedContent, readEnvelope, type Envelope } from "./envelope";
import { differencesOfPlans, judgedPlan } from "./judged";
import { encryptedBy, hashOfText, keyName, type SealedCommand, type SealedPlan } from "./sealing";

/** What `--json` says of the sealed plan that a run has carried out. */
export interface AppliedPlan {
  readonly file: string;
  /** SHA-256 of the file; the history of the stack's state has it too. */
  readonly sha256: string;
  readonly sealedAt: string;
  readonly until: string;
  readonly by: string;
  /** Address of the CI run that sealed it. */
  readonly run: string | null;
  readonly commit: string;
}

/** A sealed plan that is what it says, and holds: what it was made for is as it was. */
export class OpenedPlan {
  private constructor(
    private readonly command: SealedCommand,
    readonly applied: AppliedPlan,
    readonly plan: SealedPlan,
    private readonly refuse: Refuse,
  ) {}

  /**
   * Opens a sealed plan, and holds it against what is here. Nothing is touched.
   *
   * @throws UsageError for a file that is not there, or is something else, and where it was made of what the cloud was found to be
   * and the cloud is not to be read.
   * @throws OperationError (3) for one that was altered, that this stack's key does not open, whose time is over or still to come, that
   * was applied already, that is another stack's or another command's, or whose commit, stack file, state, engine or packages are not
   * those that are here; it says which.
   */
  static async open(
    context: CommandContext,
    stack: OpenStack,
    file: string,
    command: SealedCommand,
    { refresh = true }: PlanOptions,
    now = new Date(),
  ): Promise<OpenedPlan> {
    const text = textIn(file);
    const refuse: Refuse = (why, differences) => refusedPlan(file, stack.name, command, why, differences);
    const envelope = envelopeIn(text, file, refuse);
    const foreign: readonly Difference[] = [
      ...different("the project", envelope.project, context.project.name),
      ...different("the stack", envelope.stack, stack.name),
      ...different("the command", envelope.command, command),
    ];
    if (foreign.length > 0) {
      throw refuse("it was sealed for something else", [...foreign, ...overdue(envelope, now)]);
    }
    requireTime(envelope, now, refuse);
    const plan = await opened(envelope, stack, refuse);
    const { sealedAt, until } = envelope;
    const { by, run = null, made } = plan;
    const applied = { file, sha256: hashOfText(text), sealedAt, until, by, run, commit: made.commit };
    const sealed = new OpenedPlan(command, applied, plan, refuse);
    await sealed.requireStill(context, stack, now);
    await sealed.requireFirst(stack);
    if (plan.refresh && !refresh) {
      throw new UsageError(
        `${file} was made of what the cloud was found to be, and is applied like that: call it without --no-refresh. Nothing was touched.`,
      );
    }
    const age = spanText(now.getTime() - Date.parse(sealedAt));
    context.output.note(
      `Applying ${file}: sealed ${age} ago by ${by}${run === null ? "" : ` (${run})`} for commit ${short(made.commit)}, ` +
        `good until ${until}`,
    );
    return sealed;
  }

  /**
   * Holds it against what is here once more: between a preview and its answer hours may pass, and a list that is taken down names
   * URNs, under which something else may stand by then.
   *
   * @throws OperationError (3) where its time is over, or what it was sealed for has moved on.
   */
  async requireStill(context: CommandContext, stack: OpenStack, now = new Date()): Promise<void> {
    requireTime(this.applied, now, this.refuse);
    const here = await circumstancesOf(context, stack, this.applied.file);
    const differences = differencesBetween(this.plan.made, here);
    if (differences.length > 0) {
      throw this.refuse("what it was sealed for has moved on", differences);
    }
  }

  /** A state may become again what it was, when somebody takes back what a plan has made. @throws OperationError (3) */
  private async requireFirst(stack: OpenStack): Promise<void> {
    const { sealedAt, sha256 } = this.applied;
    for await (const { ended, message, result } of runsOfStack(stack)) {
      if (ended.getTime() < Date.parse(sealedAt) - clockSkew) {
        return;
      }
      if (result === "succeeded" && message.startsWith(sealedPlanMessage + sha256)) {
        throw this.refuse(`it was applied already, by the run that ended at ${ended.toISOString()}`);
      }
    }
  }

  /** As a person has called it. */
  get call(): string {
    const { file } = this.applied;
    const { stack } = this.plan.made;
    return this.command === "up"
      ? groundworkCommand`up ${stack} --plan ${file}`
      : groundworkCommand`destroy ${stack} --plan ${file}`;
  }

  /** What of the stack is acted on. */
  get urns(): readonly string[] {
    return [...new Set(this.plan.judged.steps.map(({ urn }) => urn))];
  }

  /** What the engine writes into the stack's history about the run. */
  get message(): string {
    const { sha256, by, commit } = this.applied;
    return `${sealedPlanMessage}${sha256} by ${by}, commit ${commit}`;
  }

  /**
   * Holds what a preview finds now against what was sealed.
   *
   * @param planFile the engine's plan of that preview.
   * @throws OperationError (3) with what differs; nothing was touched.
   */
  requireSame(report: PlanReport, planFile?: string): void {
    const { judged, engine } = this.plan;
    const steps = differencesOfPlans(judged, judgedPlan(report));
    const values =
      steps.length > 0 || engine === undefined || planFile === undefined
        ? []
        : differencesOfValues(engine, JSON.parse(readFileSync(planFile, "utf8")) as EnginePlan);
    const differences = [...steps, ...values];
    if (differences.length > 0) {
      const why = "a preview finds something else now than was sealed, so something moved in the cloud";
      throw this.refuse(why, differences);
    }
  }

  /** The engine's plan, in a file of this run's own. */
  engineFile(stack: OpenStack): string {
    const file = stack.planFiles.next();
    writeFileSync(file, JSON.stringify(this.plan.engine));
    return file;
  }
}

type Refuse = (why: string, differences?: readonly Difference[]) => OperationError;

/** How far the clocks of those who run a stack may be apart. */
const clockSkew = 3_600_000;

/** How many differences a person is told; the document of `--json` has all. */
const told = 20;

function refusedPlan(
  file: string,
  stack: string,
  command: SealedCommand,
  why: string,
  differences: readonly Difference[] = [],
): OperationError {
  const next =
    command === "up"
      ? groundworkCommand`preview ${stack} --out ${file}`
      : groundworkCommand`destroy ${stack} --out ${file}`;
  return new OperationError(
    [
      `${file} is not applied to ${stack}: ${why}. Nothing was touched.`,
      ...differences
        .slice(0, told)
        .map((one) => `  ${one.what}: ${one.sealed} when it was sealed, ${one.now} now`),
      ...(differences.length > told ? [`  and ${differences.length - told} more`] : []),
      `\`${next}\` makes a new one to review.`,
    ].join("\n"),
    exitCodes.refused,
    differences,
  );
}

function textIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(
      `--plan ${file}: it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}). Nothing was touched.`,
    );
  }
}

function envelopeIn(text: string, file: string, refuse: Refuse): Envelope {
  const envelope = unaltered(() => readEnvelope(text), refuse);
  if (envelope === undefined) {
    throw new UsageError(
      `--plan ${file}: that is no sealed plan, as \`${groundworkCommand`preview STACK --out FILE`}\` writes it. Nothing was touched.`,
    );
  }
  return envelope;
}

function unaltered<T>(action: () => T, refuse: Refuse): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof AlteredSeal ? refuse(`somebody has altered it: ${error.message}`) : error;
  }
}

async function opened(envelope: Envelope, stack: OpenStack, refuse: Refuse): Promise<SealedPlan> {
  const provider = providerOf(parse(readText(stack.stackFile)));
  let key: string | undefined;
  try {
    const values = { [`${namespace}:${keyName}`]: envelope.key };
    key = (await stack.cipher.decrypt({ values, provider }))[keyName];
  } catch (error) {
    if (!(error instanceof FailedError)) {
      throw error;
    }
    throw refuse(
      `the key of ${stack.name} does not open it. Either it was sealed under another key or passphrase, or somebody has altered it, or ` +
        `who calls may not decrypt. The engine says: ${error.message.trim()}`,
      different("the key", envelope.encryptedBy, encryptedBy(provider)),
    );
  }
  return unaltered(() => openedContent(envelope, Buffer.from(key ?? "", "base64")), refuse) as SealedPlan;
}

type Times = Pick<Envelope, "sealedAt" | "until">;

function overdue({ until }: Times, now: Date): readonly Difference[] {
  const at = now.toISOString();
  return at < until ? [] : [{ what: "the time", sealed: `until ${until}`, now: at }];
}

/** A clock by which it is not sealed yet does not tell when its time is over. */
function requireTime(times: Times, now: Date, refuse: Refuse): void {
  const differences = overdue(times, now);
  if (differences.length > 0) {
    throw refuse("its time is over", differences);
  }
  if (now.getTime() < Date.parse(times.sealedAt) - clockSkew) {
    throw refuse("the clock here is behind: by it the plan is not sealed yet", [
      { what: "the time", sealed: `at ${times.sealedAt}`, now: now.toISOString() },
    ]);
  }
}

function different(what: string, sealed: string, now: string): Difference[] {
  return sealed === now ? [] : [{ what, sealed, now }];
}
