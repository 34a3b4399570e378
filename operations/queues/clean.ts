import type * as cloudwatchModule from "@aws-sdk/client-cloudwatch";
import type * as sqsModule from "@aws-sdk/client-sqs";
import { createRequire } from "node:module";
import { awsClientConfig, describeAwsError } from "../engine/aws-clients";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, OperationError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { failureOf } from "../plan/failures";
import { count } from "../terminal/output";
import { withStack, type OpenStack } from "../plan/workspace";
import { deleteQueue, findQueues, isGone, lookAt, nameOf, type Clients } from "./inventory";
import { judgeQueue } from "./judge-queue";
import { documentOf, listing, type Outcome } from "./listing";
import { parseIdleTime } from "./idle-time";
import { spanText } from "../terminal/output";
import type { FoundQueue, Limits } from "./queue";

const load = createRequire(__filename);

export interface CleanOptions {
  /** As the person wrote it: `7d`. */
  readonly idle: string;
  /** Remove abandoned queues that hold messages too; the messages are lost. */
  readonly withMessages: boolean;
  /** List only. */
  readonly dryRun: boolean;
}

/**
 * Lists the queues that the application has made under the stack's control prefix, and removes those that nobody has
 * used for a while. What the stack declares is never touched, nor what has messages unless told, nor what CloudWatch
 * does not tell the last use of.
 */
export async function cleanQueues(
  context: CommandContext,
  stackName: string,
  options: CleanOptions,
): Promise<ExitCode> {
  const idle = parseIdleTime(options.idle);
  return withStack(context, stackName, async (stack) => {
    const { messaging } = stack.settings.sections;
    if (messaging === undefined) {
      throw new UsageError(
        `${stack.name} has no queues: Pulumi.${stack.name}.yaml has no section groundwork:messaging. Nothing was touched.`,
      );
    }
    const prefix = messaging.controlPrefix ?? `${stack.name}_control_`;
    const declared = await declaredQueues(stack);
    const clients = clientsOf(await awsClientConfig(stack));
    try {
      return await clean(context, stack, clients, { ...options, idle, prefix, declared });
    } catch (error) {
      if (error instanceof OperationError) {
        throw error;
      }
      throw new FailedError(
        `The queues of ${stack.name} could not be listed: ${describeAwsError(error)}\nNothing was deleted.`,
      );
    } finally {
      clients.sqs.destroy();
      clients.cloudwatch.destroy();
    }
  });
}

interface Cleaning extends Omit<CleanOptions, "idle"> {
  /** Milliseconds. */
  readonly idle: number;
  readonly prefix: string;
  readonly declared: ReadonlySet<string>;
}

async function clean(
  context: CommandContext,
  stack: OpenStack,
  clients: Clients,
  cleaning: Cleaning,
): Promise<ExitCode> {
  const { output } = context;
  const { prefix, idle } = cleaning;
  output.note(`Looking for queues under ${prefix} (${stack.where})`);
  const limits: Limits = { ...cleaning, now: Date.now() };
  const queues = await findQueues(clients, prefix, lookBack(limits), limits.now);
  const judged = queues.map((queue): Outcome => ({
    queue,
    verdict: judgeQueue(queue, limits),
    result: "kept",
  }));
  const abandoned = judged.filter(({ verdict }) => verdict.remove).map(({ queue }) => queue);
  const report = (outcomes: readonly Outcome[]): void =>
    output.document(documentOf(stack.name, prefix, outcomes, limits));
  output.print(listing(judged, limits));
  const unknown = judged.filter(({ queue }) => queue.use.kind === "unknown");
  if (unknown.length > 0 && unknown.length === judged.length) {
    const [first] = unknown;
    const why = first?.queue.use.kind === "unknown" ? first.queue.use.why : "";
    throw new FailedError(
      `The last use of none of the queues could be read (${why}), so all are kept. Nothing was deleted.`,
    );
  }
  if (abandoned.length === 0 || cleaning.dryRun) {
    report(judged);
    output.print(
      abandoned.length === 0
        ? `\nNothing to remove: no queue has been idle for ${spanText(idle)}.`
        : `\n${count(abandoned.length, "queue")} would be removed. Nothing was touched.`,
    );
    return exitCodes.done;
  }
  if (!(await confirm(`Remove ${count(abandoned.length, "queue")} (${stack.where})?`, context))) {
    report(judged);
    output.print("Nothing was touched.");
    return exitCodes.done;
  }
  const tried: Outcome[] = [];
  for (const queue of abandoned) {
    tried.push(stack.signal.aborted ? stopped(queue) : await removeIfStillIdle(clients, queue, limits));
  }
  report([...judged.filter(({ verdict }) => !verdict.remove), ...tried]);
  return tell(context, tried);
}

