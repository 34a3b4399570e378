import { expect } from "chai";
import { typeFacts } from "../../rehearsal/catalogue/facts";
import { diffInputs, type InputDiff } from "../../rehearsal/interpreter/diff";
import { unknown, type Value, type Values } from "../../rehearsal/interpreter/values";

const nothing: InputDiff = { changes: [], replaces: [], detailed: {}, deleteBeforeReplace: false };

const DATABASE = "aws:rds/instance:Instance";
const database: Values = {
  identifier: "groundwork-dev",
  engine: "postgres",
  instanceClass: "db.t4g.micro",
  backupRetentionPeriod: 7,
  tags: { project: "groundwork", "cost center": "42" },
  __defaults: [],
};

/** The difference that one changed input makes to the database. */
const changed = (change: Values, outputs?: Values): InputDiff =>
  diffInputs(DATABASE, database, { ...database, ...change }, outputs);

const without = (values: Values, name: string): Values =>
  Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));

describe("comparing the inputs of an AWS resource", () => {
  it("finds nothing where nothing changed", () => {
    expect(changed({})).to.deep.equal(nothing);
  });

  it("updates in place what the schema allows, down to the map entry", () => {
    expect(
      changed({ instanceClass: "db.t4g.small", tags: { project: "groundwork", "cost center": "43" } }),
    ).to.deep.equal({
      changes: ["instanceClass", "tags"],
      replaces: [],
      detailed: { instanceClass: "update", 'tags["cost center"]': "update" },
      deleteBeforeReplace: false,
    });
  });

  it("replaces what the schema makes fixed", () => {
    expect(changed({ engine: "mysql", backupRetentionPeriod: 14 })).to.deep.equal({
      changes: ["engine", "backupRetentionPeriod"],
      replaces: ["engine"],
      detailed: { engine: "update-replace", backupRetentionPeriod: "update" },
      deleteBeforeReplace: true,
    });
  });

  it("replaces when what is fixed is not known yet", () => {
    expect(changed({ engine: unknown }).replaces).to.deep.equal(["engine"]);
    expect(changed({ instanceClass: unknown }).detailed).to.deep.equal({ instanceClass: "update" });
  });

  it("moves nothing to another region in place", () => {
    expect(
      diffInputs("aws:sqs/queue:Queue", { region: "eu-west-1" }, { region: "eu-central-1" }).replaces,
    ).to.deep.equal(["region"]);
  });

  it("adds and removes", () => {
    expect(changed({ iops: 3000, tags: { project: "groundwork" } }).detailed).to.deep.equal({
      iops: "add",
      'tags["cost center"]': "delete",
    });
  });

  it("leaves as it is what the cloud had filled in, when the program stops naming it", () => {
    expect(diffInputs(DATABASE, database, without(database, "backupRetentionPeriod"))).to.deep.equal(nothing);
    const named = { ...database, maxAllocatedStorage: 100 };
    expect(diffInputs(DATABASE, named, database).detailed).to.deep.equal({ maxAllocatedStorage: "delete" });
  });

  it("sees no change in an input that is added with the value that the cloud has", () => {
    expect(changed({ port: 5432 }, { port: 5432 })).to.deep.equal(nothing);
    expect(changed({ port: 5433 }, { port: 5432 }).detailed).to.deep.equal({ port: "update" });
    expect(
      changed({ availabilityZone: "eu-west-1b" }, { availabilityZone: "eu-west-1a" }).replaces,
    ).to.deep.equal(["availabilityZone"]);
  });

  it("sees no change between a number and its text, nor between null and absence", () => {
    expect(changed({ backupRetentionPeriod: "7", iops: null })).to.deep.equal(nothing);
  });

  it("passes over the engine's bookkeeping", () => {
    expect(changed({ __defaults: ["identifier"] })).to.deep.equal(nothing);
  });

  it("looks for nested fields that are fixed", () => {
    const cluster = (access: Value): Values => ({
      name: "c",
      roleArn: "r",
      vpcConfig: {},
      accessConfig: access,
    });
    const diff = (from: Value, to: Value): InputDiff =>
      diffInputs("aws:eks/cluster:Cluster", cluster(from), cluster(to));
    expect(
      diff({ authenticationMode: "API_AND_CONFIG_MAP" }, { authenticationMode: "API" }).replaces,
    ).to.deep.equal([]);
    expect(
      diff(
        { bootstrapClusterCreatorAdminPermissions: true },
        { bootstrapClusterCreatorAdminPermissions: false },
      ),
    ).to.deep.include({
      replaces: ["accessConfig.bootstrapClusterCreatorAdminPermissions"],
      detailed: { "accessConfig.bootstrapClusterCreatorAdminPermissions": "update-replace" },
    });
    expect(diff({ authenticationMode: "API" }, unknown).replaces).to.deep.equal(["accessConfig"]);
  });

  it("replaces for a block that comes or goes with a fixed field in it, and for one that may have it", () => {
    const imported = (s3Import: Value): InputDiff => changed({ s3Import });
    expect(imported({ bucketName: "b", bucketPrefix: "p" }).detailed).to.deep.equal({
      s3Import: "add-replace",
    });
    expect(imported(unknown).replaces).to.deep.equal(["s3Import"]);
    expect(imported({}).replaces).to.deep.equal([]);
    const table = (index: Values[]): Values => ({ name: "t", hashKey: "h", localSecondaryIndexes: index });
    expect(
      diffInputs(
        "aws:dynamodb/table:Table",
        table([{ name: "a", rangeKey: "r", projectionType: "ALL" }]),
        table([{ name: "a", rangeKey: "s", projectionType: "ALL" }]),
      ).detailed,
    ).to.deep.equal({ "localSecondaryIndexes[0].rangeKey": "update-replace" });
  });

  it("replaces a type without updates whatever changes", () => {
    const attachment = { role: "r", policyArn: "p" };
    expect(
      diffInputs("aws:iam/rolePolicyAttachment:RolePolicyAttachment", attachment, {
        ...attachment,
        policyArn: "q",
      }),
    ).to.deep.equal({
      changes: ["policyArn"],
      replaces: ["policyArn"],
      detailed: { policyArn: "update-replace" },
      deleteBeforeReplace: true,
    });
  });

  it("takes list entries by their place, and lists that are sets without it", () => {
    expect(
      diffInputs("aws:ec2/vpcEndpoint:VpcEndpoint", { subnetIds: ["a", "b"] }, { subnetIds: ["b", "a"] }),
    ).to.deep.equal(nothing);
    expect(
      diffInputs("aws:ec2/vpcEndpoint:VpcEndpoint", { subnetIds: ["a", "b"] }, { subnetIds: ["b", "c"] })
        .changes,
    ).to.deep.equal(["subnetIds"]);
    expect(
      diffInputs("aws:iam/user:User", { tags: { a: "1", b: "2" } }, { tags: { b: "2", a: "1" } }),
    ).to.deep.equal(nothing);
  });
});

