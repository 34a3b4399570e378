import { expect } from "chai";
import { checkArguments, checkInputs } from "../../rehearsal/interpreter/check";
import { unknown, type Values } from "../../rehearsal/interpreter/values";

const reasons = (token: string, inputs: Values, owner = "it"): string[] =>
  checkInputs(token, inputs, owner).map((failure) => failure.reason);

const asset = (signature: string): Values => ({ "4dabf18193072939515e22adb298388d": signature, hash: "1" });

describe("checking the inputs of an AWS resource", () => {
  it("finds nothing wrong with what is right", () => {
    expect(
      reasons("aws:rds/instance:Instance", {
        instanceClass: "db.t4g.micro",
        allocatedStorage: 20,
        enabledCloudwatchLogsExports: ["postgresql"],
        restoreToPointInTime: { useLatestRestorableTime: true },
        tags: { project: "groundwork" },
      }),
    ).to.deep.equal([]);
  });

  it("refuses an unknown property and names the one that was meant", () => {
    expect(
      checkInputs("aws:rds/instance:Instance", { instanceClass: "a", deletionProtecton: true }, "main"),
    ).to.deep.equal([
      {
        property: "deletionProtecton",
        reason:
          "Invalid or unknown key 'deletionProtecton' (did you mean 'deletionProtection'?). " +
          "Examine values at 'main.deletionProtecton'.",
      },
    ]);
  });

  it("suggests nothing where nothing is near", () => {
    expect(reasons("aws:ec2/vpc:Vpc", { colour: "red" })).to.deep.equal([
      "Invalid or unknown key 'colour'. Examine values at 'it.colour'.",
    ]);
  });

  it("refuses an output as input", () => {
    expect(reasons("aws:ec2/vpc:Vpc", { arn: "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1" })).to.deep.equal(
      ["Invalid or unknown key 'arn'. Examine values at 'it.arn'."],
    );
  });

  it("misses what is required, null counting as absent and unknown as present", () => {
    const missing = "Missing required property 'vpcId'. Examine values at 'it.vpcId'.";
    expect(reasons("aws:ec2/subnet:Subnet", {})).to.deep.equal([missing]);
    expect(reasons("aws:ec2/subnet:Subnet", { vpcId: null })).to.deep.equal([missing]);
    expect(reasons("aws:ec2/subnet:Subnet", { vpcId: unknown })).to.deep.equal([]);
  });

  it("misses a name that the provider should have filled in", () => {
    expect(reasons("aws:dynamodb/table:Table", {})).to.deep.equal([
      "Missing required property 'name'. Examine values at 'it.name'.",
    ]);
  });

  it("refuses a value of another form, without printing it", () => {
    const failures = reasons("aws:sqs/queue:Queue", {
      name: { secret: "hunter2" },
      tags: ["a"],
      delaySeconds: "soon",
      fifoQueue: "yes",
    });
    expect(failures).to.deep.equal([
      "Expected a string, got an object. Examine values at 'it.name'.",
      "Expected a map, got a list. Examine values at 'it.tags'.",
      "Expected a number, got a string. Examine values at 'it.delaySeconds'.",
      "Expected a boolean, got a string. Examine values at 'it.fifoQueue'.",
    ]);
    expect(failures.join()).not.to.include("hunter2");
  });

  it("takes numbers and booleans as text and the other way round, as the bridge does", () => {
    expect(reasons("aws:sqs/queue:Queue", { name: 1, delaySeconds: "5", fifoQueue: "true" })).to.deep.equal(
      [],
    );
    expect(reasons("aws:sqs/queue:Queue", { name: "q", delaySeconds: true })).to.deep.equal([
      "Expected a number, got a boolean. Examine values at 'it.delaySeconds'.",
    ]);
  });

  it("looks into nested objects, lists and maps", () => {
    expect(
      checkInputs("aws:dynamodb/table:Table", {
        name: "t",
        attributes: [{ name: "hour", type: "S" }, { name: "ts" }, { name: "x", type: "S", kind: "y" }],
        pointInTimeRecovery: { enabled: true, days: 3 },
        tags: { a: ["b"] },
      }),
    ).to.deep.equal([
      {
        property: "attributes[1].type",
        reason: "Missing required property 'type'. Examine values at 'resource.attributes[1].type'.",
      },
      {
        property: "attributes[2].kind",
        reason: "Invalid or unknown key 'kind'. Examine values at 'resource.attributes[2].kind'.",
      },
      {
        property: "pointInTimeRecovery.days",
        reason: "Invalid or unknown key 'days'. Examine values at 'resource.pointInTimeRecovery.days'.",
      },
      { property: "tags.a", reason: "Expected a string, got a list. Examine values at 'resource.tags.a'." },
    ]);
  });

  it("lets unknown values pass at any depth", () => {
    expect(
      reasons("aws:ec2/securityGroup:SecurityGroup", {
        vpcId: unknown,
        ingress: [{ protocol: "tcp", fromPort: unknown, toPort: 443, cidrBlocks: [unknown] }, unknown],
        tags: unknown,
      }),
    ).to.deep.equal([]);
  });

  it("takes a policy as text or as an object of the right form", () => {
    const policy = (statement: Values): Values => ({
      policy: { Version: "2012-10-17", Statement: [statement] },
    });
    expect(reasons("aws:iam/policy:Policy", { policy: "{}" })).to.deep.equal([]);
    expect(
      reasons("aws:iam/policy:Policy", policy({ Effect: "Allow", Action: ["s3:GetObject"], Resource: "*" })),
    ).to.deep.equal([]);
    expect(reasons("aws:iam/policy:Policy", policy({ Effect: "Permit", Action: "*" }))).to.deep.equal([
      'Expected one of "Allow", "Deny", got a string. Examine values at \'it.policy.Statement[0].Effect\'.',
    ]);
  });

  it("takes an archive only as archive or path, and an asset likewise", () => {
    const archive = asset("0def7320c3a5731c473e5ecbe6d01bc7");
    expect(reasons("aws:lambda/function:Function", { name: "f", role: "r", code: archive })).to.deep.equal(
      [],
    );
    expect(
      reasons("aws:lambda/function:Function", {
        name: "f",
        role: "r",
        code: asset("c44067f5952c0a294b673a41bacd8c17"),
      }),
    ).to.deep.equal(["Expected an archive, got an asset. Examine values at 'it.code'."]);
    expect(reasons("aws:lambda/function:Function", { name: "f", role: "r", code: { a: 1 } })).to.deep.equal([
      "Expected an archive, got an object. Examine values at 'it.code'.",
    ]);
  });

  it("passes over the engine's bookkeeping and the provider's own tags", () => {
    expect(
      reasons("aws:ec2/vpc:Vpc", { __defaults: ["enableDnsSupport"], tagsAll: { project: "groundwork" } }),
    ).to.deep.equal([]);
  });

  it("refuses a type that the package does not declare", () => {
    expect(reasons("aws:rds/database:Database", {})).to.deep.equal([
      'The installed package declares no resource type "aws:rds/database:Database".',
    ]);
  });
});

