import { bucketOf, vcpuQuotaNames } from "../../rehearsal/catalogue/quotas/machine-vcpus";
import type { CloudPlace } from "./physical-ids";

/** A quota of an AWS account, by its codes in Service Quotas. */
export interface AwsQuota {
  readonly service: string;
  readonly code: string;
  readonly name: string;
}

type Inputs = Readonly<Record<string, unknown>>;
type Row = readonly [service: string, code: string, name: string, type: RegExp, said?: RegExp];

const vcpu = /^aws:(ec2\/instance|eks\/nodeGroup):/;

/**
 * Quotas by the type that is refused for them; where a type has several, by what the cloud says too. The first row counts that is so.
 * Source of codes and names: Service Quotas (`aws service-quotas list-aws-default-service-quotas --service-code ec2`).
 */
const rows: readonly Row[] = [
  ["ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", /^aws:ec2\/eip:/],
  ["vpc", "L-F678F1CE", "VPCs per Region", /^aws:ec2\/vpc:/],
  ["vpc", "L-A4707A72", "Internet gateways per Region", /^aws:ec2\/internetGateway:/],
  ["vpc", "L-FE5A380F", "NAT gateways per Availability Zone", /^aws:ec2\/natGateway:/],
  ["vpc", "L-407747CB", "Subnets per VPC", /^aws:ec2\/subnet:/],
  ["vpc", "L-0EA8095F", "Inbound or outbound rules per security group", /SecurityGroup/i, /^RulesPer/],
  ["vpc", "L-E79EC296", "VPC security groups per Region", /^aws:ec2\/securityGroup:/],
  ["vpc", "L-2AFB9258", "Security groups per network interface", /^aws:/, /^SecurityGroupsPer/],
  ["elasticloadbalancing", "L-B22855CB", "Target Groups per Region", /\/targetGroup:/],
  ["autoscaling", "L-CDE20ADC", "Auto Scaling groups per region", /^aws:autoscaling\/group:/],
  ["iam", "L-FE177D64", "Roles per account", /^aws:iam\/role:/, /RolesPerAccount/],
  ["iam", "L-6E65F664", "Instance profiles per account", /^aws:iam\/instanceProfile:/],
  ["iam", "L-F55AF5E4", "Users per account", /^aws:iam\/user:/],
  ["iam", "L-E95E4862", "Customer managed policies per account", /^aws:iam\/policy:/, /PoliciesPerAccount/],
  ["iam", "L-0DA4ABF3", "Managed policies per role", /^aws:iam\/rolePolicyAttachment:/],
  ["iam", "L-4019AD8B", "Managed policies per user", /^aws:iam\/userPolicyAttachment:/],
  ["rds", "L-7ADDB58A", "Total storage for all DB instances", /^aws:rds\/instance:/, /^StorageQuota/],
  ["rds", "L-7B6409FD", "DB instances", /^aws:rds\/instance:/],
  ["eks", "L-1194D53C", "Clusters", /^aws:eks\/cluster:/],
  ["eks", "L-6D54EA21", "Managed node groups per cluster", /^aws:eks\/nodeGroup:/, /^ResourceLimit/],
  ["dynamodb", "L-F98FE922", "Maximum number of tables", /^aws:dynamodb\/table:/],
];

const balancerRows = {
  application: ["L-53DA6B97", "Application Load Balancers per Region"],
  network: ["L-69A177A2", "Network Load Balancers per Region"],
} as const;

/** Which quota of the account is used up, and the call that asks for more of it; undefined where it is not known which. */
export function askForMore(
  type: string,
  message: string,
  inputs: Inputs = {},
  place: Pick<CloudPlace, "region">,
): string | undefined {
  const quota = quotaOf(type, message, inputs);
  if (quota === undefined) return undefined;
  const { service, code, name } = quota;
  // IAM's are of the whole account, and asked for in one region.
  const region = service === "iam" ? "us-east-1" : (textOf(inputs.region) ?? place.region);
  const call = `--service-code ${service} --quota-code ${code}`;
  return (
    `It is "${name}" (${code})${service === "iam" ? "" : ` in ${region}`}, and the same call ends the same way until the account has more. ` +
    "Ask AWS for it, which takes minutes to days: " +
    `\`${increaseOf(quota, region, "NUMBER")}\` ` +
    `(what it has now: \`aws service-quotas get-service-quota ${call} --region ${region}\`).`
  );
}

/** The call that asks AWS for more. */
export function increaseOf(
  { service, code }: Pick<AwsQuota, "service" | "code">,
  region: string,
  value: number | "NUMBER",
): string {
  return `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${String(value)} --region ${region}`;
}

/** The quotas of addresses and of networks, which a stack needs by the number. */
export const [addresses, vpcs] = ["L-0263D0A3", "L-F678F1CE"].map((wanted): AwsQuota => {
  const [service = "", code = wanted, name = ""] = rows.find(([, one]) => one === wanted) ?? [];
  return { service, code, name };
}) as [AwsQuota, AwsQuota];

/** The quota of load balancers of a kind. */
export function balancerQuota(kind: "application" | "network"): AwsQuota {
  const [code, name] = balancerRows[kind];
  return { service: "elasticloadbalancing", code, name };
}

/** The quota that vCPUs of machines of a type count against; undefined for families that have none here. */
export function vcpuQuota(instanceType: string, isSpot: boolean): AwsQuota | undefined {
  const bucket = bucketOf(instanceType);
  if (bucket === undefined) return undefined;
  const [code, name] = vcpuQuotaNames[bucket][isSpot ? 1 : 0];
  return { service: "ec2", code, name };
}

function quotaOf(type: string, message: string, inputs: Inputs): AwsQuota | undefined {
  const code = /\b(\w*(?:LimitExceeded|QuotaExceeded|CountExceeded|TooMany)\w*)/.exec(message)?.[1] ?? "";
  if (vcpu.test(type) && /^(Vcpu|MaxSpot)/.test(code)) return ofMachines(inputs, code);
  if (/\/loadBalancer:/.test(type)) {
    const kind = textOf(inputs.loadBalancerType) ?? "application";
    return kind === "application" || kind === "network" ? balancerQuota(kind) : undefined;
  }
  const row = rows.find(
    ([, , , of, said]) => of.test(type) && (said === undefined || said.test(code) || said.test(message)),
  );
  return row && { service: row[0], code: row[1], name: row[2] };
}

function ofMachines(inputs: Inputs, code: string): AwsQuota | undefined {
  const { instanceType, instanceTypes } = inputs;
  const type =
    textOf(instanceType) ??
    (Array.isArray(instanceTypes) ? textOf(instanceTypes[0]) : undefined) ??
    "t3.medium";
  return vcpuQuota(type, code.startsWith("MaxSpot"));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
