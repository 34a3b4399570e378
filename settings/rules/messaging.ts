import type { Draft } from "../draft";
import type { QueueSettings } from "../sections/messaging";
import { finding, repeated, type Rule, type RuleInput } from "./rule";

/** SQS's limit on a queue's name, `.fifo` included. */
const queueNameLength = 80;
const deadLetterSuffix = "_dead";

const queueNamesFit: Rule = function* (input) {
  for (const [key, queue] of queuesOf(input)) {
    const name = `${input.stack}_${key}${deadLetterSuffix}${queue.fifo === true ? ".fifo" : ""}`;
    if (name.length > queueNameLength) {
      yield finding("messaging", ["queues", key], {
        message: `the dead-letter queue's name ${JSON.stringify(name)} has ${name.length} characters`,
        allowed: `up to ${queueNameLength} characters, the stack's name, _dead and .fifo included`,
        aboutKey: true,
      });
    }
  }
};

const queuesAreNotDeadLetterQueues: Rule = function* (input) {
  const keys = new Set(queuesOf(input).map(([key]) => key));
  for (const key of keys) {
    const source = key.endsWith(deadLetterSuffix) ? key.slice(0, -deadLetterSuffix.length) : undefined;
    if (source !== undefined && keys.has(source)) {
      yield finding("messaging", ["queues", key], {
        message: `${JSON.stringify(key)} is the name of the dead-letter queue of ${JSON.stringify(source)}`,
        allowed: "a key other than another queue's with _dead",
        aboutKey: true,
      });
    }
  }
};

/** What lies under the prefix is the application's: it may delete it, and so may the cleaning of abandoned queues. */
const queuesStayOutOfTheControlPrefix: Rule = function* (input) {
  const prefix = input.messaging?.controlPrefix ?? `${input.stack}_control_`;
  for (const [key] of queuesOf(input)) {
    if (`${input.stack}_${key}`.startsWith(prefix)) {
      yield finding("messaging", ["queues", key], {
        message: `${JSON.stringify(`${input.stack}_${key}`)} lies under the control prefix ${JSON.stringify(prefix)}`,
        allowed: "a queue outside the prefix: what lies under it is the application's to make and delete",
        aboutKey: true,
      });
    }
  }
};

const controlPrefixBelongsToTheStack: Rule = function* ({ messaging, stack }) {
  const prefix = messaging?.controlPrefix;
  if (prefix !== undefined && !new RegExp(`^${stack}[_-].`).test(prefix)) {
    yield finding("messaging", ["controlPrefix"], {
      message: `${JSON.stringify(prefix)} would reach queues that are not the stack's own control queues`,
      allowed: `${stack}_ and at least one character more, such as ${stack}_control_`,
    });
  }
};

const messagesOutliveTheirHandling: Rule = function* (input) {
  for (const [key, queue] of queuesOf(input)) {
    const {
      visibilityTimeoutSeconds: visibility,
      messageRetentionSeconds: retention,
      maxReceiveCount,
    } = queue;
    if (visibility === undefined || retention === undefined || maxReceiveCount === undefined) {
      continue;
    }
    if (visibility * maxReceiveCount >= retention) {
      yield finding("messaging", ["queues", key, "messageRetentionSeconds"], {
        message:
          `found ${retention}: a message that fails ${maxReceiveCount} times, ${visibility} seconds each, is gone ` +
          "before it reaches the dead-letter queue",
        allowed: `more than ${visibility * maxReceiveCount}: visibilityTimeoutSeconds times maxReceiveCount`,
      });
    }
  }
};

const messagesOutliveTheirDelay: Rule = function* (input) {
  for (const [key, { delaySeconds, messageRetentionSeconds }] of queuesOf(input)) {
    if (delaySeconds === undefined || messageRetentionSeconds === undefined) {
      continue;
    }
    if (delaySeconds >= messageRetentionSeconds) {
      yield finding("messaging", ["queues", key, "delaySeconds"], {
        message: `found ${delaySeconds}, with messageRetentionSeconds ${messageRetentionSeconds}: nobody would see a message`,
        allowed: `less than ${messageRetentionSeconds}`,
      });
    }
  }
};

const ageAlarmComesBeforeTheLoss: Rule = function* (input) {
  for (const [key, { alarms, messageRetentionSeconds }] of queuesOf(input)) {
    const age = alarms?.ageSeconds;
    if (age !== undefined && messageRetentionSeconds !== undefined && age >= messageRetentionSeconds) {
      yield finding("messaging", ["queues", key, "alarms", "ageSeconds"], {
        message: `found ${age}, with messageRetentionSeconds ${messageRetentionSeconds}: messages would be gone first`,
        allowed: `less than ${messageRetentionSeconds}`,
      });
    }
  }
};

const alarmTopicsAreReachable: Rule = function* ({ messaging, region }) {
  for (const [index, arn] of repeated(messaging?.alarmTopicArns)) {
    yield finding("messaging", ["alarmTopicArns", index], {
      message: `${JSON.stringify(arn)} is listed twice`,
      allowed: "each topic once",
    });
  }
  for (const [index, arn] of (messaging?.alarmTopicArns ?? []).entries()) {
    if (arn !== undefined && region !== undefined && arn.split(":")[3] !== region) {
      yield finding("messaging", ["alarmTopicArns", index], {
        message: `${JSON.stringify(arn)} is not in ${region}`,
        allowed: "a topic in aws:region: CloudWatch alarms notify no other",
      });
    }
  }
};

export const messagingRules: readonly Rule[] = [
  queueNamesFit,
  queuesAreNotDeadLetterQueues,
  queuesStayOutOfTheControlPrefix,
  controlPrefixBelongsToTheStack,
  messagesOutliveTheirHandling,
  messagesOutliveTheirDelay,
  ageAlarmComesBeforeTheLoss,
  alarmTopicsAreReachable,
];

function queuesOf({ messaging }: RuleInput): readonly (readonly [string, Draft<QueueSettings>])[] {
  return Object.entries(messaging?.queues ?? {}).flatMap(([key, queue]) =>
    queue === undefined ? [] : [[key, queue] as const],
  );
}
