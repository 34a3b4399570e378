import type * as ec2 from "@aws-sdk/client-ec2";
import type * as elbv2 from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as iam from "@aws-sdk/client-iam";
import type * as serviceQuotas from "@aws-sdk/client-service-quotas";
import { createRequire } from "node:module";
import { physicalName } from "../../../components/names";
import { vcpusOf } from "../../../rehearsal/catalogue/quotas/machine-vcpus";
import type { AwsClientConfig } from "../../engine/aws-clients";
import { addresses, balancerQuota, increaseOf, vcpuQuota, vpcs, type AwsQuota } from "../../plan/aws-quotas";
import { asked, type Check, type Finding, type Patient } from "../check";
import { standsIn } from "./backend";
import { saysAbsent, using } from "./lookups";
import { needsOf, type Need } from "./needs";
import { balancersOf } from "./targets";

const load = createRequire(__filename);

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
    return [
      {
        severity: isTooMuch ? "error" : "warning",
        what:
          `${quota.name} (${quota.code}) in ${region}: the account may have ${String(limit)}, others have ${String(others)} of them, ` +
          `and the stack ${isTooMuch ? "needs" : "may grow to"} ${String(sum(which))} (${parts.join(", ")})`,
        setting,
        mend: `\`${increaseOf(quota, region, others + sum("most"))}\``,
      },
    ];
  });
}

/** What the account was given, or AWS's default where nobody has asked for more. */
async function limitOf({ code, service }: AwsQuota, config: AwsClientConfig): Promise<number> {
  const { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand, ServiceQuotasClient } = load(
    "@aws-sdk/client-service-quotas",
  ) as typeof serviceQuotas;
  const { Quota: found } = await using(new ServiceQuotasClient(config), async (client) => {
    const wanted = { ServiceCode: service, QuotaCode: code };
    try {
      return await client.send(new GetServiceQuotaCommand(wanted));
    } catch (error) {
      if (!saysAbsent(error)) throw error;
      return client.send(new GetAWSDefaultServiceQuotaCommand(wanted));
    }
  });
  if (found?.Value === undefined) throw new Error(`Service Quotas tells no value of ${code}`);
  return found.Value;
}

async function usedByOthers(quota: AwsQuota, patient: Patient, config: AwsClientConfig): Promise<number> {
  const { code } = quota;
  for (const kind of ["application", "network"] as const) {
    if (code === balancerQuota(kind).code) return balancersOfOthers(kind, patient, config);
  }
  const { DescribeAddressesCommand, DescribeVpcsCommand, EC2Client, paginateDescribeInstances } = load(
    "@aws-sdk/client-ec2",
  ) as typeof ec2;
  const ofOthers = ({ Tags: tags }: { readonly Tags?: ec2.Tag[] | undefined }): boolean =>
    !isOwn(tags, patient);
  return using(new EC2Client(config), async (client) => {
    if (code === addresses.code) {
      return ((await client.send(new DescribeAddressesCommand({}))).Addresses ?? []).filter(ofOthers).length;
    }
    if (code === vpcs.code) {
      return ((await client.send(new DescribeVpcsCommand({}))).Vpcs ?? []).filter(ofOthers).length;
    }
    const running = { Filters: [{ Name: "instance-state-name", Values: ["pending", "running"] }] };
    let sum = 0;
    for await (const page of paginateDescribeInstances({ client, pageSize: 1000 }, running)) {
      sum += (page.Reservations ?? [])
        .flatMap(({ Instances: machines = [] }) => machines)
        .filter(ofOthers)
        .filter(
          ({ InstanceLifecycle: market, InstanceType: type = "t3.medium" }) =>
            vcpuQuota(type, market === "spot")?.code === code,
        )
        .reduce((all, { InstanceType: type = "t3.medium" }) => all + vcpusOf(type), 0);
    }
    return sum;
  });
}

/** The stack's own by the tags that the program puts on everything, and nodes, which EKS tags. */
function isOwn(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
  { settings: { context } }: Patient,
): boolean {
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
  const { ElasticLoadBalancingV2Client, paginateDescribeLoadBalancers } = load(
    "@aws-sdk/client-elastic-load-balancing-v2",
  ) as typeof elbv2;
  const own = new Set(await balancersOf(patient, config, "loadbalancer"));
  return using(new ElasticLoadBalancingV2Client(config), async (client) => {
    let count = 0;
    for await (const { LoadBalancers: found = [] } of paginateDescribeLoadBalancers({ client }, {})) {
      count += found.filter(
        ({ LoadBalancerArn: arn = "", Type: type }) => type === kind && !own.has(arn),
      ).length;
    }
    return count;
  });
}

/** Roles are of the whole account, which counts them itself. How many a stack has is roughly known: one for each thing that acts. */
async function roles(patient: Patient): Promise<readonly Finding[]> {
  const { GetAccountSummaryCommand, IAMClient } = load("@aws-sdk/client-iam") as typeof iam;
  const {
    cluster,
    fleets = {},
    metalWorkers,
    network,
    staticServices = {},
    workerGroups = {},
  } = patient.settings.sections;
  const machines = [fleets, staticServices, workerGroups].flatMap((one) => Object.keys(one)).length;
  const wanted = machines + [network, metalWorkers].filter(Boolean).length + (cluster === undefined ? 0 : 5);
  return asked({}, async () => {
    if ((await standsIn(patient.context, patient.name)) === true) return [];
    const { SummaryMap: { Roles: has = 0, RolesQuota: limit = Infinity } = {} } = await using(
      new IAMClient(await patient.aws()),
      (client) => client.send(new GetAccountSummaryCommand({})),
    );
    return has + wanted <= limit
      ? []
      : [
          {
            severity: "error",
            what: `Roles per account (L-FE177D64): the account may have ${String(limit)}, has ${String(has)}, and the stack makes some ${String(wanted)}`,
            mend: `\`${increaseOf({ service: "iam", code: "L-FE177D64" }, "us-east-1", has + wanted)}\``,
          },
        ];
  });
}
