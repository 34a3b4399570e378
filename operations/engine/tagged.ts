import type * as tagging from "@aws-sdk/client-resource-groups-tagging-api";
import { createRequire } from "node:module";
import type { AwsClientConfig } from "./aws-clients";

const load = createRequire(__filename);

/** Something in AWS with its tags. */
export interface Tagged {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Everything in a region that has all of these tags, by AWS's index of tags. The index is some minutes behind, shows what is deleted for a
 * while (an instance for up to an hour), and knows neither roles nor users of IAM.
 *
 * @param types `service` or `service:type`, as ARNs have them. Default: all.
 * @throws whatever the SDK throws.
 */
export async function taggedResources(
  config: AwsClientConfig,
  tags: readonly (readonly [key: string, value: string])[],
  types: readonly string[] = [],
): Promise<readonly Tagged[]> {
  const { ResourceGroupsTaggingAPIClient, paginateGetResources } = load(
    "@aws-sdk/client-resource-groups-tagging-api",
  ) as typeof tagging;
  const client = new ResourceGroupsTaggingAPIClient(config);
  const found: Tagged[] = [];
  try {
    const pages = paginateGetResources(
      { client, pageSize: 100 },
      {
        TagFilters: tags.map(([Key, value]) => ({ Key, Values: [value] })),
        ...(types.length > 0 && { ResourceTypeFilters: [...types] }),
      },
    );
    for await (const { ResourceTagMappingList: list = [] } of pages) {
      for (const { ResourceARN: arn = "", Tags: its = [] } of list) {
        found.push({ arn, tags: Object.fromEntries(its.map(({ Key, Value }) => [Key ?? "", Value ?? ""])) });
      }
    }
  } finally {
    client.destroy();
  }
  return found;
}
