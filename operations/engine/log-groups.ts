import type * as logs from "@aws-sdk/client-cloudwatch-logs";
import { createRequire } from "node:module";
import { FailedError } from "../terminal/errors";
import { awsClientConfig, describeAwsError, type AwsTarget } from "./aws-clients";

const load = createRequire(__filename);

/** A log group of CloudWatch, as far as it tells whose it is. */
export interface FoundLogGroup {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The log groups of exactly these names. @throws FailedError when AWS does not answer. */
export async function logGroupsNamed(
  stack: AwsTarget,
  region: string,
  names: readonly string[],
): Promise<readonly FoundLogGroup[]> {
  const { CloudWatchLogsClient, DescribeLogGroupsCommand, ListTagsForResourceCommand } = load(
    "@aws-sdk/client-cloudwatch-logs",
  ) as typeof logs;
  const client = new CloudWatchLogsClient({ ...(await awsClientConfig(stack)), region });
  try {
    const found: FoundLogGroup[] = [];
    for (const name of names) {
      const { logGroups = [] } = await client.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: name }),
      );
      const group = logGroups.find(({ logGroupName }) => logGroupName === name);
      if (group !== undefined) {
        const { tags = {} } = await client.send(
          new ListTagsForResourceCommand({ resourceArn: group.logGroupArn }),
        );
        found.push({ name, tags });
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
