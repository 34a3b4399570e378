import type * as rdsModule from "@aws-sdk/client-rds";
import { createRequire } from "node:module";
import { FailedError } from "../terminal/errors";
import { awsClientConfig, describeAwsError, using, type AwsTarget } from "./aws-clients";

const load = createRequire(__filename);

/** An instance of RDS, as far as it tells whose it is. */
interface FoundInstance {
  readonly name: string;
  /** As the provider has it: RDS's own, which outlives the name. */
  readonly id: string;
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The instances of exactly these names. @throws FailedError when AWS does not answer. */
export async function instancesNamed(
  stack: AwsTarget,
  names: readonly string[],
): Promise<readonly FoundInstance[]> {
  const { RDS } = load("@aws-sdk/client-rds") as typeof rdsModule;
  const found: FoundInstance[] = [];
  try {
    await using(new RDS(await awsClientConfig(stack)), async (rds) => {
      for (const name of names) {
        const { DBInstances = [] } = await rds
          .describeDBInstances({ DBInstanceIdentifier: name })
          .catch((error: unknown) => {
            if (error instanceof Error && error.name.startsWith("DBInstanceNotFound"))
              return { DBInstances: [] };
            throw error;
          });
        for (const { DBInstanceArn, DBInstanceStatus: status = "", DbiResourceId: id = "" } of DBInstances) {
          const { TagList = [] } = await rds.listTagsForResource({ ResourceName: DBInstanceArn });
          const tags = Object.fromEntries(TagList.map(({ Key = "", Value = "" }) => [Key, Value]));
          found.push({ name, id, status, tags });
        }
      }
    });
    return found;
  } catch (error) {
    throw new FailedError(
      `AWS could not be asked for the instances ${names.join(", ")}: ${describeAwsError(error)}\n` +
        "One that is there already would end the run half way. Nothing was touched.",
    );
  }
}
