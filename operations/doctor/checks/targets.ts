import type * as elbv2 from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as tagging from "@aws-sdk/client-resource-groups-tagging-api";
import { createRequire } from "node:module";
import { physicalName } from "../../../components/names";
import { using, type AwsClientConfig } from "../../engine/aws-clients";
import { asked, told, type Check, type Patient } from "../check";

const load = createRequire(__filename);

/** Machines and pods behind load balancers that do not answer. */
export const targets: Check = async (patient) => {
  const { ElasticLoadBalancingV2 } = load("@aws-sdk/client-elastic-load-balancing-v2") as typeof elbv2;
  const config = await patient.aws();
  const groups = await balancersOf(patient, config, "targetgroup");
  return using(new ElasticLoadBalancingV2(config), async (client) => {
    const found = groups.map((arn) =>
      asked({}, async () => {
        const { TargetHealthDescriptions: all = [] } = await client.describeTargetHealth({
          TargetGroupArn: arn,
        });
        const ill = all.filter(({ TargetHealth: health }) => health?.State === "unhealthy");
        const [first] = ill;
        if (first === undefined) return [];
        const { Description: said, Reason: reason = "no reason told" } = first.TargetHealth ?? {};
        return told(
          ill.length === all.length ? "error" : "warning",
          `${arn.split("/")[1] ?? arn}: ${String(ill.length)} of ${String(all.length)} targets ${ill.length === 1 ? "is" : "are"} unhealthy (${first.Target?.Id ?? ""}: ${said ?? reason})`,
          {
            mend: `\`aws elbv2 describe-target-health --target-group-arn ${arn} --region ${config.region}\` says of each why`,
          },
        );
      }),
    );
    return (await Promise.all(found)).flat();
  });
};

/** ARNs of the stack's own load balancers or target groups, by their tags: the program's, and those of its cluster's controller. */
export async function balancersOf(
  { settings: { context } }: Patient,
  config: AwsClientConfig,
  kind: "loadbalancer" | "targetgroup",
): Promise<readonly string[]> {
  const { ResourceGroupsTaggingAPIClient, paginateGetResources } = load(
    "@aws-sdk/client-resource-groups-tagging-api",
  ) as typeof tagging;
  const filters = [
    [
      { Key: "project", Values: [context.project] },
      { Key: "environment", Values: [context.stack] },
    ],
    [{ Key: `kubernetes.io/cluster/${physicalName(context, "cluster")}` }],
  ];
  return using(new ResourceGroupsTaggingAPIClient(config), async (client) => {
    const arns: string[] = [];
    for (const TagFilters of filters) {
      const wanted = { TagFilters, ResourceTypeFilters: [`elasticloadbalancing:${kind}`] };
      for await (const { ResourceTagMappingList: page = [] } of paginateGetResources({ client }, wanted)) {
        arns.push(...page.map(({ ResourceARN: arn = "" }) => arn));
      }
    }
    return [...new Set(arns)];
  });
}
