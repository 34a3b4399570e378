import type * as tagging from "@aws-sdk/client-resource-groups-tagging-api";
import { createRequire } from "node:module";
import { awsClientConfig, describeAwsError } from "../engine/aws-clients";
import { FailedError } from "../terminal/errors";
import type { Plan, PlannedStep } from "../plan/plan";
import type { OpenStack } from "../plan/workspace";

const load = createRequire(__filename);

const clusterType = "aws:eks/cluster:Cluster";
const namespaceType = "kubernetes:core/v1:Namespace";
const serviceType = "kubernetes:core/v1:Service";
const claimType = "kubernetes:core/v1:PersistentVolumeClaim";

/** Something in AWS that Kubernetes made for an object which the stack does not manage. */
export interface Leftover {
  readonly kind: "load balancer" | "volume";
  readonly arn: string;
  /** The object that it was made for. */
  readonly object: { readonly kind: "service" | "pvc"; readonly namespace: string; readonly name: string };
  /** What keeping it would mean. */
  readonly why: string;
  /** Removes it through Kubernetes. */
  readonly remove: string;
  /** Removes it where the object is gone already. */
  readonly removeInAws: string;
}

/**
 * What Kubernetes made in AWS, by its tags, for objects that no step of this plan removes: load balancers stand in the
 * subnets' way, and volumes would be left behind, with what is on them, when there is no cluster any more that knows them.
 * Asks AWS only where a cluster is to go.
 *
 * @throws FailedError when AWS cannot be asked: nothing is destroyed unseen.
 */
export async function leftovers(stack: OpenStack, plan: Plan): Promise<readonly Leftover[]> {
  const gone = plan.outcome.filter(({ op }) => op === "delete");
  const clusters = gone.filter(({ type }) => type === clusterType);
  if (clusters.length === 0) {
    return [];
  }
  const config = await awsClientConfig(stack);
  const { ResourceGroupsTaggingAPIClient, paginateGetResources } = load(
    "@aws-sdk/client-resource-groups-tagging-api",
  ) as typeof tagging;
  const client = new ResourceGroupsTaggingAPIClient(config);
  const found: Leftover[] = [];
  try {
    for (const cluster of clusters) {
      const pages = paginateGetResources(
        { client, pageSize: 100 },
        {
          TagFilters: [{ Key: `kubernetes.io/cluster/${cluster.old?.id ?? ""}`, Values: ["owned"] }],
          ResourceTypeFilters: ["elasticloadbalancing:loadbalancer", "ec2:volume"],
        },
      );
      for await (const { ResourceTagMappingList: list = [] } of pages) {
        for (const { ResourceARN: arn = "", Tags: tags = [] } of list) {
          const byKey = Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
          const leftover = leftoverOf(arn, byKey, stack);
          if (leftover !== undefined && !goesWithTheStack(leftover, gone)) {
            found.push(leftover);
          }
        }
      }
    }
  } catch (error) {
    throw new FailedError(
      `AWS could not be asked what Kubernetes made outside of the stack (tag:GetResources): ${describeAwsError(error)}\n` +
        "Without knowing that, nothing is destroyed. Nothing was touched.",
    );
  } finally {
    client.destroy();
  }
  return found;
}

function leftoverOf(
  arn: string,
  tags: Readonly<Record<string, string>>,
  stack: OpenStack,
): Leftover | undefined {
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
function goesWithTheStack({ object }: Leftover, gone: readonly PlannedStep[]): boolean {
  const type = object.kind === "service" ? serviceType : claimType;
  return gone.some(
    (step) =>
      (step.type === type && step.old?.id === `${object.namespace}/${object.name}`) ||
      (step.type === namespaceType && step.old?.id === object.namespace),
  );
}