describe("checking a Kubernetes object", () => {
  const deployment = (spec: Values): Values => ({ apiVersion: "apps/v1", kind: "Deployment", spec });

  it("refuses unknown fields as the API server does under strict validation", () => {
    expect(
      reasons(
        "kubernetes:apps/v1:Deployment",
        deployment({
          replicas: 2,
          selector: { matchLabels: { app: "web" } },
          template: { spec: { containers: [{ name: "web", imagePullPolicies: "Always" }] } },
        }),
      ),
    ).to.deep.equal([
      "strict decoding error: unknown field \"spec.template.spec.containers[0].imagePullPolicies\" (did you mean 'imagePullPolicy'?)",
    ]);
  });

  it("misses required fields", () => {
    expect(reasons("kubernetes:apps/v1:Deployment", deployment({ selector: {} }))).to.deep.equal([
      "spec.template: Required value",
    ]);
  });

  it("takes no text for a number, but either where the API has both", () => {
    expect(
      reasons("kubernetes:apps/v1:Deployment", deployment({ replicas: "2", selector: {}, template: {} })),
    ).to.deep.equal(["spec.replicas: Invalid value: expected a number, got a string"]);
    const budget = (minAvailable: string | number): Values => ({ spec: { minAvailable } });
    expect(reasons("kubernetes:policy/v1:PodDisruptionBudget", budget(1))).to.deep.equal([]);
    expect(reasons("kubernetes:policy/v1:PodDisruptionBudget", budget("50%"))).to.deep.equal([]);
  });

  it("refuses a kind that is not the type's", () => {
    expect(reasons("kubernetes:core/v1:ConfigMap", { kind: "Secret", data: {} })).to.deep.equal([
      'kind: Invalid value: expected one of "ConfigMap", got a string',
    ]);
  });

  it("leaves what is in a custom resource to its cluster, but not its metadata", () => {
    expect(
      reasons("kubernetes:cert-manager.io/v1:Certificate", {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: { name: "web", label: {} },
        spec: { anything: ["goes"] },
      }),
    ).to.deep.equal(["strict decoding error: unknown field \"metadata.label\" (did you mean 'labels'?)"]);
  });
});

