import { expect } from "chai";
import type { CloudRecord } from "../../rehearsal/cloud/store";
import { NotLiveError } from "../../rehearsal/interpreter/cloud-error";
import { numberOf, recordOf, textOf, type Values } from "../../rehearsal/interpreter/values";
import { kubernetesProvider } from "../../rehearsal/packages/kubernetes/provider";
import {
  balancedService,
  deploymentOf,
  kubeconfigOf,
  rehearsedEks,
  type RehearsedEks,
} from "../support/eks-in-rehearsal";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const serviceType = "kubernetes:core/v1:Service";
const deploymentType = "kubernetes:apps/v1:Deployment";
const claimType = "kubernetes:core/v1:PersistentVolumeClaim";
const namespaceType = "kubernetes:core/v1:Namespace";
const classType = "kubernetes:storage.k8s.io/v1:StorageClass";
const classicType = "aws:elb/loadBalancer:LoadBalancer";
const networkType = "aws:lb/loadBalancer:LoadBalancer";
const groupType = "aws:ec2/securityGroup:SecurityGroup";
const volumeType = "aws:ebs/volume:Volume";
const nlb = { "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" };

function hostOf(service: Made): string {
  const ingress = recordOf(recordOf(service.outputs, "status"), "loadBalancer")["ingress"];
  return (ingress as readonly { readonly hostname: string }[] | undefined)?.[0]?.hostname ?? "";
}

/** The reasons that the provider gives for what exists and is not live. */
async function notLive(action: Promise<unknown>): Promise<readonly string[]> {
  try {
    await action;
  } catch (error) {
    if (error instanceof NotLiveError) return error.reasons;
    throw error;
  }
  throw new Error("It is live.");
}