describe("comparing JSON in text", () => {
  const policy = (document: unknown): Values => ({
    policy: JSON.stringify(document),
    name: "p",
    __defaults: [],
  });
  const diff = (from: unknown, to: unknown): InputDiff =>
    diffInputs("aws:iam/policy:Policy", policy(from), policy(to));
  const statement = { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: "*" };

  it("passes over how it is written", () => {
    const from = policy({ Version: "2012-10-17", Statement: [statement] });
    const to = {
      ...from,
      policy: JSON.stringify({ Statement: [statement], Version: "2012-10-17" }, null, 2),
    };
    expect(diffInputs("aws:iam/policy:Policy", from, to)).to.deep.equal(nothing);
  });

  it("passes over the order of actions and over lists of one, in policies only", () => {
    const other = { ...statement, Action: ["s3:PutObject", "s3:GetObject"], Resource: ["*"] };
    expect(diff({ Statement: [statement] }, { Statement: other })).to.deep.equal(nothing);
    expect(diff({ list: ["a", "b"] }, { list: ["b", "a"] }).changes).to.deep.equal(["policy"]);
  });

  it("sees what changed in substance", () => {
    expect(
      diff({ Statement: [statement] }, { Statement: [{ ...statement, Effect: "Deny" }] }).detailed,
    ).to.deep.equal({
      policy: "update",
    });
  });

  it("compares as text what only looks like JSON", () => {
    const script = (text: string): Values => ({ userData: text, __defaults: [] });
    expect(
      diffInputs("aws:ec2/instance:Instance", script("{{ a }}"), script("{{ b }}")).changes,
    ).to.deep.equal(["userData"]);
  });
});