describe("checking resources of other packages", () => {
  it("refuses in Azure what is missing, misspelt, of another type, or outside a closed enumeration", () => {
    expect(
      reasons(
        "azure-native:storage:StorageAccount",
        {
          kind: "StorageV2",
          resourceGroupName: "state",
          accessTier: "Warm",
          isHnsEnabled: "true",
          minimumTlsVersions: "TLS1_2",
        },
        "state",
      ),
    ).to.deep.equal([
      'Expected one of "Cold", "Cool", "Hot", "Premium", got a string. Examine values at \'state.accessTier\'.',
      "Expected a boolean, got a string. Examine values at 'state.isHnsEnabled'.",
      "Invalid or unknown key 'minimumTlsVersions' (did you mean 'minimumTlsVersion'?). " +
        "Examine values at 'state.minimumTlsVersions'.",
      "Missing required property 'sku'. Examine values at 'state.sku'.",
    ]);
  });

  it("checks commands, random values and machines", () => {
    expect(reasons("command:remote:Command", { connection: { hots: "10.0.0.1" } })).to.deep.equal([
      "Invalid or unknown key 'hots' (did you mean 'host'?). Examine values at 'it.connection.hots'.",
      "Missing required property 'host'. Examine values at 'it.connection.host'.",
    ]);
    expect(reasons("random:index/randomPassword:RandomPassword", { special: true })).to.deep.equal([
      "Missing required property 'length'. Examine values at 'it.length'.",
    ]);
    expect(
      reasons("equinix-metal:index/device:Device", {
        hostname: "worker-1",
        plan: "c3.small.x86",
        projectId: "p",
      }),
    ).to.deep.equal([
      "Missing required property 'billingCycle'. Examine values at 'it.billingCycle'.",
      "Missing required property 'operatingSystem'. Examine values at 'it.operatingSystem'.",
    ]);
  });

  it("checks a provider's own settings", () => {
    expect(reasons("pulumi:providers:aws", { regoin: "eu-west-1" })).to.deep.equal([
      "Invalid or unknown key 'regoin' (did you mean 'region'?). Examine values at 'it.regoin'.",
    ]);
  });
});

describe("checking the arguments of a function", () => {
  it("works as for a resource", () => {
    expect(checkArguments("aws:ec2/getSubnets:getSubnets", { filters: [{ name: "vpc-id" }] })).to.deep.equal([
      {
        property: "filters[0].values",
        reason: "Missing required property 'values'. Examine values at 'getSubnets.filters[0].values'.",
      },
    ]);
    expect(checkArguments("aws:index/getCallerIdentity:getCallerIdentity", {})).to.deep.equal([]);
  });

  it("refuses a function that the package does not declare", () => {
    expect(checkArguments("aws:ec2/getSubnetz:getSubnetz", {})).to.deep.equal([
      { property: "", reason: 'The installed package declares no function "aws:ec2/getSubnetz:getSubnetz".' },
    ]);
  });
});