describe("rehearsal: what Kubernetes makes in AWS", () => {
  let aws: RehearsedProvider<unknown>;
  let eks: RehearsedEks;
  const stand = async (wishes: Parameters<typeof rehearsedEks>[1] = {}): Promise<void> => {
    eks = await rehearsedEks(aws, wishes);
  };
  const deploy = (name: string, spec: Values = {}, pod: Values = {}): Promise<Made> =>
    eks.kubernetes.create(deploymentType, name, deploymentOf(name, spec, pod));
  const expose = (name: string, annotations: Values = {}): Promise<Made> =>
    eks.kubernetes.create(serviceType, name, balancedService(name, annotations));
  /** The groups that the controller made; the cluster's own is EKS's. */
  const groups = (): CloudRecord[] =>
    aws.records(groupType).filter(({ outputs }) => textOf(outputs, "name").startsWith("k8s-elb-"));
  beforeEach(() => {
    aws = rehearsedAws();
  });
  afterEach(() => {
    aws.remove();
  });

  describe("load balancers", () => {
    it("makes a classic one, with its group, in the public subnets of the cluster's VPC", async () => {
      await stand();
      await deploy("web");
      const service = await expose("web");
      const [balancer] = aws.records(classicType);
      const [group] = groups();
      expect(balancer?.id).to.match(/^a[0-9a-f]{31}$/);
      expect(hostOf(service)).to.match(/^a[0-9a-f]{31}-\d+\.eu-west-1\.elb\.amazonaws\.com$/);
      expect(balancer?.outputs).to.deep.include({
        dnsName: hostOf(service),
        zoneId: "Z32O12XQLNTSW2",
        securityGroups: [group?.id],
        tags: { "kubernetes.io/cluster/shop": "owned", "kubernetes.io/service-name": "default/web" },
      });
      expect(balancer?.outputs["subnets"]).to.have.members(eks.publicSubnets.map(({ id }) => id));
      expect(balancer?.scope).to.equal("111122223333/eu-west-1");
      expect(group?.outputs["name"]).to.equal(`k8s-elb-${balancer?.id ?? ""}`);
      expect(aws.records(networkType)).to.deep.equal([]);
    });

    it("makes a network one where the annotation says so, with names of that kind", async () => {
      await stand();
      await deploy("web");
      const service = await expose("web", nlb);
      const [balancer] = aws.records(networkType);
      expect(hostOf(service)).to.match(/^a[0-9a-f]{31}-[0-9a-f]{16}\.elb\.eu-west-1\.amazonaws\.com$/);
      expect(balancer?.outputs).to.include({
        dnsName: hostOf(service),
        zoneId: "Z2IFOLAFXWLO4F",
        loadBalancerType: "network",
        internal: false,
      });
      expect(aws.records(classicType)).to.deep.equal([]);
      expect(groups()).to.deep.equal([]);
    });

    it("puts internal ones into the subnets with the role's tag", async () => {
      await stand();
      await deploy("web");
      await expose("web", { ...nlb, "service.beta.kubernetes.io/aws-load-balancer-internal": "true" });
      const [balancer] = aws.records(networkType);
      expect(balancer?.outputs["internal"]).to.equal(true);
      expect(balancer?.outputs["subnets"]).to.have.members(eks.privateSubnets.map(({ id }) => id));
    });

    it("makes none without tagged subnets: the service is there, pending, and the provider gives up on it", async () => {
      await stand({ tagged: false });
      await deploy("web");
      expect(await notLive(expose("web"))).to.deep.equal([
        "resource default/web was successfully created, but the Kubernetes API server reported that it failed to " +
          "fully initialize or become live: 'web' timed out waiting to be Ready",
        "Service was not allocated an IP address; does your cloud provider support this?",
        "[SyncLoadBalancerFailed] Error syncing load balancer: failed to ensure load balancer: " +
          "could not find any suitable subnets for creating the ELB",
      ]);
      expect(aws.records(serviceType)).to.have.length(1);
      expect(aws.records(classicType)).to.deep.equal([]);
    });

    it("finds subnets that were tagged from beside, and those that an annotation names", async () => {
      await stand({ tagged: false });
      await deploy("web");
      const [first] = eks.publicSubnets;
      const tag = { resourceId: first?.id ?? "", key: "kubernetes.io/cluster/shop", value: "shared" };
      await aws.create("aws:ec2/tag:Tag", "tag", tag);
      await expose("web");
      expect(aws.records(classicType)[0]?.outputs["subnets"]).to.deep.equal([first?.id]);
      const named = {
        "service.beta.kubernetes.io/aws-load-balancer-subnets": eks.publicSubnets[1]?.id ?? "",
      };
      await eks.kubernetes.create(serviceType, "other", {
        ...balancedService("web", { ...nlb, ...named }),
        metadata: { name: "other", annotations: { ...nlb, ...named } },
      });
      expect(aws.records(networkType)[0]?.outputs["subnets"]).to.deep.equal([eks.publicSubnets[1]?.id]);
    });

    it("leaves a service that no pod stands behind pending", async () => {
      await stand();
      expect(await notLive(expose("web"))).to.include(
        "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods",
      );
    });

    it("goes with its service, with the service's namespace, and when the service is none any more", async () => {
      await stand();
      await deploy("web");
      const service = await expose("web");
      const plain = await eks.kubernetes.update(service, balancedService("web", {}, { type: "ClusterIP" }));
      expect(hostOf(plain)).to.equal("");
      expect(aws.records(classicType)).to.deep.equal([]);
      const again = await eks.kubernetes.update(plain, balancedService("web"));
      expect(aws.records(classicType)).to.have.length(1);
      await eks.kubernetes.delete(again);
      expect([...aws.records(classicType), ...groups()]).to.deep.equal([]);

      const shop = await eks.kubernetes.create(namespaceType, "shop", { metadata: { name: "shop" } });
      const deployment = deploymentOf("web");
      await eks.kubernetes.create(deploymentType, "web", {
        ...deployment,
        metadata: { name: "web", namespace: "shop" },
      });
      await eks.kubernetes.create(serviceType, "web", {
        ...balancedService("web", nlb),
        metadata: { name: "web", namespace: "shop", annotations: nlb },
      });
      expect(aws.records(networkType)).to.have.length(1);
      await eks.kubernetes.delete(shop);
      expect(aws.records(networkType)).to.deep.equal([]);
    });

    it("is left behind when the annotation changes its kind: the controller converts none", async () => {
      await stand();
      await deploy("web");
      const service = await expose("web");
      const changed = await eks.kubernetes.update(service, balancedService("web", nlb));
      expect(hostOf(changed)).to.include(".elb.eu-west-1.amazonaws.com");
      expect(aws.records(classicType)).to.have.length(1);
      await eks.kubernetes.delete(changed);
      expect(aws.records(networkType)).to.deep.equal([]);
      expect(aws.records(classicType)).to.have.length(1);
    });

    it("keeps a network one's listener when its port goes over to TLS: the controller adds before it takes away", async () => {
      await stand();
      await deploy("web");
      const ports = { ports: [{ port: 80 }, { port: 443 }] };
      const tls = {
        ...nlb,
        "service.beta.kubernetes.io/aws-load-balancer-ssl-cert":
          "arn:aws:acm:eu-west-1:111122223333:certificate/a",
        "service.beta.kubernetes.io/aws-load-balancer-ssl-ports": "443",
      };
      const listeners = (): unknown => aws.records(networkType)[0]?.outputs["listeners"];
      const plain = [
        { port: 80, protocol: "TCP" },
        { port: 443, protocol: "TCP" },
      ];
      const made = await eks.kubernetes.create(serviceType, "web", balancedService("web", nlb, ports));
      expect(listeners()).to.deep.equal(plain);
      const changed = await eks.kubernetes.update(made, balancedService("web", tls, ports));
      expect(hostOf(changed)).to.equal(hostOf(made));
      expect(listeners()).to.deep.equal(plain);
      const fewer = { ports: [{ port: 80 }] };
      const without = await eks.kubernetes.update(changed, balancedService("web", nlb, fewer));
      expect(listeners()).to.deep.equal([{ port: 80, protocol: "TCP" }]);
      await eks.kubernetes.update(without, balancedService("web", tls, ports));
      expect(listeners()).to.deep.equal([
        { port: 80, protocol: "TCP" },
        { port: 443, protocol: "TLS" },
      ]);
    });

    it("keeps subnets, internet gateway and VPC from being deleted", async () => {
      await stand();
      await deploy("web");
      const service = await expose("web");
      const [subnet] = eks.publicSubnets;
      if (!subnet) throw new Error("no subnet");
      expect(await refusal(aws.delete(subnet))).to.include(
        `api error DependencyViolation: The subnet '${subnet.id}' has dependencies and cannot be deleted.`,
      );
      await aws.delete(eks.route);
      expect(await refusal(aws.delete(eks.gateway))).to.include(
        `operation error EC2: DetachInternetGateway, https response error StatusCode: 400`,
      );
      expect(await refusal(aws.delete(eks.gateway))).to.include(
        `api error DependencyViolation: Network ${eks.vpc.id} has some mapped public address(es). ` +
          "Please unmap those public address(es) before detaching the gateway.",
      );
      await eks.kubernetes.delete(service);
      await aws.delete(eks.gateway);
    });

    it("of a classic one the group alone keeps the VPC", async () => {
      await stand();
      await deploy("web");
      await expose("web");
      for (const record of aws.records())
        if (record.type !== "aws:ec2/vpc:Vpc" && record.id !== groups()[0]?.id)
          aws.cloud.store.remove(record);
      expect(await refusal(aws.delete(eks.vpc))).to.include(
        `The vpc '${eks.vpc.id}' has dependencies and cannot be deleted.`,
      );
    });

    it("stays when its cluster is deleted, of whose objects nothing stays", async () => {
      await stand();
      await deploy("web");
      await expose("web", nlb);
      if (eks.nodes) await aws.delete(eks.nodes);
      await aws.delete(eks.cluster);
      expect(aws.records().filter(({ package: name }) => name === "kubernetes")).to.deep.equal([]);
      expect(aws.records(networkType)).to.have.length(1);
    });
  });

  it("objects of a cluster that somebody deleted are out of reach, unless they are to be forgotten", async () => {
    await stand();
    const made = await eks.kubernetes.create(namespaceType, "shop", { metadata: { name: "shop" } });
    const cluster = aws.records("aws:eks/cluster:Cluster")[0];
    if (cluster === undefined) throw new Error("there is no cluster");
    aws.cloud.store.remove(cluster);
    const remedy =
      "If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the " +
      'PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';
    expect(await refusal(eks.kubernetes.read(made))).to.equal(
      `failed to read resource state due to unreachable cluster. ${remedy}`,
    );
    expect(await refusal(eks.kubernetes.delete(made))).to.equal(
      `configured Kubernetes cluster is unreachable. ${remedy}`,
    );
    expect(
      await refusal(eks.kubernetes.update(made, { metadata: { name: "shop", labels: { a: "b" } } })),
    ).to.match(
      /^configured Kubernetes cluster is unreachable: unable to load schema information from the API server: .*no such host$/,
    );
    const forgetful = aws.as<unknown>(kubernetesProvider, {
      kubeconfig: kubeconfigOf(textOf(eks.cluster.outputs, "endpoint")),
      deleteUnreachable: true,
    });
    expect(await forgetful.read(made)).to.equal(undefined);
    await forgetful.delete(made);
  });

  describe("pods", () => {
    it("do not run in a cluster without nodes, and the deployment is not live", async () => {
      await stand({ nodes: false });
      expect(await notLive(deploy("web"))).to.deep.equal([
        "resource default/web was successfully created, but the Kubernetes API server reported that it failed to " +
          "fully initialize or become live: 'web' timed out waiting to be Ready",
        "[MinimumReplicasUnavailable] Deployment does not have minimum availability.",
        "Minimum number of live Pods was not attained",
        "[Unschedulable] no nodes available to schedule pods",
      ]);
      expect(recordOf(aws.records(deploymentType)[0]?.outputs ?? {}, "status")).to.include({
        readyReplicas: 0,
      });
    });

    it("are replaced within maxSurge and maxUnavailable, old and new beside each other", async () => {
      aws.remove();
      aws = rehearsedAws({ speed: 1000 });
      await stand();
      const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
      const made = await deploy("web", { replicas: 3, strategy, minReadySeconds: 20 });
      const seen: string[] = [];
      const watch = setInterval(() => {
        const [record] = aws.records(deploymentType);
        const { outputs = {} } = record ?? {};
        const ready = numberOf(recordOf(outputs, "status"), "readyReplicas") ?? 0;
        const old = numberOf(recordOf(outputs, "rollout"), "ready") ?? 0;
        const line = `${ready} ready, ${old} of them old`;
        if (seen.at(-1) !== line) seen.push(line);
      }, 1);
      const next = deploymentOf("web", { replicas: 3, strategy, minReadySeconds: 20 }, {}, "nginx@sha256:1");
      const updated = await eks.kubernetes.update(made, next);
      clearInterval(watch);
      const rolling = ["3 ready, 3 of them old", "4 ready, 3 of them old"];
      expect(seen).to.include(rolling[0]);
      expect(
        seen.every((line) => /^[34] ready/.test(line)),
        seen.join("; "),
      ).to.equal(true);
      expect(updated.outputs).to.not.have.property("rollout");
      expect(recordOf(updated.outputs, "status")).to.include({ readyReplicas: 3, updatedReplicas: 3 });
    });
  });

  describe("scheduling", () => {
    const nodeGroup = {
      labels: { purpose: "batch" },
      taints: [{ key: "purpose", value: "batch", effect: "NO_SCHEDULE" }],
    };
    const toleration = { key: "purpose", operator: "Equal", value: "batch", effect: "NoSchedule" };

    it("keeps pods away from nodes with a taint that they do not tolerate, and from nodes without their labels", async () => {
      await stand({ nodeGroup });
      expect((await notLive(deploy("web"))).at(-1)).to.equal(
        "[Unschedulable] 0/2 nodes are available: 2 node(s) had untolerated taint {purpose: batch}.",
      );
      const pod = { nodeSelector: { purpose: "ci" }, tolerations: [toleration] };
      expect((await notLive(deploy("ci", {}, pod))).at(-1)).to.equal(
        "[Unschedulable] 0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
      );
    });

    it("takes pods that tolerate what the nodes have", async () => {
      await stand({ nodeGroup });
      const pod = {
        nodeSelector: { purpose: "batch", "kubernetes.io/arch": "arm64" },
        tolerations: [toleration],
      };
      const { outputs } = await deploy("web", { replicas: 1 }, pod);
      expect(recordOf(outputs, "status")).to.include({ readyReplicas: 1 });
    });
  });

  describe("volumes", () => {
    const storageClass = (reclaimPolicy: string, more: Values = {}): Promise<Made> =>
      eks.kubernetes.create(classType, "gp3", {
        metadata: { name: "gp3", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
        provisioner: "ebs.csi.aws.com",
        reclaimPolicy,
        volumeBindingMode: "WaitForFirstConsumer",
        parameters: { type: "gp3", encrypted: "true" },
        ...more,
      });
    const claim = (spec: Values = {}): Promise<Made> =>
      eks.kubernetes.create(claimType, "data", {
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "20Gi" } }, ...spec },
      });
    const mounting = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] };

    it("are made when the first pod wants them, and tagged with their claim", async () => {
      await stand();
      await storageClass("Delete");
      const made = await claim();
      expect(made.outputs["status"]).to.deep.equal({ phase: "Pending" });
      expect(aws.records(volumeType)).to.deep.equal([]);
      await deploy("web", {}, mounting);
      const [volume] = aws.records(volumeType);
      expect(volume?.outputs).to.include({
        size: 20,
        type: "gp3",
        encrypted: true,
        availabilityZone: "eu-west-1a",
      });
      expect(volume?.outputs["tags"]).to.include({
        "kubernetes.io/cluster/shop": "owned",
        "kubernetes.io/created-for/pvc/name": "data",
        "kubernetes.io/created-for/pvc/namespace": "default",
      });
      expect(aws.records(claimType)[0]?.outputs["status"]).to.deep.equal({ phase: "Bound" });
    });

    it("have the tags of their class, with the claim's name put in", async () => {
      await stand();
      const tagSpecification = "backup=shop/{{ .PVCNamespace }}/{{ .PVCName }}";
      await storageClass("Delete", { parameters: { tagSpecification_1: tagSpecification } });
      await claim();
      await deploy("web", {}, mounting);
      expect(aws.records(volumeType)[0]?.outputs["tags"]).to.include({ backup: "shop/default/data" });
    });

    it("grow where the class lets them, and never shrink", async () => {
      const sized = (storage: string): Values => ({
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
      });
      await stand();
      const fixed = await storageClass("Delete");
      const made = await claim();
      await deploy("web", {}, mounting);
      expect(await refusal(eks.kubernetes.update(made, sized("30Gi")))).to.contain(
        "the storageclass that provisions the pvc must support resize",
      );
      await eks.kubernetes.delete(fixed);
      await storageClass("Delete", { allowVolumeExpansion: true });
      const grown = await eks.kubernetes.update(made, sized("30Gi"));
      expect(aws.records(volumeType)[0]?.outputs["size"]).to.equal(30);
      expect(grown.outputs["status"]).to.deep.equal({ phase: "Bound" });
      expect(await refusal(eks.kubernetes.update(grown, sized("20Gi")))).to.contain(
        "field can not be less than status.capacity",
      );
    });

    it("go with their claim, or stay, as the class says", async () => {
      for (const [policy, left] of [
        ["Delete", 0],
        ["Retain", 1],
      ] as const) {
        aws.remove();
        aws = rehearsedAws();
        await stand();
        await storageClass(policy);
        const made = await claim();
        const deployment = await deploy("web", {}, mounting);
        await eks.kubernetes.delete(deployment);
        await eks.kubernetes.delete(made);
        expect(aws.records(volumeType), policy).to.have.length(left);
      }
    });

    it("are made by nobody without the driver: the pods wait for ever", async () => {
      await stand({ volumeDriver: false });
      await storageClass("Delete");
      await claim();
      expect(await notLive(deploy("web", {}, mounting))).to.include.members([
        'Failed to bind PersistentVolumeClaim(s): "data"',
      ]);
      expect(aws.records(volumeType)).to.deep.equal([]);
    });

    it("are not promised by a class that is not there", async () => {
      await stand();
      expect((await notLive(claim({ storageClassName: "fast" }))).at(-1)).to.equal(
        '[ProvisioningFailed] storageclass.storage.k8s.io "fast" not found',
      );
    });

    it("of a stateful set outlive it", async () => {
      await stand();
      await storageClass("Delete");
      const set = await eks.kubernetes.create("kubernetes:apps/v1:StatefulSet", "db", {
        ...deploymentOf("db", {
          replicas: 2,
          serviceName: "db",
          volumeClaimTemplates: [
            {
              metadata: { name: "data" },
              spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
            },
          ],
        }),
      });
      expect(aws.records(volumeType)).to.have.length(2);
      await eks.kubernetes.delete(set);
      expect(aws.records(claimType).map(({ id }) => id)).to.have.members([
        "default/data-db-0",
        "default/data-db-1",
      ]);
      expect(aws.records(volumeType)).to.have.length(2);
    });
  });
});
