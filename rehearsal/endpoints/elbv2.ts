import { groupType, machinesOf } from "../catalogue/entries/aws/group-machines";
import type { CloudRecord } from "../cloud/store";
import { isRecord, listOf, numberOf, textOf, textsAt, type Values } from "../interpreter/values";
import { networkType } from "../packages/kubernetes/load-balancers";
import { servingOf } from "../packages/kubernetes/serving";
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

/** A target group, and the load balancer that it is behind as a part of it: Kubernetes' have no records of their own. */
interface TargetGroup {
  readonly arn: string;
  readonly outputs: Values;
  readonly balancer?: CloudRecord;
}

function targetGroups(call: ApiCall): readonly TargetGroup[] {
  const own = targetGroupTypes.flatMap((type) => call.hands.ofType(type));
  return [
    ...own.map(({ id, outputs }) => ({ arn: id, outputs })),
    ...balancers(call).flatMap((balancer) => groupsOf(balancer, call)),
  ];
}

function balancers(call: ApiCall): readonly CloudRecord[] {
  return [networkType, "aws:alb/loadBalancer:LoadBalancer"].flatMap((type) => call.hands.ofType(type));
}

/** One for each listener of a load balancer that Kubernetes made. Names: "k8s-", namespace, service, digest (the controller's aws_loadbalancer.go). */
function groupsOf(balancer: CloudRecord, call: ApiCall): readonly TargetGroup[] {
  const serving = servingOf(balancer, call.cloud.clock, call.hands);
  if (serving === undefined) return [];
  const digest = balancer.id.split("/").at(-1) ?? "";
  return listOf(balancer.outputs, "listeners")
    .filter(isRecord)
    .map((listener) => {
      const port = numberOf(listener, "port") ?? 0;
      const name = `k8s-${digest.slice(0, 10)}-${String(port)}`;
      const arn = balancer.id.replace(/:loadbalancer\/.*/, `:targetgroup/${name}/${digest}`);
      return {
        arn,
        balancer,
        outputs: { name, port, protocol: "TCP", vpcId: textOf(balancer.outputs, "vpcId") },
      };
    });
}

/** Those that its listeners, and the rules of these, send to. */
function groupsBehind(balancer: CloudRecord, call: ApiCall): readonly TargetGroup[] {
  const of = (kind: string): readonly CloudRecord[] =>
    ["aws:lb", "aws:alb"].flatMap((module) => call.hands.ofType(`${module}/${kind}`));
  const listeners = of("listener:Listener").filter(({ inputs }) => inputs["loadBalancerArn"] === balancer.id);
  const ids = new Set<unknown>(listeners.map(({ id }) => id));
  const rules = of("listenerRule:ListenerRule").filter(({ inputs }) => ids.has(inputs["listenerArn"]));
  const actions = JSON.stringify(
    [...listeners, ...rules].map(({ inputs }) => [inputs["defaultActions"], inputs["actions"]]),
  );
  return [
    ...groupsOf(balancer, call),
    ...targetGroups(call).filter(
      (group) => group.balancer === undefined && actions.includes(`"${group.arn}"`),
    ),
  ];
}

function targetGroup(arn: string, call: ApiCall): TargetGroup {
  const found = targetGroups(call).find((group) => group.arn === arn);
  if (found === undefined) throw new ApiError("TargetGroupNotFound", "One or more target groups not found");
  return found;
}

function balancer(call: ApiCall, isIt: (balancer: CloudRecord) => boolean): CloudRecord {
  const found = balancers(call).find(isIt);
  if (found === undefined) throw new ApiError("LoadBalancerNotFound", "One or more load balancers not found");
  return found;
}

function described(balancer: CloudRecord, call: ApiCall): Xml {
  const { id, outputs } = balancer;
  return {
    LoadBalancerArn: id,
    LoadBalancerName: textOf(outputs, "name"),
    DNSName: textOf(outputs, "dnsName"),
    Scheme: outputs["internal"] === true ? "internal" : "internet-facing",
    Type: textOf(outputs, "loadBalancerType"),
    VpcId: textOf(outputs, "vpcId"),
    // The provider waits for those that it makes.
    State: {
      Code: servingOf(balancer, call.cloud.clock, call.hands)?.isActive === false ? "provisioning" : "active",
    },
  };
}

/** Nodes of a cluster, which the controller registers. */
function nodesBehind(balancer: CloudRecord, port: number, call: ApiCall): Xml {
  const serving = servingOf(balancer, call.cloud.clock, call.hands);
  const health: Xml =
    serving?.isHealthy === true
      ? { State: "healthy" }
      : serving?.isActive === true
        ? { State: "unhealthy", Reason: "Target.FailedHealthChecks", Description: "Health checks failed" }
        : {
            State: "initial",
            Reason: "Elb.RegistrationInProgress",
            Description: "Target registration is in progress",
          };
  return Array.from({ length: serving?.nodes ?? 0 }, (_, index) => ({
    Target: { Id: `i-${String(index).padStart(17, "0")}`, Port: port },
    HealthCheckPort: String(port),
    TargetHealth: health,
  }));
}

/** Machines of the Auto Scaling groups that register with it. They are healthy once they are in service. */
function targetsOf(group: TargetGroup, call: ApiCall): Xml {
  const port = numberOf(group.outputs, "port") ?? 80;
  if (group.balancer !== undefined) return nodesBehind(group.balancer, port, call);
  return call.hands
    .ofType(groupType)
    .filter(({ outputs }) => textsAt(outputs, "targetGroupArns").includes(group.arn))
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
  DescribeLoadBalancers: read("DescribeLoadBalancers", (input, call) => {
    const names = listOfForm(input, "Names");
    const found =
      names.length === 0
        ? balancers(call)
        : names.map((name) => balancer(call, ({ outputs }) => textOf(outputs, "name") === name));
    return { LoadBalancers: found.map((one) => described(one, call)) };
  }),
  DescribeTargetHealth: read("DescribeTargetHealth", (input, call) => ({
    TargetHealthDescriptions: targetsOf(targetGroup(input.get("TargetGroupArn") ?? "", call), call),
  })),
  DescribeTargetGroups: read("DescribeTargetGroups", (input, call) => {
    const arns = listOfForm(input, "TargetGroupArns");
    const balancerArn = input.get("LoadBalancerArn");
    const found =
      balancerArn !== null
        ? groupsBehind(
            balancer(call, ({ id }) => id === balancerArn),
            call,
          )
        : arns.length === 0
          ? targetGroups(call)
          : arns.map((arn) => targetGroup(arn, call));
    return {
      TargetGroups: found.map(({ arn, outputs }) => ({
        TargetGroupArn: arn,
        TargetGroupName: textOf(outputs, "name"),
        Protocol: textOf(outputs, "protocol"),
        Port: numberOf(outputs, "port"),
        VpcId: textOf(outputs, "vpcId"),
      })),
    };
  }),
};
