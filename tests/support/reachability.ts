import { overlap, parseBlock } from "../../settings/ip-blocks";
import type { RecordedResource, Recording } from "./mocks";

/** Whatever has network interfaces: machines, groups of them, databases. */
interface Endpoint {
  readonly resource: RecordedResource;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** Which walls stand between two endpoints; at least one has to. */
export interface Way {
  readonly from: string;
  /** Whether security groups of both ends let it pass. */
  readonly groups: boolean;
  /** Whether network ACLs of a pair of their subnets let it pass, and its answer. */
  readonly acls: boolean;
}

type Inputs = Readonly<Record<string, unknown>>;

/** Ports that answers go to. */
const EPHEMERAL = 50_000;

/**
 * Who could open a TCP connection to a resource at a port, from the rules that were recorded and by nothing's name. Where a rule covers
 * a subnet in part, it is taken for the whole when it lets in, and not taken when it keeps out.
 */
export class Reachability {
  private readonly byId: ReadonlyMap<string, RecordedResource>;

  constructor(private readonly recording: Recording) {
    const beyond = /peering|transitGateway|vpnGateway|directConnect/i;
    const other = recording.resources.find(({ type }) => beyond.test(type));
    if (other !== undefined) {
      throw new Error(`${other.urn}: ways into other networks are not followed here`);
    }
    this.byId = new Map(
      recording.resources.flatMap((resource) => {
        const id = recording.ids.get(resource.urn);
        return id === undefined ? [] : [[id, resource] as const];
      }),
    );
  }

  /** Everything with machines in the target's VPC, and its way there. */
  waysTo(target: RecordedResource, port: number): readonly Way[] {
    const [to] = this.endpoints([target]);
    if (to === undefined) {
      throw new Error(`${target.urn} has no network interfaces`);
    }
    return this.endpoints(this.recording.resources)
      .filter((from) => from.resource !== target && this.pairs(from, to).length > 0)
      .map((from) => ({
        from: from.resource.name,
        groups: this.pairs(from, to).some(([a, b]) => this.groupsLetPass(from, a, to, b, port)),
        acls: this.pairs(from, to).some(([a, b]) => this.aclsLetPass(a, b, port)),
      }))
      .sort((a, b) => a.from.localeCompare(b.from, "en"));
  }

  private endpoints(resources: readonly RecordedResource[]): Endpoint[] {
    return resources.flatMap((resource): Endpoint[] => {
      const { inputs, type } = resource;
      const at = (subnetIds: unknown, securityGroupIds: unknown): Endpoint[] => [
        { resource, subnetIds: texts(subnetIds), securityGroupIds: texts(securityGroupIds) },
      ];
      switch (type) {
        case "aws:autoscaling/group:Group":
          return at(inputs["vpcZoneIdentifiers"], this.groupsOfTemplate(inputs));
        case "aws:ec2/instance:Instance":
          return at([inputs["subnetId"]], inputs["vpcSecurityGroupIds"]);
        case "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration":
          return at([inputs["subnetId"]], inputs["securityGroupIds"]);
        case "aws:eks/nodeGroup:NodeGroup":
          return at(inputs["subnetIds"], this.groupsOfNodes());
        case "aws:rds/instance:Instance": {
          const group = this.byId.get(String(inputs["dbSubnetGroupName"]))?.inputs;
          return at(group?.["subnetIds"], inputs["vpcSecurityGroupIds"]);
        }
        default:
          return [];
      }
    });
  }

  private groupsOfTemplate(inputs: Inputs): unknown {
    const [id] = [...JSON.stringify(inputs).matchAll(/"(lt-[0-9a-f]+)"/g)].map(([, found]) => found);
    const template = this.byId.get(id ?? "")?.inputs ?? {};
    const [device] = (template["networkInterfaces"] ?? []) as Inputs[];
    return device?.["securityGroups"] ?? template["vpcSecurityGroupIds"];
  }

  /** EKS makes one with the cluster: it is named by nothing but the cluster's output. */
  private groupsOfNodes(): readonly string[] {
    const known = new Set(this.byId.keys());
    return this.rulesOf("ingress").flatMap(({ referencedSecurityGroupId: id }) =>
      typeof id === "string" && !known.has(id) ? [id] : [],
    );
  }

