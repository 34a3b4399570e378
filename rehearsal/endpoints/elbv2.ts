import { groupType, machinesOf } from "../catalogue/entries/aws/group-machines";
import type { CloudRecord } from "../cloud/store";
import { numberOf, textOf, textsAt } from "../interpreter/values";
import { ApiError, carryOut, readOf, type ApiCall, type QueryOperation } from "./call";
import { listOfForm, queryAnswer, type Xml } from "./xml";

const namespace = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";
const targetGroupTypes = ["aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup"];

function read(action: string, act: (input: URLSearchParams, call: ApiCall) => Xml): QueryOperation {
  return (input, call) =>
    carryOut(call, readOf("elasticloadbalancing", action), () =>
      queryAnswer(action, namespace, act(input, call)),
    );
}

function targetGroups(call: ApiCall): readonly CloudRecord[] {
  return targetGroupTypes.flatMap((type) => call.hands.ofType(type));
}

function targetGroup(arn: string, call: ApiCall): CloudRecord {
  const found = targetGroups(call).find(({ id }) => id === arn);
  if (found === undefined) throw new ApiError("TargetGroupNotFound", "One or more target groups not found");
  return found;
}

/** Machines of the Auto Scaling groups that register with it. They are healthy once they are in service. */
function targetsOf(group: CloudRecord, call: ApiCall): Xml {
  const port = numberOf(group.outputs, "port") ?? 80;
  return call.hands
    .ofType(groupType)
    .filter(({ outputs }) => textsAt(outputs, "targetGroupArns").includes(group.id))
    .flatMap(({ id }) => machinesOf(id, call.hands))
    .map((machine) => ({
      Target: { Id: machine.id, Port: port },
      HealthCheckPort: String(port),
      TargetHealth:
        textOf(machine.outputs, "healthStatus") === "Unhealthy"
          ? { State: "unhealthy", Reason: "Target.FailedHealthChecks", Description: "Health checks failed" }
          : { State: "healthy" },
    }));
}

/** Load balancers as commands ask them. */
export const elbv2Operations: Readonly<Record<string, QueryOperation>> = {
  DescribeTargetHealth: read("DescribeTargetHealth", (input, call) => ({
    TargetHealthDescriptions: targetsOf(targetGroup(input.get("TargetGroupArn") ?? "", call), call),
  })),
  DescribeTargetGroups: read("DescribeTargetGroups", (input, call) => {
    const arns = listOfForm(input, "TargetGroupArns");
    const found = arns.length === 0 ? targetGroups(call) : arns.map((arn) => targetGroup(arn, call));
    return {
      TargetGroups: found.map(({ id, outputs }) => ({
        TargetGroupArn: id,
        TargetGroupName: textOf(outputs, "name"),
        Protocol: textOf(outputs, "protocol"),
        Port: numberOf(outputs, "port"),
        VpcId: textOf(outputs, "vpcId"),
      })),
    };
  }),
};
