import { expect } from "chai";
import execa from "execa";
import * as pulumi from "@pulumi/pulumi";
import { createEquinixProvider } from "../../components/metal-workers/equinix";
import { MetalWorkers } from "../../components/metal-workers/metal-workers";
import { checkHostKey, checkNoSecretsInCommands, checkQuiet } from "../../guard/rules/remote-commands";
import { metalWorkersSettings } from "../../settings/sections/metal-workers";
import { metalSection, PUBLIC_KEY, sources } from "../engine/support/metal-stack";
import { record, type RecordedResource, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const REMOTE = "command:remote:Command";
const LOCAL = "command:local:Command";
const INSTANCE = "aws:ec2/instance:Instance";
const DEVICE = "equinix-metal:index/device:Device";
const TOKEN = "the-token-of-the-workers-0123456789abcdefghi";
const SSH_KEY = "the private key";

function recordWorkers(
  slots: readonly (number | string)[],
  source: Readonly<Record<string, unknown>>,
  { preview = false, ...changes }: { readonly preview?: boolean; readonly [key: string]: unknown } = {},
): Promise<Recording<MetalWorkers>> {
  const settings = metalWorkersSettings.parse({ ...metalSection(slots, source), ...changes });
  return record(
    () =>
      new MetalWorkers("metal-workers", {
        context: stackContext(),
        settings,
        tags: { team: "platform" },
        network: {
          vpcId: "vpc-1",
          workerPlaces: {
            public: {
              tier: "public",
              subnets: ["subnet-a", "subnet-b"],
              subnetIds: pulumi.output(["subnet-a", "subnet-b"]),
            },
          },
        },
        sshKey: pulumi.secret(SSH_KEY),
        accessToken: pulumi.secret(TOKEN),
        ...("equinix" in source && { equinixProvider: createEquinixProvider(pulumi.secret("the API key")) }),
      }),
    { preview },
  );
}

const names = (recording: Recording<unknown>, type: string): readonly string[] =>
  recording.ofType(type).map(({ name }) => name);

/** `create` of each step of a slot, which has the beginning of its digest. */
const commandsOf = (recording: Recording<unknown>, slot: number): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    recording
      .ofType(REMOTE)
      .filter(({ name }) => name.startsWith(`docker-worker-${slot}-`))
      .map(({ name, inputs }) => [name.replace(`docker-worker-${slot}-`, ""), inputs["create"]]),
  );

