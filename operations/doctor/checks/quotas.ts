import type * as ec2 from "@aws-sdk/client-ec2";
import type * as elbv2 from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as iam from "@aws-sdk/client-iam";
import type * as serviceQuotas from "@aws-sdk/client-service-quotas";
import { createRequire } from "node:module";
import { physicalName } from "../../../components/names";
import { vcpusOf } from "../../../rehearsal/catalogue/quotas/machine-vcpus";
import { using, type AwsClientConfig } from "../../engine/aws-clients";
import { addresses, balancerQuota, increaseOf, vcpuQuota, vpcs, type AwsQuota } from "../../plan/aws-quotas";
import { asked, told, type Check, type Finding, type Patient } from "../check";
import { standsIn } from "./backend";
import { saysAbsent } from "./lookups";
import { needsOf, type Need } from "./needs";
import { balancersOf } from "./targets";

const load = createRequire(__filename);
const sdk = {
  balancers: () => load("@aws-sdk/client-elastic-load-balancing-v2") as typeof elbv2,
  ec2: () => load("@aws-sdk/client-ec2") as typeof ec2,
  iam: () => load("@aws-sdk/client-iam") as typeof iam,
  quotas: () => load("@aws-sdk/client-service-quotas") as typeof serviceQuotas,
};

/** What the account may have, less what others have in it, against what the settings take. */
export const quotas: Check = async (patient) => {
  const byQuota = new Map<string, Need[]>();
  for (const need of needsOf(patient.settings)) {
    const key = `${need.quota.code} ${need.region}`;
    byQuota.set(key, [...(byQuota.get(key) ?? []), need]);
  }
  const found = await Promise.all([
    ...[...byQuota.values()].map((needs) => judged(patient, needs)),
    roles(patient),
  ]);
  return found.flat();
};

async function judged(patient: Patient, needs: readonly Need[]): Promise<readonly Finding[]> {
  const [first] = [...needs].sort((one, other) => other.most - one.most);
  if (first === undefined) return [];
  const { quota, region, setting } = first;
  return asked({ setting }, async () => {
    const config = await patient.aws(region);
    const [limit, others] = await Promise.all([limitOf(quota, config), usedByOthers(quota, patient, config)]);
    const sum = (of: "now" | "most"): number => needs.reduce((all, need) => all + need[of], 0);
    if (others + sum("most") <= limit) return [];
    const isTooMuch = others + sum("now") > limit;
    const which = isTooMuch ? "now" : "most";
    const parts = needs
      .filter((need) => need[which] > 0)
      .map((need) => `${need.setting.replace("groundwork:", "")} ${String(need[which])}`);
    return told(
      isTooMuch ? "error" : "warning",
      `${quota.name} (${quota.code}) in ${region}: the account may have ${String(limit)}, others have ${String(others)} of them, ` +
        `and the stack ${isTooMuch ? "needs" : "may grow to"} ${String(sum(which))} (${parts.join(", ")})`,
      { setting, mend: `\`${increaseOf(quota, region, others + sum("most"))}\`` },
    );
  });
}

/** What the account was given, or AWS's default where nobody has asked for more. */
async function limitOf({ code, service }: AwsQuota, config: AwsClientConfig): Promise<number> {
  const wanted = { ServiceCode: service, QuotaCode: code };
  const { Quota: found } = await using(new (sdk.quotas().ServiceQuotas)(config), (client) =>
    client.getServiceQuota(wanted).catch((error: unknown) => {
      if (!saysAbsent(error)) throw error;
      return client.getAWSDefaultServiceQuota(wanted);
    }),
  );
  if (found?.Value === undefined) throw new Error(`Service Quotas tells no value of ${code}`);
  return found.Value;
}

