import { expect } from "chai";
import { entries as commandEntries } from "../../rehearsal/catalogue/entries/command/command";
import { entries as randomEntries } from "../../rehearsal/catalogue/entries/random/random";
import type { PackageModel } from "../../rehearsal/interpreter/package-model";
import { textOf, type Values } from "../../rehearsal/interpreter/values";
import { azureProvider } from "../../rehearsal/packages/azure/provider";
import { equinixMetalProvider } from "../../rehearsal/packages/equinix-metal";
import { kubernetesProvider } from "../../rehearsal/packages/kubernetes/provider";
import { plainProvider } from "../../rehearsal/packages/plain";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const kubeconfig = (server: string, token = "a"): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "it",
    contexts: [{ name: "it", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server, "certificate-authority-data": "QQ==" } }],
    users: [{ name: "u", user: { token } }],
  });

describe("rehearsal: the other clouds", () => {
  let aws: RehearsedProvider<unknown>;
  const provider = <Config>(model: PackageModel<Config>, settings: Values = {}): RehearsedProvider<Config> =>
    aws.as(model, settings);
  beforeEach(() => {
    aws = rehearsedAws();
  });
  afterEach(() => {
    aws.remove();
  });

  describe("Kubernetes", () => {
    const namespaceType = "kubernetes:core/v1:Namespace";
    const serviceType = "kubernetes:core/v1:Service";
    const cluster = (server = "https://abc.example.com"): RehearsedProvider<unknown> =>
      provider(kubernetesProvider, { kubeconfig: kubeconfig(server) });
    const service = (k8s: RehearsedProvider<unknown>, namespace: string): Promise<Made> =>
      k8s.create(serviceType, "frontend", {
        metadata: { name: "frontend", namespace },
        spec: { type: "LoadBalancer", selector: { app: "frontend" }, ports: [{ port: 80 }] },
      });

    it("knows objects by namespace and name, and says when they were made", async () => {
      const k8s = cluster();
      const made = await k8s.create("kubernetes:core/v1:ConfigMap", "settings", { data: { a: "b" } });
      expect(made.id).to.match(/^default\/settings-[0-9a-f]+$/);
      const metadata = made.outputs["metadata"] as Values;
      expect(metadata).to.include({ namespace: "default" });
      expect(metadata["uid"]).to.match(/^[0-9a-f-]{36}$/);
      expect(metadata["creationTimestamp"]).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(metadata).to.not.have.property("managedFields");
    });

    it("gives a load balancer a host name, and a deployment its replicas", async () => {
      const k8s = cluster();
      const made = await service(k8s, "default");
      const status = made.outputs["status"] as { loadBalancer: { ingress: { hostname: string }[] } };
      expect(status.loadBalancer.ingress[0]?.hostname).to.match(
        /^a[0-9a-f]{31}-\d+\.eu-west-1\.elb\.amazonaws\.com$/,
      );
      const deployment = await k8s.create("kubernetes:apps/v1:Deployment", "frontend", {
        metadata: { name: "frontend" },
        spec: {
          replicas: 3,
          selector: { matchLabels: { app: "frontend" } },
          template: {
            metadata: { labels: { app: "frontend" } },
            spec: { containers: [{ name: "frontend", image: "nginx@sha256:0" }] },
          },
        },
      });
      expect(deployment.outputs["status"]).to.include({ replicas: 3, readyReplicas: 3 });
    });

    it("refuses an object that is there, and one in a namespace that is not; a namespace goes with its contents", async () => {
      const k8s = cluster();
      expect(await refusal(service(k8s, "shop"))).to.equal(
        'resource frontend was not successfully created by the Kubernetes API server: namespaces "shop" not found',
      );
      const shop = await k8s.create(namespaceType, "shop", { metadata: { name: "shop" } });
      await service(k8s, "shop");
      expect(await refusal(service(k8s, "shop"))).to.include('services "frontend" already exists');
      await k8s.delete(shop);
      expect(k8s.records()).to.deep.equal([]);
    });

    it("keeps clusters apart, and has none without a kubeconfig", async () => {
      await service(cluster("https://a"), "default");
      await service(cluster("https://b"), "default");
      expect(aws.records(serviceType).map(({ scope }) => scope)).to.have.members(["a", "b"]);
      expect(await refusal(service(provider(kubernetesProvider), "default"))).to.include(
        "configured Kubernetes cluster is unreachable",
      );
    });

    it("is replaced with everything in it when its cluster changes, and not when only its credentials do", () => {
      const diff = (before: Values, after: Values): readonly string[] =>
        kubernetesProvider.diffConfig(before, after).replaces;
      expect(
        diff({ kubeconfig: kubeconfig("https://a") }, { kubeconfig: kubeconfig("https://a", "b") }),
      ).to.deep.equal([]);
      expect(
        diff({ kubeconfig: kubeconfig("https://a") }, { kubeconfig: kubeconfig("https://b") }),
      ).to.deep.equal(["kubeconfig"]);
      const identified = (server: string, clusterIdentifier: string): Values => ({
        kubeconfig: kubeconfig(server),
        clusterIdentifier,
      });
      expect(diff(identified("https://a", "c"), identified("https://b", "c"))).to.deep.equal([]);
      expect(diff(identified("https://a", "c"), identified("https://a", "d"))).to.deep.equal([
        "clusterIdentifier",
      ]);
    });
  });

  describe("Azure", () => {
    const azure = (): RehearsedProvider<unknown> =>
      provider(azureProvider, {
        subscriptionId: "11111111-2222-3333-4444-555555555555",
        location: "westeurope",
      });
    const groupId = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/state";
    const storage = (cloud: RehearsedProvider<unknown>, accountName: string): Promise<Made> =>
      cloud.create("azure-native:storage:StorageAccount", accountName, {
        resourceGroupName: "state",
        accountName,
        kind: "StorageV2",
        sku: { name: "Standard_ZRS" },
      });

    it("knows resources by their paths, and stores by their endpoints", async () => {
      const cloud = azure();
      const group = await cloud.create("azure-native:resources:ResourceGroup", "state", {
        resourceGroupName: "state",
      });
      expect(group.id).to.equal(groupId);
      const account = await storage(cloud, "groundworkstate");
      expect(account.id).to.equal(`${groupId}/providers/Microsoft.Storage/storageAccounts/groundworkstate`);
      expect((account.outputs["primaryEndpoints"] as Values)["blob"]).to.equal(
        "https://groundworkstate.blob.core.windows.net/",
      );
      const container = await cloud.create("azure-native:storage:BlobContainer", "state", {
        resourceGroupName: "state",
        accountName: "groundworkstate",
        containerName: "state",
      });
      expect(container.id).to.equal(`${account.id}/blobServices/default/containers/state`);
    });

    it("refuses names that are none, names that are taken, and what belongs to nothing", async () => {
      const cloud = azure();
      expect(await refusal(storage(cloud, "groundworkstate"))).to.include(
        'Status=404 Code="ResourceGroupNotFound" Message="Resource group \'state\' could not be found."',
      );
      await cloud.create("azure-native:resources:ResourceGroup", "state", { resourceGroupName: "state" });
      expect(await refusal(storage(cloud, "Groundwork_State"))).to.include('Code="AccountNameInvalid"');
      await storage(cloud, "groundworkstate");
      expect(await refusal(storage(cloud, "groundworkstate"))).to.include(
        "The storage account named groundworkstate is already taken.",
      );
    });

    it("deletes nothing under a lock, and everything in a group with it", async () => {
      const cloud = azure();
      const group = await cloud.create("azure-native:resources:ResourceGroup", "state", {
        resourceGroupName: "state",
      });
      const account = await storage(cloud, "groundworkstate");
      const lock = await cloud.create("azure-native:authorization:ManagementLockByScope", "lock", {
        scope: account.id,
        lockName: "keep",
        level: "CanNotDelete",
      });
      for (const made of [account, group]) {
        expect(await refusal(cloud.delete(made))).to.include(
          `The scope '${made.id}' cannot perform delete operation because following scope(s) are locked: '${account.id}'.`,
        );
      }
      await cloud.delete(lock);
      await cloud.delete(group);
      expect(cloud.records()).to.deep.equal([]);
    });
  });

  describe("Equinix Metal", () => {
    it("makes machines with addresses, and deletes no locked one", async () => {
      const metal = provider(equinixMetalProvider);
      const inputs = {
        hostname: "worker-1",
        plan: "c3.small.x86",
        metro: "sv",
        operatingSystem: "ubuntu_24_04",
        billingCycle: "hourly",
        projectId: "p",
      };
      const device = await metal.create("equinix-metal:index/device:Device", "worker-1", inputs);
      expect(device.id).to.match(/^[0-9a-f]{8}-/);
      expect(device.outputs).to.include({ state: "active" });
      expect(device.outputs["accessPublicIpv4"]).to.match(/^198\.51\.100\.\d+$/);
      metal.cloud.store.replace({
        ...aws.records()[0],
        outputs: { ...device.outputs, locked: true },
      } as never);
      expect(await refusal(metal.delete(device))).to.include("Cannot delete a locked device");
    });
  });

  describe("commands", () => {
    it("are recorded and not run, and print nothing", async () => {
      const command = provider({ ...plainProvider("command", commandEntries), livesInState: true });
      const made = await command.create("command:local:Command", "build", {
        create: "touch /nowhere/at-all",
      });
      expect(made.id).to.match(/^build[0-9a-f]{8}$/);
      expect(made.outputs).to.include({ stdout: "", stderr: "" });
    });
  });

  describe("random values", () => {
    const random = (): RehearsedProvider<unknown> =>
      provider({ ...plainProvider("random", randomEntries), livesInState: true });
    const make = async (kind: string, inputs: Values): Promise<Made> =>
      random().create(`random:index/random${kind}:Random${kind}`, "r", inputs);

    it("are passwords of the length and the characters that were asked for", async () => {
      const { outputs } = await make("Password", {
        length: 24,
        minSpecial: 3,
        overrideSpecial: "%",
        minNumeric: 4,
        upper: false,
      });
      const result = textOf(outputs, "result");
      expect(result).to.match(/^[a-z0-9%]{24}$/);
      expect(result.replace(/[^%]/g, "").length).to.be.at.least(3);
      expect(result.replace(/\D/g, "").length).to.be.at.least(4);
      expect(await refusal(make("Password", { length: 3, minUpper: 4 }))).to.include(
        "must be at least sum of",
      );
    });

    it("are the same bytes in each of an id's notations", async () => {
      const { id, outputs } = await make("Id", { byteLength: 8, prefix: "p-" });
      const bytes = Buffer.from(id, "base64url");
      expect(bytes).to.have.length(8);
      expect(outputs).to.include({
        b64Url: `p-${id}`,
        b64Std: `p-${bytes.toString("base64")}`,
        hex: `p-${bytes.toString("hex")}`,
        dec: `p-${BigInt(`0x${bytes.toString("hex")}`).toString()}`,
      });
    });

    it("are pets, numbers, UUIDs and other orders", async () => {
      expect((await make("Pet", { length: 3, prefix: "my" })).id).to.match(/^my-[a-z]+-[a-z]+-[a-z]+$/);
      const { outputs } = await make("Integer", { min: 5, max: 7 });
      expect(outputs["result"]).to.be.within(5, 7);
      expect((await make("Uuid", {})).id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
      const shuffled = (await make("Shuffle", { inputs: ["a", "b", "c"], resultCount: 5 })).outputs[
        "results"
      ];
      expect(shuffled).to.have.length(5);
      expect(shuffled).to.include.members(["a", "b", "c"]);
    });

    it("live in the engine's state: two of one id do not meet, and a lost file is no loss", async () => {
      const cloud = random();
      const type = "random:index/randomPassword:RandomPassword";
      const [a, b] = [
        await cloud.create(type, "a", { length: 8 }),
        await cloud.create(type, "b", { length: 8 }),
      ];
      expect([a.id, b.id]).to.deep.equal(["none", "none"]);
      for (const record of cloud.records()) cloud.cloud.store.remove(record);
      expect((await cloud.read(a))?.outputs["result"]).to.equal(a.outputs["result"]);
      await cloud.delete(b);
    });
  });
});