describe("metal workers", () => {
  it("on hosts make nothing, and stop the worker where its slot goes", async () => {
    const recording = await recordWorkers([1], sources.hosts(1));
    expect(Object.keys(recording.counts()).filter((type) => !type.startsWith("groundwork:"))).to.deep.equal([
      REMOTE,
    ]);
    const service = recording.one(REMOTE, "docker-worker-1-service");
    expect(service.inputs["delete"]).to.equal(
      "exec bash -c 'systemctl disable --now generic-worker.service && rm -f /var/lib/groundwork/steps/service " +
        "/var/lib/groundwork/steps/verification'",
    );
    for (const { name, inputs } of recording.ofType(REMOTE).filter((one) => one !== service)) {
      expect(inputs, name).not.to.have.property("delete");
    }
  });

  it("connect to the machine's own key and no other, and print nothing", async () => {
    const recording = await recordWorkers([1], sources.hosts(1));
    for (const { type, inputs } of recording.ofType(REMOTE)) {
      // The package marks it whole.
      const { secret: connection } = inputs["connection"] as { readonly secret: object };
      expect(connection).to.deep.include({
        host: "worker-1.example.net",
        port: 22,
        user: "root",
        hostKey: PUBLIC_KEY,
        privateKey: SSH_KEY,
      });
      const wanted = {
        type,
        inputs: { ...inputs, connection },
        options: { protect: false, ignoreChanges: [] },
      };
      for (const check of [checkHostKey, checkQuiet, checkNoSecretsInCommands]) {
        expect(check(wanted)).to.deep.equal([]);
      }
      expect(inputs).to.include({ logging: "none", addPreviousOutputInEnv: false });
    }
  });

  it("send the access token as a secret, and only to the step that writes it down", async () => {
    const recording = await recordWorkers([1], sources.hosts(1));
    for (const { name, inputs } of recording.ofType(REMOTE)) {
      const isSecret = typeof inputs["stdin"] !== "string";
      expect(isSecret, name).to.equal(name.endsWith("-configuration"));
      expect(typeof inputs["create"], name).to.equal("string");
      expect(JSON.stringify(isSecret ? { ...inputs, stdin: "" } : inputs), name).not.to.contain(TOKEN);
    }
  });

  it("run from the step on whose settings change, whatever slots there are besides", async () => {
    const before = commandsOf(await recordWorkers([1], sources.hosts(1)), 1);
    const section = metalSection([4, "1-1", 0], sources.hosts(0, 1, 4));
    const after = commandsOf(
      await recordWorkers([4, "1-1", 0], sources.hosts(0, 1, 4), {
        worker: { ...(section["worker"] as object), capacity: 2 },
      }),
      1,
    );
    const changed = Object.keys(before).filter((step) => before[step] !== after[step]);
    expect(changed).to.deep.equal(["configuration", "service", "verification"]);
  });

  it("of EC2 are on demand, tagged, encrypted, with no user data and no way in but SSH from where they are built", async () => {
    const recording = await recordWorkers([0, 3], sources.ec2());
    expect(names(recording, INSTANCE)).to.deep.equal(["docker-worker-0", "docker-worker-3"]);
    const tags = {
      project: "groundwork",
      environment: "dev",
      "managed-by": "groundwork",
      "groundwork:pool": "metal-workers",
      Name: "groundwork-dev-docker-worker-3",
      slot: "3",
    };
    const { inputs } = recording.one(INSTANCE, "docker-worker-3");
    expect(inputs).to.deep.include({
      ami: "ami-0a1b2c3d4e5f60718",
      instanceType: "m7i.metal-24xl",
      subnetId: "subnet-b",
      associatePublicIpAddress: true,
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      rootBlockDevice: {
        volumeType: "gp3",
        volumeSize: 200,
        encrypted: true,
        deleteOnTermination: true,
        tags: { team: "platform", ...tags },
      },
      tags,
    });
    expect(inputs).not.to.have.any.keys("userData", "userDataBase64", "instanceMarketOptions", "cpuOptions");
    const ingress = recording.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    expect(ingress.map((rule: RecordedResource) => rule.inputs["cidrIpv4"])).to.deep.equal([
      "203.0.113.0/24",
    ]);
    expect(recording.one(REMOTE, "docker-worker-3-packages").inputs["create"]).to.match(
      /^exec sudo -n bash -s -- docker-worker-3 packages [0-9a-f]{12}$/,
    );
    expect(recording.one(LOCAL, "docker-worker-3-host-key").inputs["create"]).to.contain(
      "-t ecdsa,ed25519 -- ",
    );
  });

  it("keep the key that a new machine has shown, however it is reached later", async () => {
    const recording = await recordWorkers([3], sources.ec2());
    const { inputs } = recording.one(LOCAL, "docker-worker-3-host-key");
    // Only another machine is asked anew; without an update of its own the command would ask again whenever its text changes.
    expect(inputs["triggers"]).to.deep.equal([recording.idOf(recording.one(INSTANCE))]);
    expect(inputs).to.include({ logging: "none", addPreviousOutputInEnv: true });
    const { stdout } = await execa("/bin/sh", ["-c", String(inputs["update"])], {
      env: { PULUMI_COMMAND_STDOUT: PUBLIC_KEY },
    });
    expect(stdout).to.equal(PUBLIC_KEY);
  });

  it("of EC2 know who may build them by the block, so that one that is taken out stands in no other's way", async () => {
    const rules = async (allowedCidrBlocks: readonly string[]): Promise<readonly string[]> =>
      names(
        await recordWorkers([0], sources.ec2(), { ssh: { publicKey: PUBLIC_KEY, allowedCidrBlocks } }),
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      );
    const both = await rules(["203.0.113.0/24", "198.51.100.7/32"]);
    expect(both).to.deep.equal(["metal-workers-ssh-203.0.113.0-24", "metal-workers-ssh-198.51.100.7-32"]);
    expect(await rules(["198.51.100.7/32"])).to.deep.equal(both.slice(1));
  });

  it("of EC2 run the stack's release of Ubuntu where they name no image", async () => {
    const asked: unknown[] = [];
    const settings = metalWorkersSettings.parse(
      metalSection([0], { ec2: { instanceType: "m7i.metal-24xl" } }),
    );
    const recording = await record(
      () =>
        new MetalWorkers("metal-workers", {
          context: stackContext({ releases: { ubuntu: "24.04-20261004" } }),
          settings,
          tags: {},
          network: {
            vpcId: "vpc-1",
            workerPlaces: {
              public: { tier: "public", subnets: ["subnet-a"], subnetIds: pulumi.output(["subnet-a"]) },
            },
          },
          sshKey: pulumi.secret(SSH_KEY),
          accessToken: pulumi.secret(TOKEN),
        }),
      {
        invokes: {
          "aws:ec2/getAmi:getAmi": (inputs) => {
            asked.push(inputs);
            return { id: "ami-0fa5967347d08d2df" };
          },
        },
      },
    );
    expect(recording.one(INSTANCE).inputs["ami"]).to.equal("ami-0fa5967347d08d2df");
    expect(asked).to.deep.equal([
      {
        region: "eu-west-1",
        owners: ["099720109477"],
        includeDeprecated: true,
        filters: [
          { name: "name", values: ["ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20261004"] },
        ],
      },
    ]);
  });

  it("of EC2 have nested virtualization where it is asked for", async () => {
    const { ec2 } = sources.ec2();
    const machine = { ...ec2, instanceType: "m8i.8xlarge" };
    const plain = await recordWorkers([0], { ec2: machine });
    expect(plain.one(INSTANCE).inputs).not.to.have.property("cpuOptions");
    const nested = await recordWorkers([0], { ec2: { ...machine, nestedVirtualization: true } });
    expect(nested.one(INSTANCE).inputs["cpuOptions"]).to.deep.equal({ nestedVirtualization: "enabled" });
  });

  it("of Equinix carry the slot in name and tags, and take the workers' key alone", async () => {
    const recording = await recordWorkers([3], sources.equinix());
    const { inputs } = recording.one(DEVICE);
    expect(inputs).to.deep.include({
      hostname: "groundwork-dev-docker-worker-3",
      metro: "sv",
      plan: "c3.small.x86",
      tags: ["groundwork", "groundwork-dev", "slot-3"],
    });
    expect(inputs["projectSshKeyIds"]).to.have.length(1);
    expect(inputs).not.to.have.any.keys("userData", "customData");
  });

  it("whose key a person has read are trusted by that alone", async () => {
    const recording = await recordWorkers([3], sources.equinix(), {
      ssh: { publicKey: PUBLIC_KEY, hostKeys: { "3": `${PUBLIC_KEY} its comment` } },
    });
    expect(recording.ofType(LOCAL)).to.deep.equal([]);
    expect(recording.one(REMOTE, "docker-worker-3-packages").inputs["connection"]).to.deep.nested.include({
      "secret.hostKey": PUBLIC_KEY,
    });
  });

  it("of which everything is below its slot", async () => {
    const recording = await recordWorkers([3], sources.ec2());
    for (const { name, type, parent } of recording.resources) {
      if (name.startsWith("docker-worker-3-") || type === INSTANCE) {
        expect(parent, name).to.match(
          /::groundwork:metal-workers:MetalWorkers\$groundwork:metal-workers:MetalWorker::docker-worker-3$/,
        );
      }
    }
  });
});
