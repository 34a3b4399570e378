import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { RouteTable } from "@pulumi/aws/ec2/routeTable";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { Cluster } from "@pulumi/aws/eks/cluster";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup";
import { Role } from "@pulumi/aws/iam/role";
import { Provider } from "@pulumi/aws/provider";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import { expect } from "chai";
import { kubeconfigOf } from "../support/eks-in-rehearsal";
import { RehearsedStack, type Program } from "../support/engine";

const labels = { app: "web" };

/** A cluster, and a deployment with a load balancer that wait for nothing but what their properties say. */
const program =
  (nodes: boolean): Program =>
  () => {
    const options = { provider: new Provider("aws", { region: "eu-west-1" }) };
    const vpc = new Vpc("vpc", { cidrBlock: "10.0.0.0/16" }, options);
    const gateway = new InternetGateway("igw", { vpcId: vpc.id }, options);
    const routes = [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }];
    const table = new RouteTable("public", { vpcId: vpc.id, routes }, options);
    const subnets = ["a", "b"].map((zone, index) => {
      const tags = { "kubernetes.io/cluster/shop": "shared", "kubernetes.io/role/elb": "1" };
      const subnet = new Subnet(
        zone,
        { vpcId: vpc.id, cidrBlock: `10.0.${index}.0/24`, availabilityZone: `eu-west-1${zone}`, tags },
        options,
      );
      new RouteTableAssociation(zone, { routeTableId: table.id, subnetId: subnet.id }, options);
      return subnet.id;
    });
    const assumeRolePolicy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "eks.amazonaws.com" } }],
    });
    const role = new Role("eks", { name: "eks", assumeRolePolicy }, options);
    const cluster = new Cluster(
      "shop",
      { name: "shop", roleArn: role.arn, vpcConfig: { subnetIds: subnets } },
      options,
    );
    if (nodes) {
      const scalingConfig = { minSize: 1, maxSize: 1, desiredSize: 1 };
      new NodeGroup(
        "nodes",
        { clusterName: cluster.name, nodeRoleArn: role.arn, subnetIds: subnets, scalingConfig },
        options,
      );
    }
    const inCluster = {
      provider: new KubernetesProvider("shop", {
        kubeconfig: cluster.endpoint.apply(kubeconfigOf),
        clusterIdentifier: cluster.endpoint,
      }),
    };
    new Deployment(
      "web",
      {
        metadata: { name: "web" },
        spec: {
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { containers: [{ name: "web", image: "nginx@sha256:0" }] },
          },
        },
      },
      inCluster,
    );
    const service = new Service(
      "web",
      { metadata: { name: "web" }, spec: { type: "LoadBalancer", selector: labels, ports: [{ port: 80 }] } },
      inCluster,
    );
    return { host: service.status.loadBalancer.ingress.apply((ingress) => ingress?.[0]?.hostname) };
  };

describe("rehearsal: objects of Kubernetes that do not become live, before the engine", () => {
  let stack: RehearsedStack;
  beforeEach(async () => {
    stack = await RehearsedStack.open();
  });
  afterEach(async () => {
    await stack.close();
  });

  it("fail the run, stay in the state, and are live in the next one when what they lacked is there", async () => {
    const first = await stack.up(program(false));
    expect(first.failure).to.include(
      "resource default/web was successfully created, but the Kubernetes API server reported that it failed to fully " +
        "initialize or become live: 'web' timed out waiting to be Ready",
    );
    expect(first.failure).to.include("Minimum number of live Pods was not attained");
    expect(stack.state()).to.include("initErrors");
    const second = await stack.up(program(true));
    expect(second.failure).to.equal(undefined);
    expect(second.steps).to.include.members(["create NodeGroup nodes", "update Deployment web"]);
    expect((await stack.outputs())["host"]?.value).to.match(
      /^a[0-9a-f]{31}-\d+\.eu-west-1\.elb\.amazonaws\.com$/,
    );
    expect(stack.state()).to.not.include("initErrors");
    expect((await stack.up(program(true))).steps).to.deep.equal([]);
  });

  it("become live in one run while what they wait for is under way", async () => {
    expect((await stack.up(program(true))).failure).to.equal(undefined);
  });

  it("go before their cluster, with their load balancers, and nothing stays", async () => {
    await stack.up(program(true));
    expect(stack.records("aws:elb/loadBalancer:LoadBalancer")).to.have.length(1);
    expect((await stack.destroy()).failure).to.equal(undefined);
    expect(stack.records()).to.deep.equal([]);
  });
});
