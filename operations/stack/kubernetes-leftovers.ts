import type { AwsClientConfig } from "../engine/aws-clients";
import { taggedResources } from "../engine/tagged";
import type { PlannedStep } from "../plan/plan";
import type { OpenStack } from "../plan/workspace";
import type { Leftover } from "./leftover";

const clusterType = "aws:eks/cluster:Cluster";
const namespaceType = "kubernetes:core/v1:Namespace";
const serviceType = "kubernetes:core/v1:Service";
const claimType = "kubernetes:core/v1:PersistentVolumeClaim";

/** What was made for an object. */
type ForObject = Leftover & { readonly object: NonNullable<Leftover["object"]> };

/** What Kubernetes made in AWS. */
interface MadeByKubernetes {
  /** For objects that no step of the plan removes. */
  readonly left: readonly Leftover[];
  /** Load balancers of any object: what comes after `loadbalancer/` in their ARNs. */
  readonly balancers: readonly string[];
}

/**
 * What Kubernetes made in AWS, by its tags: load balancers stand in the subnets' way, and volumes would be left behind, with what is
 * on them, when there is no cluster any more that knows them. Asks AWS only where a cluster is to go.
 */
export async function madeByKubernetes(
  stack: OpenStack,
  gone: readonly PlannedStep[],
  config: AwsClientConfig,
): Promise<MadeByKubernetes> {
  const clusters = gone.filter(({ type }) => type === clusterType);
  const left: Leftover[] = [];
  const balancers: string[] = [];
  for (const cluster of clusters) {
    const owned = [`kubernetes.io/cluster/${cluster.old?.id ?? ""}`, "owned"] as const;
    const types = ["elasticloadbalancing:loadbalancer", "ec2:volume"];
    for (const { arn, tags } of await taggedResources(config, [owned], types)) {
      const leftover = leftoverOf(arn, tags, stack);
      balancers.push(...(/:loadbalancer\/(.+)$/.exec(arn)?.slice(1) ?? []));
      if (leftover !== undefined && !goesWithTheStack(leftover, gone)) {
        left.push(leftover);
      }
    }
  }
  return { left, balancers };
}

function leftoverOf(
  arn: string,
  tags: Readonly<Record<string, string>>,
  stack: OpenStack,
): ForObject | undefined {
  const resource = arn.split(":").slice(5).join(":");
  const { region } = stack.settings.context;
  const [, ofService, service] = /^([^/]+)\/(.+)$/.exec(tags["kubernetes.io/service-name"] ?? "") ?? [];
  if (resource.startsWith("loadbalancer/") && ofService !== undefined && service !== undefined) {
    // A network load balancer's ARN goes on after its name.
    const removeInAws = resource.startsWith("loadbalancer/net/")
      ? `aws elbv2 delete-load-balancer --region ${region} --load-balancer-arn ${arn}`
      : `aws elb delete-load-balancer --region ${region} --load-balancer-name ${resource.slice("loadbalancer/".length)}`;
    return {
      kind: "load balancer",
      arn,
      object: { kind: "service", namespace: ofService, name: service },
      why: "It has addresses in the VPC's subnets, which AWS does not delete while they are in use.",
      remove: ofService.startsWith("smoke-")
        ? stack.call("smoke --clean")
        : `kubectl --kubeconfig=${stack.name}.kubeconfig --namespace=${ofService} delete service ${service}`,
      removeInAws,
    };
  }
  const [namespace, name] = [
    tags["kubernetes.io/created-for/pvc/namespace"],
    tags["kubernetes.io/created-for/pvc/name"],
  ];
  if (resource.startsWith("volume/") && namespace !== undefined && name !== undefined) {
    const id = resource.slice("volume/".length);
    return {
      kind: "volume",
      arn,
      object: { kind: "pvc", namespace, name },
      why: "It holds data, and without its cluster nothing knows whose.",
      remove: `kubectl --kubeconfig=${stack.name}.kubeconfig --namespace=${namespace} delete pvc ${name}`,
      removeInAws: `aws ec2 delete-volume --region ${region} --volume-id ${id}`,
    };
  }
  return undefined;
}

/** Whether a step of the plan deletes the object, by itself or with its namespace, before the cluster goes. */
function goesWithTheStack({ object }: ForObject, gone: readonly PlannedStep[]): boolean {
  const type = object.kind === "service" ? serviceType : claimType;
  return gone.some(
    (step) =>
      (step.type === type && step.old?.id === `${object.namespace}/${object.name}`) ||
      (step.type === namespaceType && step.old?.id === object.namespace),
  );
}