async function usedByOthers(quota: AwsQuota, patient: Patient, config: AwsClientConfig): Promise<number> {
  const { code } = quota;
  const kind = (["application", "network"] as const).find((one) => balancerQuota(one).code === code);
  if (kind !== undefined) return balancersOfOthers(kind, patient, config);
  const { EC2, paginateDescribeInstances, paginateDescribeVpcs } = sdk.ec2();
  const ofOthers = ({ Tags: tags }: { readonly Tags?: ec2.Tag[] | undefined }): boolean =>
    !isOwn(tags, patient);
  return using(new EC2(config), async (client) => {
    if (code === addresses.code) {
      // AWS gives these in one answer.
      return ((await client.describeAddresses({})).Addresses ?? []).filter(ofOthers).length;
    }
    let sum = 0;
    if (code === vpcs.code) {
      for await (const { Vpcs: page = [] } of paginateDescribeVpcs({ client }, {})) {
        sum += page.filter(ofOthers).length;
      }
      return sum;
    }
    const running = { Filters: [{ Name: "instance-state-name", Values: ["pending", "running"] }] };
    for await (const { Reservations: page = [] } of paginateDescribeInstances(
      { client, pageSize: 1000 },
      running,
    )) {
      for (const machine of page.flatMap(({ Instances: machines = [] }) => machines).filter(ofOthers)) {
        const { InstanceLifecycle: market, InstanceType: type = "t3.medium" } = machine;
        sum += vcpuQuota(type, market === "spot")?.code === code ? vcpusOf(type) : 0;
      }
    }
    return sum;
  });
}

/** The stack's own by the tags that the program puts on everything, and nodes, which EKS tags. */
function isOwn(tags: readonly ec2.Tag[] = [], { settings: { context } }: Patient): boolean {
  const has = (key: string, value: string): boolean =>
    tags.some(({ Key, Value }) => Key === key && Value === value);
  return (
    (has("project", context.project) && has("environment", context.stack)) ||
    has("eks:cluster-name", physicalName(context, "cluster"))
  );
}

async function balancersOfOthers(
  kind: "application" | "network",
  patient: Patient,
  config: AwsClientConfig,
): Promise<number> {
  const { ElasticLoadBalancingV2, paginateDescribeLoadBalancers } = sdk.balancers();
  const own = new Set(await balancersOf(patient, config, "loadbalancer"));
  return using(new ElasticLoadBalancingV2(config), async (client) => {
    let sum = 0;
    for await (const { LoadBalancers: page = [] } of paginateDescribeLoadBalancers({ client }, {})) {
      sum += page.filter(
        ({ LoadBalancerArn: arn = "", Type: type }) => type === kind && !own.has(arn),
      ).length;
    }
    return sum;
  });
}

/** Roles are of the whole account, which counts them itself. How many a stack has is roughly known: one for each thing that acts. */
async function roles({ aws, context, name, settings }: Patient): Promise<readonly Finding[]> {
  const { cluster, fleets, metalWorkers, network, staticServices, workerGroups } = settings.sections;
  const machines = [fleets, staticServices, workerGroups].flatMap((one) => Object.keys(one ?? {})).length;
  const wanted = machines + [network, metalWorkers].filter(Boolean).length + (cluster === undefined ? 0 : 5);
  return asked({}, async () => {
    // Those of a stack that stands are among the account's; where nobody can tell, they may be.
    if ((await standsIn(context, name)) !== false) return [];
    const config = await aws();
    const { SummaryMap: { Roles: has = 0, RolesQuota: limit = Infinity } = {} } = await using(
      new (sdk.iam().IAM)(config),
      (client) => client.getAccountSummary({}),
    );
    return has + wanted <= limit
      ? []
      : told(
          "error",
          `Roles per account (L-FE177D64): the account may have ${String(limit)}, has ${String(has)}, and the stack makes some ${String(wanted)}`,
          {
            mend: `\`${increaseOf({ service: "iam", code: "L-FE177D64" }, "us-east-1", has + wanted)}\``,
          },
        );
  });
}
