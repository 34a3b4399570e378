import type * as pulumi from "@pulumi/pulumi";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type { BalancerArgs } from "./balancer-args";

/** A port that is reached. */
export interface Reach {
  readonly protocol: string;
  readonly port: number;
}

/** In from who may come, out to the machines' ports and nowhere else; and the machines' own group lets it in. */
export function createBalancerGroup(
  name: string,
  { machineGroupId, parent, role, settings, tags, vpcId }: BalancerArgs,
  { listens, targets }: { readonly listens: readonly Reach[]; readonly targets: readonly Reach[] },
): { readonly group: SecurityGroup; readonly rules: pulumi.Resource[] } {
  const child = { parent };
  const group = new SecurityGroup(
    name,
    { vpcId, description: `Load balancer of the role ${role}`, tags },
    child,
  );
  const distinct = (reaches: readonly Reach[]): Reach[] => [
    ...new Map(reaches.map((reach) => [`${reach.protocol}-${reach.port}`, reach])).values(),
  ];
  const rules = [
    ...distinct(listens).flatMap(({ port, protocol }) =>
      settings.allowedCidrBlocks.map(
        (cidrIpv4) =>
          new SecurityGroupIngressRule(
            `${name}-${protocol}-${port}-${cidrIpv4.replace("/", "-")}`,
            {
              securityGroupId: group.id,
              description: `${role} at ${protocol} ${port}`,
              ipProtocol: protocol,
              fromPort: port,
              toPort: port,
              cidrIpv4,
            },
            child,
          ),
      ),
    ),
    ...distinct(targets).flatMap(({ port, protocol }) => {
      const ports = { ipProtocol: protocol, fromPort: port, toPort: port };
      return [
        new SecurityGroupEgressRule(
          `${name}-${protocol}-${port}-machines`,
          {
            securityGroupId: group.id,
            description: `Machines of ${role}`,
            referencedSecurityGroupId: machineGroupId,
            ...ports,
          },
          child,
        ),
        new SecurityGroupIngressRule(
          `${name}-${protocol}-${port}-machines`,
          {
            securityGroupId: machineGroupId,
            description: `Load balancer of ${role}`,
            referencedSecurityGroupId: group.id,
            ...ports,
          },
          child,
        ),
      ];
    }),
  ];
  return { group, rules };
}
