import type * as ec2 from "@aws-sdk/client-ec2";
import { createRequire } from "node:module";
import type { Refusal, Step } from "../../guard/step";
import { isRecord, isUnknown, read } from "../../guard/unknown";
import { awsClientConfig, describeAwsError, type AwsTarget } from "../engine/aws-clients";
import { FailedError } from "../terminal/errors";

const load = createRequire(__filename);

/** Subnets and security groups: what is named by ids of the network, and refused by AWS when it comes to whoever names it. */
const networkId = /^(subnet|sg)-([0-9a-f]{8}|[0-9a-f]{17})$/;
const clusterType = "aws:eks/cluster:Cluster";

/** What AWS says of an id, or the state of what the stack has itself. */
interface Known {
  readonly vpcId: string;
  /** Of subnets. */
  readonly zone?: string;
}

/** Ids that a step newly names, and the region that they are of. */
interface Naming {
  readonly step: Step;
  readonly region: string;
  readonly ids: readonly string[];
  /** With those that it has named before. */
  readonly all: readonly string[];
}

/**
 * Refuses what names a subnet or a security group that is not there, or not where the others are: AWS would say so when the run has
 * come to it, half way. Ids of the stack's own are known; AWS is asked of others, and only where a step names such a one anew.
 *
 * @throws FailedError when AWS does not answer: a plan of which nobody knows whether it can be made is not begun.
 */
export async function judgeNamedIds(stack: AwsTarget, steps: readonly Step[]): Promise<readonly Refusal[]> {
  const namings = steps.flatMap((step) => namingOf(step, stack.settings.context.region));
  const known = new Map(
    steps.flatMap(({ old }) => {
      const vpcId = read(old?.outputs ?? {}, "vpcId");
      const zone = read(old?.outputs ?? {}, "availabilityZone");
      return typeof old?.id !== "string" || typeof vpcId !== "string"
        ? []
        : [[old.id, { vpcId, ...(typeof zone === "string" && { zone }) }] as const];
    }),
  );
  const asked = namings.filter(({ ids }) => ids.some((id) => !known.has(id)));
  const told = new Map<string, ReadonlyMap<string, Known>>();
  for (const region of new Set(asked.map((one) => one.region))) {
    const ids = asked
      .filter((one) => one.region === region)
      .flatMap(({ all, step }) => [...all, ...idsIn(step.old?.inputs)]);
    told.set(
      region,
      await ask(
        stack,
        region,
        [...new Set(ids)].filter((id) => !known.has(id)),
      ),
    );
  }
  return asked.flatMap((naming) => {
    const here = new Map([...known, ...(told.get(naming.region) ?? [])]);
    const problem = absent(naming, here) ?? apart(naming, here) ?? otherZones(naming, here);
    if (problem === undefined) {
      return [];
    }
    const { urn, type, op, old } = naming.step;
    return [{ urn, type, op, id: old?.id ?? null, ...problem }];
  });
}

type Problem = Pick<Refusal, "rule" | "loses" | "why" | "safeWay">;

function absent({ step, ids, region }: Naming, here: ReadonlyMap<string, Known>): Problem | undefined {
  const missing = ids.filter((id) => !here.has(id));
  return missing.length === 0
    ? undefined
    : {
        rule: "names-what-is-not-there",
        loses: `Nothing is lost, but AWS takes no ${missing.join(", ")}, and the run would end at ${shortName(step)}, half way.`,
        why: `The account has ${missing.length === 1 ? "no such thing" : "no such things"} in ${region}.`,
        safeWay: `Name one that is there: \`aws ec2 ${missing.some((id) => id.startsWith("sg-")) ? "describe-security-groups" : "describe-subnets"} --region ${region}\` lists them.`,
      };
}

/** A network interface is in one VPC, with its subnet and all of its groups. A rule may name a group of another. */
function apart({ step, ids, all }: Naming, here: ReadonlyMap<string, Known>): Problem | undefined {
  const cluster = step.type === clusterType ? read(step.old?.outputs ?? {}, "vpcConfig.vpcId") : undefined;
  const vpcs = new Set([
    ...all.flatMap((id) => here.get(id)?.vpcId ?? []).filter((vpcId) => vpcId !== ""),
    ...(typeof cluster === "string" ? [cluster] : []),
  ]);
  return vpcs.size < 2 || !all.some((id) => id.startsWith("subnet-"))
    ? undefined
    : {
        rule: "names-what-is-elsewhere",
        loses: `Nothing is lost, but AWS puts nothing into two VPCs, and the run would end at ${shortName(step)}, half way.`,
        why: `It names ${ids.join(", ")}; with what it has besides that is ${[...vpcs].sort().join(" and ")}.`,
        safeWay: "Name subnets and security groups of one VPC. What stands stays in its own.",
      };
}

