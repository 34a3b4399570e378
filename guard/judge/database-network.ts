import { listed } from "../describe";
import type { Step } from "../step";
import { read } from "../unknown";
import type { Verdict } from "./verdict";

const SUBNET = "aws:ec2/subnet:Subnet";
const VPC = "aws:ec2/vpc:Vpc";
const CLUSTER = "aws:eks/cluster:Cluster";

/** Groups of subnets that servers with data stand in, and where those name theirs. */
const groups: readonly { readonly group: string; readonly servers: Readonly<Record<string, string>> }[] = [
  {
    group: "aws:rds/subnetGroup:SubnetGroup",
    servers: {
      "aws:rds/instance:Instance": "dbSubnetGroupName",
      "aws:rds/cluster:Cluster": "dbSubnetGroupName",
    },
  },
  {
    group: "aws:docdb/subnetGroup:SubnetGroup",
    servers: { "aws:docdb/cluster:Cluster": "dbSubnetGroupName" },
  },
  {
    group: "aws:neptune/subnetGroup:SubnetGroup",
    servers: { "aws:neptune/cluster:Cluster": "neptuneSubnetGroupName" },
  },
];

/** Subnets, groups of subnets, and VPCs that standing servers and clusters are in, by id, and who is in each. */
export class DatabaseNetwork {
  private readonly servers = new Map<string, Step>();
  private readonly groupTypes = new Set<string>();

  constructor(steps: readonly Step[]) {
    const zones = new Map(
      steps.flatMap(({ type, old }) =>
        type === SUBNET && old !== undefined
          ? [[old.id, read(old.outputs, "availabilityZone")] as const]
          : [],
      ),
    );
    // A destroy tells of everything twice: as it was found, and then deleted.
    const going = new Set(steps.filter(isGoing).map(keyOf));
    const goes = (step: Step): boolean => going.has(keyOf(step));
    for (const step of steps) {
      const vpcId =
        step.type === CLUSTER && !goes(step) ? read(step.old?.outputs ?? {}, "vpcConfig.vpcId") : undefined;
      if (typeof vpcId === "string") this.servers.set(vpcId, step);
    }
    for (const { group, servers } of groups) {
      const ofServers = steps.filter((step) => step.type in servers && step.old !== undefined && !goes(step));
      if (ofServers.length > 0) this.groupTypes.add(group);
      for (const step of ofServers.length === 0 ? [] : steps.filter(({ type }) => type === group)) {
        const name = read(step.old?.outputs ?? {}, "name") ?? step.old?.id;
        const own = ofServers.filter(
          ({ type, old }) =>
            old !== undefined && read({ ...old.outputs, ...old.inputs }, servers[type] ?? "") === name,
        );
        const [member] = own;
        if (member !== undefined) this.servers.set(step.old?.id ?? "", member);
        const ids = read(step.old?.outputs ?? {}, "subnetIds") ?? read(step.old?.inputs ?? {}, "subnetIds");
        for (const id of Array.isArray(ids) ? (ids as unknown[]) : []) {
          const there = own.find((server) => standsIn(server, zones.get(String(id))));
          if (there !== undefined) this.servers.set(String(id), there);
        }
      }
    }
  }

  /**
   * Refuses a plan that takes away the ground under a database or a cluster, at every guard level, for the run would end half
   * way. What AWS answers: RDS gives up no subnet that a server's network interface is in ("Some of the subnets to be deleted
   * are currently in use"), and no group of subnets goes to another VPC ("The new Subnets are not in the same Vpc as the
   * existing subnet group"). "You can't change which VPC you want to use after cluster creation" is the EKS User Guide's word.
   */
  judge(step: Step): Verdict | undefined {
    const server =
      (step.type === SUBNET || step.type === VPC || this.groupTypes.has(step.type)) && isGoing(step)
        ? this.servers.get(step.old?.id ?? "")
        : undefined;
    if (server === undefined) {
      return undefined;
    }
    const because = step.replaceKeys.length === 0 ? "" : ` because of ${listed(step.replaceKeys)}`;
    return {
      rule: "moves-network",
      loses:
        `Nothing is lost, but ${server.type} ${server.urn.split("::").at(-1) ?? ""} (id ${server.old?.id ?? ""}) stands in ` +
        `${step.old?.id ?? ""}: AWS does not take that from under it, and the run would end half way, with a second network beside the first.`,
      why: `The ${step.type === VPC ? "VPC" : step.type === SUBNET ? "subnet" : "group of subnets"} would be ${step.op === "replace" ? `replaced${because}` : "deleted"}.`,
      safeWay:
        "Take the change of the network back. To move a database or a cluster make a second one in the new network and " +
        "give the first one up on purpose (docs/guard.md).",
    };
  }
}

function isGoing({ op }: Step): boolean {
  return op === "delete" || op === "replace";
}

function keyOf({ urn, old }: Step): string {
  return `${urn}\n${old?.id ?? ""}`;
}

/** A server in several zones, or of which the zone is not known, may stand in any of its subnets. */
function standsIn({ old }: Step, zone: unknown): boolean {
  const outputs = old?.outputs ?? {};
  const own = read(outputs, "availabilityZone");
  return (
    read(outputs, "multiAz") === true || typeof own !== "string" || typeof zone !== "string" || own === zone
  );
}