describe("a replacement in AWS", () => {
  const queue = (inputs: Values, drawn: string[]): Values => ({ ...inputs, __defaults: drawn });
  const replace = (token: string, from: Values, to: Values): boolean => {
    const { replaces, deleteBeforeReplace } = diffInputs(token, from, to);
    expect(replaces).not.to.have.length(0);
    return deleteBeforeReplace;
  };

  it("deletes first when the program gives the name that must be unique", () => {
    expect(
      replace(
        "aws:sqs/queue:Queue",
        queue({ name: "q", fifoQueue: false }, []),
        queue({ name: "q", fifoQueue: true }, []),
      ),
    ).to.equal(true);
  });

  it("creates first when the provider draws the name", () => {
    expect(
      replace(
        "aws:sqs/queue:Queue",
        queue({ name: "q-1", fifoQueue: false }, ["name"]),
        queue({ name: "q-1", fifoQueue: true }, ["name"]),
      ),
    ).to.equal(false);
  });

  it("deletes a database of a fixed name before there is another", () => {
    expect(
      replace(
        DATABASE,
        queue({ identifier: "d", engine: "a" }, []),
        queue({ identifier: "d", engine: "b" }, []),
      ),
    ).to.equal(true);
  });

  it("creates first where the provider does not see that the name is unique", () => {
    const object = (bucket: string): Values => queue({ bucket, key: "k" }, []);
    expect(replace("aws:s3/bucketObjectv2:BucketObjectv2", object("a"), object("b"))).to.equal(false);
  });

  it("goes by the provider's own table of names and attachments", () => {
    const alarm = (region: string): Values => queue({ name: "alarm", region }, []);
    expect(replace("aws:cloudwatch/metricAlarm:MetricAlarm", alarm("a"), alarm("b"))).to.equal(true);
    const bucket = (region: string): Values => queue({ bucket: "reports", region }, []);
    expect(replace("aws:s3/bucket:Bucket", bucket("a"), bucket("b"))).to.equal(true);
    const attachment = (user: string): Values => queue({ user, policyArn: "p" }, []);
    expect(
      replace("aws:iam/userPolicyAttachment:UserPolicyAttachment", attachment("a"), attachment("b")),
    ).to.equal(true);
    // The name of a record is a name of DNS, which another record may have.
    const record = (type: string): Values => queue({ zoneId: "z", name: "a.example.com", type }, []);
    expect(replace("aws:route53/record:Record", record("A"), record("AAAA"))).to.equal(false);
  });

  it("creates first in state of before names were noted", () => {
    expect(
      replace("aws:sqs/queue:Queue", { name: "q", fifoQueue: false }, { name: "q", fifoQueue: true }),
    ).to.equal(false);
  });

  it("deletes first where only one of a kind can be", () => {
    expect(
      replace("aws:efs/mountTarget:MountTarget", queue({ subnetId: "a" }, []), queue({ subnetId: "b" }, [])),
    ).to.equal(true);
  });
});

describe("comparing where replacements are not known", () => {
  it("takes every change for an update, and the type says so", () => {
    const token = "azure-native:storage:LocalUser";
    expect(typeFacts(token)?.certainty).to.equal("declarations");
    expect(diffInputs(token, { hasSshKey: true }, { hasSshKey: false }).detailed).to.deep.equal({
      hasSshKey: "update",
    });
    expect(diffInputs(token, { username: "a" }, { username: "b" }).detailed).to.deep.equal({
      username: "update-replace",
    });
  });

  it("refuses a type that nobody declares", () => {
    expect(() => diffInputs("aws:rds/database:Database", {}, {})).to.throw(
      'No facts for the type "aws:rds/database:Database": check its inputs before comparing them.',
    );
  });
});
