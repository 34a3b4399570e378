import { expect } from "chai";
import { applyDefaults, type DefaultsContext } from "../../rehearsal/interpreter/defaults";
import { unknown, type Value, type Values } from "../../rehearsal/interpreter/values";

const seed = Buffer.from("a seed of the engine");

function filled(token: string, inputs: Values = {}, context: Partial<DefaultsContext> = {}): Values {
  return applyDefaults(token, inputs, { name: "Main", seed, ...context });
}

describe("what the AWS provider fills in", () => {
  it("is a name of the resource's own and seven digits, the same for the same seed", () => {
    const { name } = filled("aws:iam/user:User");
    expect(name).to.match(/^Main-[0-9a-f]{7}$/);
    expect(filled("aws:iam/user:User")["name"]).to.equal(name);
    expect(filled("aws:iam/user:User", {}, { seed: Buffer.from("another") })["name"]).not.to.equal(name);
    expect(filled("aws:iam/user:User", {}, { seed: new Uint8Array() })["name"]).not.to.equal(name);
  });

  it("is noted, and stays until the program says otherwise", () => {
    const first = filled("aws:iam/user:User");
    expect(first["__defaults"]).to.deep.equal(["forceDestroy", "name", "path"]);
    const second = filled("aws:iam/user:User", {}, { seed: Buffer.from("next run"), oldInputs: first });
    expect(second).to.deep.equal(first);
    const third = filled("aws:iam/user:User", { name: "reader" }, { oldInputs: first });
    expect(third).to.include({ name: "reader" });
    expect(third["__defaults"]).to.deep.equal(["forceDestroy", "path"]);
  });

  it("stays when the program drops a name of its own, and counts as drawn from then on", () => {
    const old = filled("aws:iam/user:User", { name: "reader" });
    expect(filled("aws:iam/user:User", {}, { oldInputs: old })).to.deep.include({
      name: "reader",
      __defaults: ["forceDestroy", "name", "path"],
    });
    const bucket = filled("aws:s3/bucket:Bucket", { bucket: "reports" });
    expect(filled("aws:s3/bucket:Bucket", {}, { oldInputs: bucket })["bucket"]).to.equal("reports");
  });

  it("is drawn anew then, where the provider makes names in a way of its own", () => {
    const old = filled("aws:glue/catalogDatabase:CatalogDatabase", { name: "reports" });
    expect(filled("aws:glue/catalogDatabase:CatalogDatabase", {}, { oldInputs: old })["name"]).to.match(
      /^main_[a-z]{8}$/,
    );
  });

  it("is an old value whatever its origin, in state of before origins were noted", () => {
    expect(filled("aws:iam/user:User", {}, { oldInputs: { name: "reader" } })["name"]).to.equal("reader");
  });

  it("is no name where there is a prefix", () => {
    expect(filled("aws:iam/role:Role", { namePrefix: "groundwork-" })).not.to.have.property("name");
    expect(filled("aws:rds/instance:Instance", { identifierPrefix: "g-" })).not.to.have.property(
      "identifier",
    );
  });

  it("follows each service's rules for names", () => {
    expect(filled("aws:s3/bucket:Bucket")["bucket"]).to.match(/^main-[0-9a-f]{7}$/);
    expect(filled("aws:rds/instance:Instance")["identifier"]).to.match(/^Main[0-9a-f]{7}$/);
    expect(filled("aws:rds/instance:Instance", { engine: "sqlserver-ex" })["identifier"]).to.match(
      /^Main[0-9a-f]{3}$/,
    );
    expect(filled("aws:sqs/queue:Queue", { fifoQueue: true })["name"]).to.match(/^Main-[0-9a-f]{7}\.fifo$/);
    expect(filled("aws:sqs/queue:Queue")["name"]).to.match(/^Main-[0-9a-f]{7}$/);
    expect(filled("aws:kms/alias:Alias")["name"]).to.match(/^alias\/Main-[0-9a-f]{7}$/);
    expect(filled("aws:glue/catalogDatabase:CatalogDatabase")["name"]).to.match(/^main_[a-z]{8}$/);
    expect(filled("aws:s3/bucketObjectv2:BucketObjectv2")["key"]).to.equal("Main");
    expect(filled("aws:lambda/permission:Permission")["statementId"]).to.match(/^Main-[0-9a-f]{7}$/);
    expect(filled("aws:elasticache/cluster:Cluster")["clusterId"]).to.match(/^main-[0-9a-f]{7}$/);
  });

  it("is no name for what is named by its content", () => {
    expect(filled("aws:route53/record:Record")).not.to.have.property("name");
    expect(filled("aws:ec2/vpc:Vpc")).not.to.have.property("name");
  });

  it("is refused when longer than the service allows", () => {
    const name = "a-very-long-name-for-a-target-group";
    expect(() => filled("aws:lb/targetGroup:TargetGroup", {}, { name })).to.throw(
      /^could not make a name for 'a-very-long-name-for-a-target-group': '.*' is longer than 32 characters, the most that 'name' may have;/,
    );
  });

  it("includes the schema's defaults, also where they are false", () => {
    const queue = filled("aws:sqs/queue:Queue", { delaySeconds: 5 });
    expect(queue).to.deep.equal({
      contentBasedDeduplication: false,
      delaySeconds: 5,
      fifoQueue: false,
      maxMessageSize: 262144,
      messageRetentionSeconds: 345600,
      name: queue["name"],
      receiveWaitTimeSeconds: 0,
      visibilityTimeoutSeconds: 30,
      __defaults: [
        "contentBasedDeduplication",
        "fifoQueue",
        "maxMessageSize",
        "messageRetentionSeconds",
        "name",
        "receiveWaitTimeSeconds",
        "visibilityTimeoutSeconds",
      ],
    });
  });

  it("takes a policy given as an object as JSON, keys sorted, and as unknown while any of it is", () => {
    const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*" }] };
    expect(filled("aws:iam/policy:Policy", { policy })["policy"]).to.equal(
      '{"Statement":[{"Action":"*","Effect":"Allow"}],"Version":"2012-10-17"}',
    );
    expect(filled("aws:iam/policy:Policy", { policy: { Statement: unknown } })["policy"]).to.equal(unknown);
    expect(filled("aws:iam/policy:Policy", { policy: "{}" })["policy"]).to.equal("{}");
  });

  it("bows to the names that a stack's settings ask for", () => {
    const wish = (mode: "propose" | "enforce" | "disable"): Values =>
      filled("aws:s3/bucket:Bucket", {}, { autonaming: { mode, proposedName: "Dev-Main" } });
    expect(wish("propose")["bucket"]).to.equal("dev-main");
    expect(wish("enforce")["bucket"]).to.equal("Dev-Main");
    expect(wish("disable")).not.to.have.property("bucket");
  });
});

