import * as pulumi from "@pulumi/pulumi";
import type * as sts from "@aws-sdk/client-sts";
import { createRequire } from "node:module";
import type { Credentials } from "./urls";

const load = createRequire(__filename);

/** Seconds between two tries. */
const INTERVAL_SECONDS = 5;

/** Seconds that a new key has until it is taken: as long as the AWS provider waits for IAM (`propagationTimeout` in its sources). */
const LIMIT_SECONDS = 120;

/** A key of this age is known everywhere, and is not tried any more. */
const KNOWN_AFTER_SECONDS = 600;

/** Times in a row that it has to be taken: the first answer may come from where it is known earlier than elsewhere. */
const TIMES_IN_A_ROW = 3;

export interface NewKey extends Credentials {
  readonly user: string;
  readonly region: string;
  /** When it was made, as IAM has it. */
  readonly createDate: string;
}

/** The world, as far as a try needs it. */
export interface Trying {
  /** Why AWS does not take it, by the error's name; undefined where it does. */
  readonly call: (key: NewKey) => Promise<string | undefined>;
  readonly sleep: (seconds: number) => Promise<void>;
  readonly now: () => number;
}

/**
 * Returns when AWS takes a key: IAM tells its servers of a new one by and by. Previews, which change nothing, do not ask.
 *
 * @throws Error when it is not taken for two minutes, that says what is given out meanwhile, and how to go on.
 */
export async function whenAccepted(key: NewKey, trying: Trying = world): Promise<void> {
  const age = (trying.now() - Date.parse(key.createDate)) / 1000;
  if (pulumi.runtime.isDryRun() || age > KNOWN_AFTER_SECONDS) {
    return;
  }
  let refusal: string | undefined;
  let taken = 0;
  for (let waited = 0; waited <= LIMIT_SECONDS; waited += taken > 0 ? 1 : INTERVAL_SECONDS) {
    refusal = await trying.call(key);
    taken = refusal === undefined ? taken + 1 : 0;
    if (taken === TIMES_IN_A_ROW) {
      return;
    }
    await trying.sleep(taken > 0 ? 1 : INTERVAL_SECONDS);
  }
  throw new Error(
    `users: AWS does not take the new key ${key.accessKeyId} of ${key.user} (${refusal ?? "not every time"}), ${LIMIT_SECONDS / 60} minutes ` +
      "after it was asked first. Nothing has been given the new key, and the old one is valid. Run again.",
  );
}

const world: Trying = {
  call: async ({ accessKeyId, region, secretAccessKey }) => {
    const { STSClient, GetCallerIdentityCommand } = load("@aws-sdk/client-sts") as typeof sts;
    const client = new STSClient({ region, credentials: { accessKeyId, secretAccessKey } });
    try {
      await client.send(new GetCallerIdentityCommand({}));
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.name : String(error);
    } finally {
      client.destroy();
    }
  },
  sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
  now: Date.now,
};
