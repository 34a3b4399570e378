import type * as ssm from "@aws-sdk/client-ssm";
import { createRequire } from "node:module";
import { z } from "zod";
import { FailedError } from "../terminal/errors";
import { awsClientConfig, describeAwsError, type AwsTarget } from "./aws-clients";

const load = createRequire(__filename);

/** A log group of CloudWatch, as far as it tells whose it is. */
export interface FoundLogGroup {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

const groups = z.object({
  logGroups: z.array(z.object({ logGroupName: z.string(), logGroupArn: z.string() })).default([]),
});
const tagged = z.object({ tags: z.record(z.string(), z.string()).default({}) });

/**
 * The log groups of exactly these names. CloudWatch Logs speaks what Systems Manager speaks, for which there is a client here: that one
 * finds the credentials and signs, so that there need be no client for two calls.
 *
 * @throws FailedError when AWS does not answer.
 */
export async function logGroupsNamed(
  stack: AwsTarget,
  region: string,
  names: readonly string[],
): Promise<readonly FoundLogGroup[]> {
  const { SSMClient } = load("@aws-sdk/client-ssm") as typeof ssm;
  const config = { ...(await awsClientConfig(stack)), region };
  const client = new SSMClient(config);
  const url = new URL(
    config.endpoint ?? `https://logs.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`,
  );
  const call = async <T>(action: string, input: object, answer: z.ZodType<T>): Promise<T> => {
    const signer = await client.config.signer();
    const body = JSON.stringify(input);
    const { headers } = await signer.sign(
      {
        method: "POST",
        protocol: url.protocol,
        hostname: url.hostname,
        path: "/",
        query: {},
        headers: {
          host: url.host,
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `Logs_20140328.${action}`,
        },
        body,
      },
      { signingService: "logs", signingRegion: region },
    );
    const response = await fetch(url, { method: "POST", headers, body });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`logs:${action}: ${response.status} ${text.slice(0, 500)}`);
    }
    return answer.parse(JSON.parse(text));
  };
  try {
    const found: FoundLogGroup[] = [];
    for (const name of names) {
      const { logGroups } = await call("DescribeLogGroups", { logGroupNamePrefix: name }, groups);
      const group = logGroups.find(({ logGroupName }) => logGroupName === name);
      if (group !== undefined) {
        const resourceArn = group.logGroupArn;
        found.push({ name, ...(await call("ListTagsForResource", { resourceArn }, tagged)) });
      }
    }
    return found;
  } catch (error) {
    throw new FailedError(
      `AWS could not be asked for the log groups ${names.join(", ")}: ${describeAwsError(error)}\n` +
        "One that is there already would end the run half way. Nothing was touched.",
    );
  } finally {
    client.destroy();
  }
}