/** Source: aws/containers-roadmap #170 and #2258: a control plane stays in exactly the zones that it was made in. */
function otherZones({ step, ids }: Naming, here: ReadonlyMap<string, Known>): Problem | undefined {
  const zones = (side: Step["old"]): readonly string[] =>
    [...new Set(subnetsOf(side).map((id) => here.get(id)?.zone ?? "?"))].sort();
  const [had, wants] = [zones(step.old), zones(step.new)];
  return step.type !== clusterType ||
    step.op !== "update" ||
    [...had, ...wants].includes("?") ||
    had.join() === wants.join()
    ? undefined
    : {
        rule: "moves-control-plane",
        loses: `The control plane would go from the zones ${had.join(", ")} to ${wants.join(", ")}, which EKS does not do: a cluster stays in exactly the zones that it was made in.`,
        why: `It names ${ids.join(", ")}.`,
        safeWay: `Name a subnet in each of ${had.join(", ")}, and in no other zone. Nodes may be in any zone of the network.`,
      };
}

function subnetsOf(side: Step["old"]): readonly string[] {
  const ids = read(side?.inputs ?? {}, "vpcConfig.subnetIds");
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === "string") : [];
}

function namingOf(step: Step, own: string): readonly Naming[] {
  const { type, op, old, new: wanted } = step;
  if (!type.startsWith("aws:") || wanted === undefined || !["create", "update", "replace"].includes(op)) {
    return [];
  }
  const before = new Set(op === "update" ? idsIn(old?.inputs) : []);
  const all = [...new Set(idsIn(wanted.inputs))];
  const ids = all.filter((id) => !before.has(id));
  const region = read(wanted.inputs, "region");
  return ids.length === 0 ? [] : [{ step, ids, all, region: typeof region === "string" ? region : own }];
}

function idsIn(value: unknown): readonly string[] {
  if (typeof value === "string") {
    return networkId.test(value) && !isUnknown(value) ? [value] : [];
  }
  const parts: readonly unknown[] = Array.isArray(value)
    ? value
    : isRecord(value)
      ? Object.values(value)
      : [];
  return parts.flatMap(idsIn);
}

async function ask(
  stack: AwsTarget,
  region: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Known>> {
  const { EC2Client, paginateDescribeSecurityGroups, paginateDescribeSubnets } = load(
    "@aws-sdk/client-ec2",
  ) as typeof ec2;
  const client = new EC2Client({ ...(await awsClientConfig(stack)), region });
  const found = new Map<string, Known>();
  const [groups, subnets] = ["sg-", "subnet-"].map((kind) => ids.filter((id) => id.startsWith(kind)));
  // By filter: of ids that are named outright the first that is missing would be the whole answer.
  const named = (name: string, values: readonly string[] = []): { Filters: ec2.Filter[] } => ({
    Filters: [{ Name: name, Values: [...values] }],
  });
  try {
    if (subnets?.length !== 0) {
      for await (const { Subnets = [] } of paginateDescribeSubnets({ client }, named("subnet-id", subnets))) {
        for (const { SubnetId = "", VpcId = "", AvailabilityZone: zone } of Subnets) {
          found.set(SubnetId, { vpcId: VpcId, ...(zone !== undefined && { zone }) });
        }
      }
    }
    if (groups?.length !== 0) {
      for await (const { SecurityGroups = [] } of paginateDescribeSecurityGroups(
        { client },
        named("group-id", groups),
      )) {
        for (const { GroupId = "", VpcId = "" } of SecurityGroups) found.set(GroupId, { vpcId: VpcId });
      }
    }
  } catch (error) {
    throw new FailedError(
      `AWS could not be asked whether ${ids.join(", ")} are there (ec2:DescribeSubnets, ec2:DescribeSecurityGroups): ` +
        `${describeAwsError(error)}\nA run that names what is not there would end half way. Nothing was touched.`,
    );
  } finally {
    client.destroy();
  }
  return found;
}

function shortName({ urn }: Step): string {
  return urn.split("::").at(-1) ?? urn;
}