/** Looks once more, right before: the list may be as old as the person's answer. */
async function removeIfStillIdle(clients: Clients, seen: FoundQueue, limits: Limits): Promise<Outcome> {
  const now: Limits = { ...limits, now: Date.now() };
  try {
    const [queue] = await lookAt(clients, [seen.url], lookBack(now), now.now);
    if (queue === undefined) {
      return { queue: seen, verdict: { remove: true, why: "somebody else has deleted it" }, result: "gone" };
    }
    const verdict = judgeQueue(queue, now);
    if (!verdict.remove) {
      return { queue, verdict, result: "kept" };
    }
    await deleteQueue(clients.sqs, queue.url);
    return { queue, verdict, result: "removed" };
  } catch (error) {
    return isGone(error)
      ? { queue: seen, verdict: { remove: true, why: "somebody else has deleted it" }, result: "gone" }
      : { queue: seen, verdict: { remove: true, why: describeAwsError(error) }, result: "failed" };
  }
}

function stopped(queue: FoundQueue): Outcome {
  return { queue, verdict: { remove: false, why: "stopped before its turn" }, result: "failed" };
}

/** What became of those that were to be removed. */
function tell({ output }: CommandContext, tried: readonly Outcome[]): ExitCode {
  const of = (result: Outcome["result"]): readonly Outcome[] =>
    tried.filter((outcome) => outcome.result === result);
  for (const { queue, verdict } of of("kept")) {
    output.print(`Left, since it is in use by now: ${queue.name} (${verdict.why}).`);
  }
  output.print(`\nRemoved ${count(of("removed").length + of("gone").length, "queue")}.`);
  const failed = of("failed");
  for (const { queue, verdict } of failed) {
    output.note(output.colors.red(`Not removed: ${queue.name}: ${verdict.why}`));
  }
  return failed.length > 0 ? exitCodes.failed : exitCodes.done;
}

/** Twice the time, so that the list says of most queues when they were used last. */
function lookBack({ now, idle }: Limits): number {
  return now - 2 * idle;
}

/** Names of the queues that the stack's state holds, under whatever name the settings gave them by then. */
async function declaredQueues(stack: OpenStack): Promise<ReadonlySet<string>> {
  const { failure } = await stack.engine.outputs();
  if (failure !== undefined) {
    throw failureOf(stack, "reading of the state", failure, []);
  }
  const { resources = [] } = await stack.engine.checkpoint();
  const inState = resources
    .filter(({ type }) => type === "aws:sqs/queue:Queue")
    .map(({ id }) => nameOf(id ?? ""));
  const inSettings = Object.entries(stack.settings.sections.messaging?.queues ?? {}).flatMap(
    ([key, { fifo }]) => {
      const end = fifo ? ".fifo" : "";
      return [`${stack.name}_${key}${end}`, `${stack.name}_${key}_dead${end}`];
    },
  );
  return new Set([...inState, ...inSettings]);
}

function clientsOf(config: Awaited<ReturnType<typeof awsClientConfig>>): Clients {
  const { SQSClient } = load("@aws-sdk/client-sqs") as typeof sqsModule;
  const { CloudWatchClient } = load("@aws-sdk/client-cloudwatch") as typeof cloudwatchModule;
  return { sqs: new SQSClient(config), cloudwatch: new CloudWatchClient(config) };
}