  private pairs(from: Endpoint, to: Endpoint): readonly (readonly [string, string])[] {
    const vpcOf = (id: string): unknown => this.byId.get(id)?.inputs["vpcId"];
    return from.subnetIds.flatMap((a) =>
      to.subnetIds.flatMap((b) => (vpcOf(a) === vpcOf(b) ? [[a, b] as const] : [])),
    );
  }

  private groupsLetPass(from: Endpoint, a: string, to: Endpoint, b: string, port: number): boolean {
    return (
      this.oneLets("egress", from.securityGroupIds, to.securityGroupIds, this.blockOf(b), port) &&
      this.oneLets("ingress", to.securityGroupIds, from.securityGroupIds, this.blockOf(a), port)
    );
  }

  private oneLets(
    direction: "ingress" | "egress",
    own: readonly string[],
    others: readonly string[],
    block: string,
    port: number,
  ): boolean {
    // What AWS makes itself lets everything out.
    const isForeign = own.some((id) => !this.byId.has(id));
    if (direction === "egress" && isForeign) {
      return true;
    }
    return this.rulesOf(direction).some(
      (rule) =>
        own.includes(String(rule["securityGroupId"])) &&
        hasPort(rule, port) &&
        (others.includes(String(rule["referencedSecurityGroupId"])) ||
          rule["prefixListId"] !== undefined ||
          shares(rule["cidrIpv4"], block)),
    );
  }

  private rulesOf(direction: "ingress" | "egress"): readonly Inputs[] {
    const name = direction === "ingress" ? "Ingress" : "Egress";
    return this.recording
      .ofType(`aws:vpc/securityGroup${name}Rule:SecurityGroup${name}Rule`)
      .map(({ inputs }) => inputs);
  }

  private aclsLetPass(a: string, b: string, port: number): boolean {
    const [blockA, blockB] = [this.blockOf(a), this.blockOf(b)];
    return (
      this.aclLets(a, "egress", blockB, port) &&
      this.aclLets(b, "ingress", blockA, port) &&
      this.aclLets(b, "egress", blockA, EPHEMERAL) &&
      this.aclLets(a, "ingress", blockB, EPHEMERAL)
    );
  }

  /** The first rule that fits decides; without an ACL of its own a subnet has the VPC's, which lets everything pass. */
  private aclLets(subnetId: string, direction: "ingress" | "egress", block: string, port: number): boolean {
    const acl = this.recording
      .ofType("aws:ec2/networkAcl:NetworkAcl")
      .find(({ inputs }) => texts(inputs["subnetIds"]).includes(subnetId));
    if (acl === undefined) {
      return true;
    }
    const decides = ((acl.inputs[direction] ?? []) as Inputs[])
      .toSorted((x, y) => Number(x["ruleNo"]) - Number(y["ruleNo"]))
      .filter((rule) => hasPort(rule, port))
      .find(({ action, cidrBlock }) =>
        action === "allow" ? shares(cidrBlock, block) : covers(cidrBlock, block),
      );
    return decides?.["action"] === "allow";
  }

  private blockOf(subnetId: string): string {
    return String(this.byId.get(subnetId)?.inputs["cidrBlock"]);
  }
}

function texts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? (value as unknown[]) : []).map(String);
}

function hasPort(rule: Inputs, port: number): boolean {
  const protocol = String(rule["ipProtocol"] ?? rule["protocol"]);
  return (
    protocol === "-1" ||
    ((protocol === "tcp" || protocol === "6") &&
      Number(rule["fromPort"]) <= port &&
      port <= Number(rule["toPort"]))
  );
}

function shares(rule: unknown, block: string): boolean {
  const [a, b] = [parseBlock(rule), parseBlock(block)];
  return a !== undefined && b !== undefined && overlap(a, b);
}

function covers(rule: unknown, block: string): boolean {
  const [a, b] = [parseBlock(rule), parseBlock(block)];
  return a !== undefined && b !== undefined && a.contains(b);
}
