import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type * as sqsModule from "@aws-sdk/client-sqs";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { createRequire } from "node:module";
import { lastUses } from "./last-use";
import type { FoundQueue } from "./queue";

const load = createRequire(__filename);

function sqs(): typeof sqsModule {
  return load("@aws-sdk/client-sqs") as typeof sqsModule;
}

/** The clients that queues are looked at with. */
export interface Clients {
  readonly sqs: SQSClient;
  readonly cloudwatch: CloudWatchClient;
}

/** SQS's own limit on a page of ListQueues; only who asks for pages gets the next one. */
const pageSize = 1000;

/** Queues that are asked about at the same time. SQS allows far more; this is to stay out of the application's way. */
const atOnce = 10;

/** Every queue whose name begins with the prefix, by name; one that goes while it is looked at is left out. */
export async function findQueues(
  clients: Clients,
  prefix: string,
  since: number,
  now: number,
): Promise<readonly FoundQueue[]> {
  const urls: string[] = [];
  let token: string | undefined;
  do {
    const page = await clients.sqs.send(
      new (sqs().ListQueuesCommand)({ QueueNamePrefix: prefix, MaxResults: pageSize, NextToken: token }),
    );
    urls.push(...(page.QueueUrls ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  // SQS has the prefix begin the name; the program does not take its word for what it may delete.
  const named = urls.filter((url) => nameOf(url).startsWith(prefix)).sort();
  return lookAt(clients, named, since, now);
}

/** Queues as they are now; what does not exist (any more) is left out. */
export async function lookAt(
  clients: Clients,
  urls: readonly string[],
  since: number,
  now: number,
): Promise<readonly FoundQueue[]> {
  const described: Omit<FoundQueue, "use">[] = [];
  for (let i = 0; i < urls.length; i += atOnce) {
    const batch = await Promise.all(urls.slice(i, i + atOnce).map((url) => describe(clients.sqs, url)));
    described.push(...batch.filter((queue) => queue !== undefined));
  }
  const uses = await lastUses(
    clients.cloudwatch,
    described.map(({ name }) => name),
    since,
    now,
  );
  return described.map((queue) => ({
    ...queue,
    use: uses.get(queue.name) ?? { kind: "unknown", why: "CloudWatch does not tell" },
  }));
}

async function describe(client: SQSClient, url: string): Promise<Omit<FoundQueue, "use"> | undefined> {
  const { GetQueueAttributesCommand, ListQueueTagsCommand } = sqs();
  try {
    const [{ Attributes: attributes = {} }, { Tags: tags = {} }] = await Promise.all([
      client.send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: [
            "CreatedTimestamp",
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
          ],
        }),
      ),
      client.send(new ListQueueTagsCommand({ QueueUrl: url })),
    ]);
    return {
      name: nameOf(url),
      url,
      // A queue that does not say how old it is counts as new.
      created: 1000 * Number(attributes.CreatedTimestamp ?? Date.now() / 1000),
      messages:
        numberOf(attributes.ApproximateNumberOfMessages) +
        numberOf(attributes.ApproximateNumberOfMessagesNotVisible) +
        numberOf(attributes.ApproximateNumberOfMessagesDelayed),
      tags,
    };
  } catch (error) {
    if (isGone(error)) {
      return undefined;
    }
    throw error;
  }
}

/** A queue that does not say how much it holds counts as holding something. */
function numberOf(text: string | undefined): number {
  const number = Number(text);
  return text === undefined || Number.isNaN(number) ? 1 : number;
}

/** Whether SQS said that there is no such queue. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/.test(error.name)
  );
}

export async function deleteQueue(client: SQSClient, url: string): Promise<void> {
  await client.send(new (sqs().DeleteQueueCommand)({ QueueUrl: url }));
}

export function nameOf(url: string): string {
  return url.split("/").at(-1) ?? url;
}