describe("a list that is unknown as a whole", () => {
  const given = { subnetIds: unknown, name: "main" };

  it("is one unknown element behind the AWS provider's Check, inside a block too", () => {
    expect(filled("aws:rds/subnetGroup:SubnetGroup", given)["subnetIds"]).to.deep.equal([unknown]);
    const vpcConfig = { endpointPublicAccess: true, subnetIds: unknown, securityGroupIds: [unknown, "sg-1"] };
    expect(filled("aws:eks/cluster:Cluster", { vpcConfig })["vpcConfig"]).to.deep.equal({
      ...vpcConfig,
      subnetIds: [unknown],
    });
  });

  it("is what it was behind that of Kubernetes", () => {
    expect(filled("kubernetes:core/v1:Pod", { spec: { containers: unknown } })["spec"]).to.deep.equal({
      containers: unknown,
    });
  });
});

describe("what the Kubernetes provider fills in", () => {
  const token = "kubernetes:core/v1:Service";

  it("is a name with eight digits, and a mark that it did", () => {
    const { metadata } = filled(token, { metadata: { labels: { app: "web" } } }, { name: "web" });
    expect(metadata).to.deep.equal({
      labels: { app: "web" },
      name: (metadata as Values)["name"],
      annotations: { "pulumi.com/autonamed": "true" },
    });
    expect((metadata as Values)["name"]).to.match(/^web-[0-9a-f]{8}$/);
  });

  it("stays in the next run", () => {
    const first = filled(token);
    expect(filled(token, {}, { seed: Buffer.from("next run"), oldInputs: first })).to.deep.equal(first);
  });

  it("is nothing where the program names the object, or lets the cluster do it", () => {
    const given: Value[] = [{ name: "web" }, { name: unknown }, { generateName: "web-" }, unknown];
    for (const metadata of given) {
      expect(filled(token, { metadata })).to.deep.equal({ metadata });
    }
  });

  it("is nothing for patches, and a plain name for Helm releases", () => {
    expect(filled("kubernetes:core/v1:ServicePatch")).to.deep.equal({});
    expect(filled("kubernetes:helm.sh/v3:Release", { chart: "c" }, { name: "mail" })["name"]).to.match(
      /^mail-[0-9a-f]{8}$/,
    );
  });
});

describe("what the Azure provider fills in", () => {
  it("is a name with eight digits and no separator for a resource of its own", () => {
    const account = filled("azure-native:storage:StorageAccount", {}, { name: "state" });
    expect(account["accountName"]).to.match(/^state[0-9a-f]{8}$/);
    expect(account["__createBeforeDelete"]).to.equal(true);
    expect(
      filled("azure-native:storage:StorageAccount", {}, { name: "state", oldInputs: account }),
    ).to.deep.equal(account);
  });

  it("is the resource's name as it is for a part of another", () => {
    expect(
      filled("azure-native:storage:BlobContainer", { accountName: "a" }, { name: "state" }),
    ).to.deep.equal({
      accountName: "a",
      containerName: "state",
    });
    expect(
      filled("azure-native:keyvault:Secret", { vaultName: "v" }, { name: "token" })["secretName"],
    ).to.equal("token");
  });

  it("is a UUID for a role assignment, and a drawn name for a lock", () => {
    expect(filled("azure-native:authorization:RoleAssignment")["roleAssignmentName"]).to.match(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(filled("azure-native:authorization:ManagementLockByScope")["lockName"]).to.match(
      /^Main[0-9a-f]{8}$/,
    );
  });
});

describe("what nobody fills in", () => {
  it("are the inputs of commands, random values and providers", () => {
    for (const token of [
      "command:local:Command",
      "random:index/randomPet:RandomPet",
      "pulumi:providers:aws",
    ]) {
      expect(filled(token, {}), token).to.deep.equal({});
    }
  });
});
