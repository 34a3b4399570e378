import { isUnknown, read } from "../unknown";
import type { StackFinding, StackResource } from "./stack-resource";

const vpcType = "aws:ec2/vpc:Vpc";
const flowLogType = "aws:ec2/flowLog:FlowLog";

/** Every VPC of the stack has a flow log, by where its `vpcId` comes from or by the id that is written down. */
export function checkFlowLogs(resources: readonly StackResource[]): StackFinding[] {
  const logs = resources.filter(({ type }) => type === flowLogType);
  return resources
    .filter((vpc) => vpc.type === vpcType && !logs.some((log) => isOf(log, vpc)))
    .map(({ name, urn }) => ({
      urn,
      property: "vpcId",
      message: `the VPC ${name} has no flow log. Add an aws:ec2/flowLog:FlowLog with its vpcId.`,
    }));
}

function isOf(log: StackResource, vpc: StackResource): boolean {
  const id = read(log.properties, "vpcId");
  return (
    log.dependencies["vpcId"]?.includes(vpc.urn) === true ||
    (id !== undefined && !isUnknown(id) && id === read(vpc.properties, "id"))
  );
}
