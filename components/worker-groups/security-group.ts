import type * as pulumi from "@pulumi/pulumi";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type { WorkerGroupSettings } from "../../settings/sections/worker-groups";
import type { StackContext } from "../../settings/stack-context";
import { workerGroupName } from "./group-data";
import { METRICS_PORT } from "./worker-data";

const SSH_PORT = 22;

export interface SecurityGroupArgs {
  readonly context: StackContext;
  readonly key: string;
  readonly settings: WorkerGroupSettings;
  readonly vpcId: pulumi.Input<string>;
  readonly parent: pulumi.Resource;
}

/** Metrics for the monitoring, SSH for a bastion, where there are such; nothing for anybody else. Everything goes out. */
export function createWorkerSecurityGroup(
  name: string,
  { context, key, settings, vpcId, parent }: SecurityGroupArgs,
): { readonly group: SecurityGroup; readonly rules: pulumi.Resource[] } {
  const child = { parent };
  const group = new SecurityGroup(
    name,
    {
      vpcId,
      description: `Workers of the group ${key}`,
      tags: { Name: workerGroupName(context, key), "worker-group": key },
    },
    child,
  );
  const from = (
    suffix: string,
    description: string,
    port: number,
    source: string | undefined,
  ): pulumi.Resource[] =>
    source === undefined
      ? []
      : [
          new SecurityGroupIngressRule(
            `${name}-${suffix}`,
            {
              securityGroupId: group.id,
              description,
              ipProtocol: "tcp",
              fromPort: port,
              toPort: port,
              referencedSecurityGroupId: source,
            },
            child,
          ),
        ];
  const out = new SecurityGroupEgressRule(
    `${name}-out`,
    {
      securityGroupId: group.id,
      description: "The scheduler, and whatever jobs call",
      ipProtocol: "-1",
      cidrIpv4: "0.0.0.0/0",
    },
    child,
  );
  const rules = [
    out,
    ...from("metrics", "Metrics, for the monitoring", METRICS_PORT, settings.metricsSgAllow),
    ...from("bastion", "SSH, from the bastion", SSH_PORT, settings.bastionSgAllow),
  ];
  return { group, rules };
}
