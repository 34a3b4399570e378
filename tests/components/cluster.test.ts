import { Subnet } from "@pulumi/aws/ec2/subnet";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parse } from "yaml";
import { Cluster } from "../../components/cluster/cluster";
import { Network } from "../../components/network/network";
import type { Approval } from "../../guard/approvals/approval";
import type { GuardLevel } from "../../guard/level";
import { clusterSettings } from "../../settings/sections/cluster";
import { networkSettings } from "../../settings/sections/network";
import { ACCOUNT } from "../support/cloud";
import { invokes } from "../support/invokes";
import { record, type RecordedResource, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const NAME = "groundwork-dev-cluster";
const ADMIN = `arn:aws:iam::${ACCOUNT}:role/platform-engineer`;

const group = { instanceTypes: ["m7g.large"], minSize: 1, desiredSize: 2, maxSize: 4 };
const small = {
  version: "1.34",
  accessEntries: { platform: { principalArn: ADMIN, policy: "clusterAdmin" } },
  nodeGroups: { default: group },
};

interface Options {
  readonly settings?: Record<string, unknown>;
  readonly level?: GuardLevel;
  readonly preview?: boolean;
  readonly existing?: boolean;
  readonly approvals?: readonly Approval[];
  readonly subnetIds?: () => readonly pulumi.Input<string>[];
  readonly zones?: readonly string[] | null;
  readonly tags?: Record<string, string>;
}

function recordCluster(options: Options = {}): Promise<Recording<Cluster>> {
  const settings = clusterSettings.parse({ ...small, ...options.settings });
  const context = stackContext({
    guardLevel: options.level ?? "development",
    approvals: options.approvals ?? [],
  });
  const subnets = { publicSubnetIds: ["subnet-1", "subnet-2"], privateSubnetIds: ["subnet-3", "subnet-4"] };
  return record(
    () =>
      new Cluster("cluster", {
        context,
        settings,
        tags: options.tags ?? {},
        privateSubnetIds: options.subnetIds?.() ?? subnets.privateSubnetIds,
        controlPlaneSubnetIds: options.subnetIds?.() ?? subnets.privateSubnetIds,
        ...(options.zones !== null && { availabilityZones: options.zones ?? ["eu-west-1a", "eu-west-1b"] }),
        ...(options.existing === true && { existingSubnets: subnets }),
      }),
    { preview: options.preview ?? false, invokes },
  );
}

const controlPlane = (recording: Recording): RecordedResource => recording.one("aws:eks/cluster:Cluster");
const nodeGroup = (recording: Recording, name = "cluster-default"): RecordedResource =>
  recording.one("aws:eks/nodeGroup:NodeGroup", name);
const addon = (recording: Recording, name: string): RecordedResource =>
  recording.one("aws:eks/addon:Addon", `cluster-${name}`);

describe("a cluster", () => {
  describe("its control plane", () => {
    it("is what the settings say, with no administrator but those of the entries", async () => {
      const recording = await recordCluster();
      const { inputs } = controlPlane(recording);
      expect(inputs).to.deep.include({
        name: NAME,
        version: "1.34",
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
        bootstrapSelfManagedAddons: false,
        enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
        upgradePolicy: { supportType: "STANDARD" },
        deletionProtection: true,
      });
      const key = recording.one("aws:kms/key:Key");
      expect(inputs["encryptionConfig"]).to.deep.equal({
        provider: { keyArn: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${recording.idOf(key)}` },
        resources: ["secrets"],
      });
    });

    it("is reached from inside the VPC only, unless networks are listed", async () => {
      expect(controlPlane(await recordCluster()).inputs["vpcConfig"]).to.deep.equal({
        subnetIds: ["subnet-3", "subnet-4"],
        endpointPrivateAccess: true,
        endpointPublicAccess: false,
      });
      const listed = await recordCluster({
        settings: { apiAccess: { publicCidrBlocks: ["203.0.113.0/24"] } },
      });
      expect(controlPlane(listed).inputs["vpcConfig"]).to.deep.equal({
        subnetIds: ["subnet-3", "subnet-4"],
        endpointPrivateAccess: true,
        endpointPublicAccess: true,
        publicAccessCidrs: ["203.0.113.0/24"],
      });
    });

    it("stays in the first two zones of the network, or in those that the settings name; nodes are in all", async () => {
      const placed = async (
        options: Options,
      ): Promise<{ readonly plane: unknown; readonly zones: unknown; readonly nodes: unknown }> => {
        const recording = await recordCluster(options);
        const { inputs } = controlPlane(recording);
        return {
          plane: (inputs["vpcConfig"] as Record<string, unknown>)["subnetIds"],
          zones: (inputs["tags"] as Record<string, unknown>)["control-plane-zones"],
          nodes: nodeGroup(recording).inputs["subnetIds"],
        };
      };
      const three = ["subnet-1", "subnet-2", "subnet-3"];
      const subnetIds = (): readonly string[] => three;
      const zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d"];
      expect(await placed({ zones, subnetIds })).to.deep.equal({
        plane: ["subnet-1", "subnet-2"],
        zones: "eu-west-1a eu-west-1b",
        nodes: three,
      });
      const settings = { controlPlaneZones: ["eu-west-1c", "eu-west-1b"] };
      expect(await placed({ zones, subnetIds, settings })).to.deep.equal({
        plane: ["subnet-2", "subnet-3"],
        zones: "eu-west-1c eu-west-1b",
        nodes: three,
      });
      // Of a network that existed AWS says where its subnets are: the third in the zone of the first.
      expect(await placed({ zones: null, subnetIds })).to.deep.equal({
        plane: three,
        zones: "eu-west-1a eu-west-1b",
        nodes: three,
      });
      expect(await placed({ zones: null, subnetIds, settings })).to.deep.include({ plane: ["subnet-2"] });
    });

    it("is known in a preview while another subnet is still to be made", async () => {
      const recording = await recordCluster({
        preview: true,
        zones: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
        subnetIds: () => [
          "subnet-1",
          "subnet-2",
          new Subnet("third", { vpcId: "vpc-1", cidrBlock: "10.0.9.0/24" }).id,
        ],
      });
      expect(controlPlane(recording).inputs["vpcConfig"]).to.deep.include({
        subnetIds: ["subnet-1", "subnet-2"],
      });
    });

    it("comes after its log group and permissions, and goes before them", async () => {
      const recording = await recordCluster();
      expect(recording.one("aws:cloudwatch/logGroup:LogGroup").inputs).to.include({
        name: `/aws/eks/${NAME}/cluster`,
        retentionInDays: 90,
      });
      expect(recording.dependencies(controlPlane(recording))).to.include.members([
        "cluster-control-plane",
        "cluster-logs",
        "cluster-secrets",
      ]);
    });

    it("is protected with its key where the guard holds data, and at disposable is not", async () => {
      const guarded = await recordCluster({ level: "production" });
      for (const resource of [controlPlane(guarded), guarded.one("aws:kms/key:Key")]) {
        expect(resource.options.protect, resource.name).to.equal(true);
        expect(resource.options.hooks["beforeDelete"]).to.deep.equal(["groundwork-guard"]);
      }
      expect(guarded.one("aws:kms/key:Key").inputs).to.include({
        enableKeyRotation: true,
        deletionWindowInDays: 30,
      });
      const disposable = await recordCluster({ level: "disposable" });
      expect(controlPlane(disposable).options.protect).to.equal(false);
      expect(controlPlane(disposable).inputs["deletionProtection"]).to.equal(false);
    });
  });

  it("loses its locks, and nothing else does, where its deletion is approved", async () => {
    const before = await recordCluster({ level: "production" });
    const after = await recordCluster({
      level: "production",
      approvals: [{ urn: controlPlane(before).urn, id: "dev", operation: "delete", phase: "unlock" }],
    });
    expect(controlPlane(after).options.protect).to.equal(false);
    expect(controlPlane(after).inputs["deletionProtection"]).to.equal(false);
    const rest = (recording: Recording): unknown[] =>
      recording.resources
        .filter(({ type }) => type !== "aws:eks/cluster:Cluster")
        .map(({ type, name, inputs, options: { protect } }) => ({ type, name, inputs, protect }));
    expect(rest(after)).to.deep.equal(rest(before));
    expect(after.one("aws:kms/key:Key").options.protect).to.equal(true);
  });

  it("lets in who has an entry, each with one policy in one scope", async () => {
    const developer = `arn:aws:iam::${ACCOUNT}:role/dev/developer`;
    const recording = await recordCluster({
      settings: {
        accessEntries: {
          ...small.accessEntries,
          developers: { principalArn: developer, policy: "view", namespaces: ["workloads"] },
        },
      },
    });
    expect(
      recording.ofType("aws:eks/accessEntry:AccessEntry").map(({ inputs }) => inputs["principalArn"]),
    ).to.deep.equal([ADMIN, developer]);
    const associations = recording.ofType("aws:eks/accessPolicyAssociation:AccessPolicyAssociation");
    expect(associations.map(({ inputs }) => inputs)).to.deep.equal([
      {
        clusterName: NAME,
        principalArn: ADMIN,
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        accessScope: { type: "cluster" },
      },
      {
        clusterName: NAME,
        principalArn: developer,
        policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
        accessScope: { type: "namespace", namespaces: ["workloads"] },
      },
    ]);
  });

  it("does not notice when an entry is called something else", async () => {
    const names = async (key: string): Promise<readonly string[]> => {
      const { platform } = small.accessEntries;
      const recording = await recordCluster({ settings: { accessEntries: { [key]: platform } } });
      return recording.resources.map(({ urn }) => urn);
    };
    expect(await names("platform")).to.deep.equal(await names("admins"));
  });

  describe("its add-ons", () => {
    it("come in the order in which they need nodes, and nodes need them", async () => {
      const recording = await recordCluster();
      const dependencies = recording.dependencies(nodeGroup(recording));
      expect(dependencies).to.include.members([
        "cluster-vpc-cni",
        "cluster-kube-proxy",
        "cluster-eks-pod-identity-agent",
      ]);
      for (const name of ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"]) {
        expect(recording.dependencies(addon(recording, name)), name).to.not.include("cluster-default");
      }
      for (const name of ["coredns", "aws-ebs-csi-driver", "metrics-server"]) {
        expect(recording.dependencies(addon(recording, name)), name).to.include("cluster-default");
      }
    });

    it("have the version that goes with the cluster's, or the one that is pinned", async () => {
      const recording = await recordCluster({ settings: { addons: { coredns: "v1.12.3-eksbuild.1" } } });
      expect(addon(recording, "kube-proxy").inputs["addonVersion"]).to.equal("v1.0.0-for-1.34-eksbuild.1");
      expect(addon(recording, "coredns").inputs["addonVersion"]).to.equal("v1.12.3-eksbuild.1");
    });

    it("keep the version that EKS took by default when the cluster came to its own, until the next upgrade", async () => {
      const recording = await recordCluster({ settings: { addons: { coredns: "v1.12.3-eksbuild.1" } } });
      const held = recording.ofType("aws:ssm/parameter:Parameter");
      expect(held.map(({ name }) => name)).to.have.members(
        ["eks-pod-identity-agent", "vpc-cni", "kube-proxy", "aws-ebs-csi-driver", "metrics-server"].map(
          (name) => `cluster-${name}-version-1.34`,
        ),
      );
      const proxy = recording.one("aws:ssm/parameter:Parameter", "cluster-kube-proxy-version-1.34");
      expect(proxy.inputs).to.deep.include({
        name: "/groundwork/dev/cluster/add-ons/kube-proxy/1.34",
        type: "String",
        insecureValue: "v1.0.0-for-1.34-eksbuild.1",
      });
      expect(proxy.options.ignoreChanges).to.deep.equal(["insecureValue"]);
      expect(recording.dependencies(addon(recording, "kube-proxy"))).to.include(proxy.name);
    });

    it("enforce network policies, and leave nothing behind", async () => {
      const recording = await recordCluster();
      expect(addon(recording, "vpc-cni").inputs["configurationValues"]).to.equal(
        '{"enableNetworkPolicy":"true"}',
      );
      for (const { inputs, name } of recording.ofType("aws:eks/addon:Addon")) {
        expect(inputs["preserve"], name).to.equal(false);
      }
    });

    it("have roles of their own, for one service account of this cluster", async () => {
      const recording = await recordCluster();
      const driver = addon(recording, "aws-ebs-csi-driver");
      const role = recording.one("aws:iam/role:Role", "cluster-aws-ebs-csi-driver");
      expect(driver.inputs["podIdentityAssociations"]).to.deep.equal([
        {
          roleArn: `arn:aws:iam::${ACCOUNT}:role/${recording.idOf(role)}`,
          serviceAccount: "ebs-csi-controller-sa",
        },
      ]);
      expect(JSON.parse(String(role.inputs["assumeRolePolicy"]))).to.deep.equal({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "PodsOfOneServiceAccount",
            Effect: "Allow",
            Principal: { Service: "pods.eks.amazonaws.com" },
            Action: ["sts:AssumeRole", "sts:TagSession"],
            Condition: {
              StringEquals: {
                "aws:RequestTag/eks-cluster-arn": `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/${NAME}`,
                "aws:RequestTag/kubernetes-namespace": "kube-system",
                "aws:RequestTag/kubernetes-service-account": "ebs-csi-controller-sa",
              },
            },
          },
        ],
      });
      expect(recording.dependencies(driver)).to.include("cluster-aws-ebs-csi-driver");
    });
  });

  describe("its nodes", () => {
    it("are of the group's size and types, and of the cluster's version", async () => {
      const recording = await recordCluster();
      const { inputs, options } = nodeGroup(recording);
      expect(inputs).to.deep.include({
        clusterName: NAME,
        nodeGroupNamePrefix: "default-",
        version: "1.34",
        amiType: "AL2023_ARM_64_STANDARD",
        instanceTypes: ["m7g.large"],
        capacityType: "ON_DEMAND",
        scalingConfig: { minSize: 1, desiredSize: 2, maxSize: 4 },
        updateConfig: { maxUnavailable: 1 },
        subnetIds: ["subnet-3", "subnet-4"],
      });
      // The number in the settings is the number of nodes, in every run.
      expect(options.ignoreChanges).to.deep.equal([]);
      expect(inputs).to.not.have.any.keys("nodeGroupName", "diskSize", "forceUpdateVersion");
    });

    it("run the release that is pinned for all of them, or for one group", async () => {
      const recording = await recordCluster({
        settings: {
          nodeReleaseVersion: "1.34.9-20261023",
          nodeGroups: { default: group, other: { ...group, releaseVersion: "1.34.8-20260930" } },
        },
      });
      expect(nodeGroup(recording).inputs["releaseVersion"]).to.equal("1.34.9-20261023");
      expect(nodeGroup(recording, "cluster-other").inputs["releaseVersion"]).to.equal("1.34.8-20260930");
      expect(nodeGroup(await recordCluster()).inputs).to.not.have.property("releaseVersion");
    });

    it("run the image of their architecture", async () => {
      const recording = await recordCluster({
        settings: { nodeGroups: { intel: { ...group, instanceTypes: ["m7i.large", "m6i.large"] } } },
      });
      expect(nodeGroup(recording, "cluster-intel").inputs["amiType"]).to.equal("AL2023_x86_64_STANDARD");
    });

    it("have labels, taints and the pace of updates that the settings say", async () => {
      const recording = await recordCluster({
        settings: {
          nodeGroups: {
            default: group,
            batch: {
              ...group,
              capacityType: "SPOT",
              labels: { purpose: "batch" },
              taints: [{ key: "purpose", value: "batch", effect: "NO_SCHEDULE" }],
              maxUnavailablePercentage: 50,
            },
          },
        },
      });
      expect(nodeGroup(recording, "cluster-batch").inputs).to.deep.include({
        capacityType: "SPOT",
        labels: { purpose: "batch" },
        taints: [{ key: "purpose", value: "batch", effect: "NO_SCHEDULE" }],
        updateConfig: { maxUnavailablePercentage: 50 },
      });
    });

    it("are made from a numbered template: tokens for metadata, encrypted disks, tags on what is made", async () => {
      const recording = await recordCluster();
      const template = recording.one("aws:ec2/launchTemplate:LaunchTemplate");
      expect(nodeGroup(recording).inputs["launchTemplate"]).to.deep.equal({
        id: recording.idOf(template),
        version: "1",
      });
      expect(template.inputs["metadataOptions"]).to.deep.equal({
        httpEndpoint: "enabled",
        httpTokens: "required",
        httpPutResponseHopLimit: 1,
      });
      expect(template.inputs["blockDeviceMappings"]).to.deep.equal([
        {
          deviceName: "/dev/xvda",
          ebs: { volumeType: "gp3", volumeSize: 50, encrypted: "true", deleteOnTermination: "true" },
        },
      ]);
      const specifications = template.inputs["tagSpecifications"] as { resourceType: string; tags: object }[];
      expect(specifications.map(({ resourceType }) => resourceType)).to.deep.equal([
        "instance",
        "volume",
        "network-interface",
      ]);
      expect(specifications[0]?.tags).to.include({ project: "groundwork", environment: "dev" });
      expect(template.inputs).to.not.have.any.keys("imageId", "instanceType", "iamInstanceProfile");
    });

    it("have the stack's tags, a change of which makes no version of their template", async () => {
      const recording = await recordCluster({ tags: { "cost-centre": "4711" } });
      const template = recording.one("aws:ec2/launchTemplate:LaunchTemplate");
      const specifications = template.inputs["tagSpecifications"] as { tags: object }[];
      expect(specifications[1]?.tags).to.include({ "cost-centre": "4711", project: "groundwork" });
      expect(template.options.ignoreChanges).to.deep.equal(["tagSpecifications"]);
      const tag = recording.one("aws:autoscaling/tag:Tag");
      expect(tag.name).to.equal("cluster-default-tag-cost-centre");
      expect(tag.inputs["autoscalingGroupName"]).to.match(/^eks-cluster-default-/);
      expect(tag.inputs["tag"]).to.deep.equal({ key: "cost-centre", value: "4711", propagateAtLaunch: true });
    });

    it("may join and pull images, and nothing of the network", async () => {
      const recording = await recordCluster();
      const role = recording.one("aws:iam/role:Role", "cluster-nodes");
      const policies = recording
        .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        .filter(({ inputs }) => inputs["role"] === recording.idOf(role))
        .map(({ inputs }) => inputs["policyArn"]);
      expect(policies).to.deep.equal([
        "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
        "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
      ]);
    });
  });

  it("holds its version with a hook, control plane and nodes", async () => {
    const recording = await recordCluster();
    const hooksOf = (resource: { readonly options: { readonly hooks: Record<string, unknown> } }): unknown =>
      resource.options.hooks["beforeUpdate"];
    expect(hooksOf(controlPlane(recording))).to.deep.equal([
      "groundwork-kubernetes-version",
      "groundwork-guard",
    ]);
    expect(hooksOf(nodeGroup(recording))).to.deep.equal(["groundwork-kubernetes-version"]);
    expect(recording.hooks.get("groundwork-kubernetes-version")?.opts?.onDryRun).to.equal(true);
  });

  describe("what is in it", () => {
    it("is made through a provider that comes after nodes, access and add-ons", async () => {
      const recording = await recordCluster();
      const provider = recording.one("pulumi:providers:kubernetes");
      const cluster = controlPlane(recording);
      expect(recording.dependencies(provider)).to.include.members([
        "cluster-default",
        "cluster-coredns",
        "cluster-aws-ebs-csi-driver",
        "cluster-vpc-cni",
        `cluster-access-${ACCOUNT}:role/platform-engineer`,
        `cluster-access-${ACCOUNT}:role/platform-engineer-clusterAdmin`,
      ]);
      expect(String(provider.inputs["clusterIdentifier"])).to.match(
        /^https:\/\/[0-9A-F]{32}\.gr7\.eu-west-1/,
      );
      expect(provider.inputs["enableServerSideApply"]).to.equal("true");
      expect(cluster.inputs["name"]).to.equal(NAME);
    });

    it("begins with a default class of encrypted volumes that outlive their claims, at every guard level", async () => {
      const recording = await recordCluster();
      const storageClass = recording.one("kubernetes:storage.k8s.io/v1:StorageClass");
      expect(storageClass.provider).to.contain("pulumi:providers:kubernetes::cluster");
      expect(storageClass.inputs).to.deep.include({
        provisioner: "ebs.csi.aws.com",
        parameters: { type: "gp3", encrypted: "true" },
        reclaimPolicy: "Retain",
        volumeBindingMode: "WaitForFirstConsumer",
        allowVolumeExpansion: true,
        metadata: {
          name: "gp3",
          annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
        },
      });
      const disposable = await recordCluster({ level: "disposable" });
      expect(disposable.one("kubernetes:storage.k8s.io/v1:StorageClass").inputs["reclaimPolicy"]).to.equal(
        "Retain",
      );
    });
  });

  it("gives a kubeconfig with no credential in it", async () => {
    const recording = await recordCluster();
    const component = recording.one("groundwork:cluster:Cluster");
    const kubeconfig = parse(String(recording.outputsOf(component)["kubeconfig"])) as {
      clusters: { cluster: Record<string, string> }[];
      users: { user: Record<string, unknown> }[];
    };
    expect(kubeconfig.users.map(({ user }) => user)).to.deep.equal([
      {
        exec: {
          apiVersion: "client.authentication.k8s.io/v1",
          interactiveMode: "IfAvailable",
          command: "aws",
          args: ["eks", "get-token", "--cluster-name", NAME, "--region", "eu-west-1", "--output", "json"],
        },
      },
    ]);
    expect(kubeconfig.clusters[0]?.cluster["certificate-authority-data"]).to.equal(
      Buffer.from("certificate").toString("base64"),
    );
  });

  it("knows its name and every policy in the first preview", async () => {
    const recording = await recordCluster({ preview: true });
    expect(recording.result.clusterName).to.equal(NAME);
    for (const { inputs, name } of recording.ofType("aws:iam/role:Role")) {
      expect(() => JSON.parse(String(inputs["assumeRolePolicy"])) as unknown, name).to.not.throw();
    }
  });

  it("tags the subnets of a VPC that existed, and no others", async () => {
    expect((await recordCluster()).ofType("aws:ec2/tag:Tag")).to.deep.equal([]);
    const recording = await recordCluster({ existing: true });
    const tags = recording.ofType("aws:ec2/tag:Tag");
    expect(tags.map(({ inputs }) => [inputs["resourceId"], inputs["key"], inputs["value"]])).to.deep.equal([
      ["subnet-1", "kubernetes.io/role/elb", "1"],
      ["subnet-1", `kubernetes.io/cluster/${NAME}`, "shared"],
      ["subnet-2", "kubernetes.io/role/elb", "1"],
      ["subnet-2", `kubernetes.io/cluster/${NAME}`, "shared"],
      ["subnet-3", "kubernetes.io/role/internal-elb", "1"],
      ["subnet-3", `kubernetes.io/cluster/${NAME}`, "shared"],
      ["subnet-4", "kubernetes.io/role/internal-elb", "1"],
      ["subnet-4", `kubernetes.io/cluster/${NAME}`, "shared"],
    ]);
    expect(recording.dependencies(controlPlane(recording))).to.include.members(tags.map(({ name }) => name));
  });
});

describe("a new network with a cluster in it", () => {
  const settings = networkSettings.parse({
    cidrBlock: "10.20.0.0/16",
    availabilityZones: ["eu-west-1a"],
    publicSubnets: ["10.20.0.0/24"],
    privateSubnets: ["10.20.10.0/24"],
    databaseSubnets: ["10.20.20.0/24"],
  });
  const tagsOf = (recording: Recording, name: string): unknown =>
    recording.one("aws:ec2/subnet:Subnet", name).inputs["tags"];

  it("marks the subnets in which load balancers may stand", async () => {
    const recording = await record(
      () => new Network("network", { context: stackContext(), settings, clusterName: NAME }),
    );
    expect(tagsOf(recording, "network-public-eu-west-1a")).to.deep.equal({
      Name: "groundwork-dev-network-public-eu-west-1a",
      tier: "public",
      "kubernetes.io/role/elb": "1",
      [`kubernetes.io/cluster/${NAME}`]: "shared",
    });
    expect(tagsOf(recording, "network-private-eu-west-1a")).to.deep.include({
      "kubernetes.io/role/internal-elb": "1",
      [`kubernetes.io/cluster/${NAME}`]: "shared",
    });
    expect(tagsOf(recording, "network-database-eu-west-1a")).to.deep.equal({
      Name: "groundwork-dev-network-database-eu-west-1a",
      tier: "database",
    });
  });

  it("is taken down after what Kubernetes put into its public subnets", async () => {
    const recording = await record(() => {
      const context = stackContext();
      const network = new Network("network", { context, settings, clusterName: NAME });
      return new Cluster("cluster", {
        context,
        settings: clusterSettings.parse(small),
        tags: {},
        network,
        ...(network.availabilityZones && { availabilityZones: network.availabilityZones }),
        privateSubnetIds: network.privateSubnets,
        controlPlaneSubnetIds: network.barePrivateSubnets,
      });
    });
    expect(recording.dependencies(recording.one("pulumi:providers:kubernetes"))).to.include.members([
      "network-public-eu-west-1a",
    ]);
  });

  it("marks none without a cluster", async () => {
    const recording = await record(() => new Network("network", { context: stackContext(), settings }));
    expect(tagsOf(recording, "network-public-eu-west-1a")).to.deep.equal({
      Name: "groundwork-dev-network-public-eu-west-1a",
      tier: "public",
    });
  });
});

describe("a cluster's pull-through cache", () => {
  it("is a rule for each registry, and the permission to make repositories under its prefix, before any node", async () => {
    const recording = await recordCluster({
      settings: { pullThroughCache: { quay: { upstream: "quay.io" } } },
    });
    const rule = recording.one("aws:ecr/pullThroughCacheRule:PullThroughCacheRule");
    expect(rule.inputs).to.deep.equal({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
    const permission = recording.one("aws:iam/rolePolicy:RolePolicy", "cluster-pull-through");
    const { Statement } = JSON.parse(String(permission.inputs["policy"])) as { Statement: unknown };
    expect(Statement).to.deep.equal([
      {
        Sid: "MakeRepositoriesOfCaches",
        Effect: "Allow",
        Action: ["ecr:CreateRepository"],
        Resource: [`arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/quay/*`],
      },
    ]);
    expect(recording.dependencies(recording.one("aws:eks/nodeGroup:NodeGroup"))).to.include.members([
      "cluster-quay",
      "cluster-pull-through",
    ]);
  });
});
