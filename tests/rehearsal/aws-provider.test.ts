import { expect } from "chai";
import { awsProvider } from "../../rehearsal/packages/aws/provider";
import { textOf, unknown, type Values } from "../../rehearsal/interpreter/values";
import { refusal, rehearsedAws } from "../support/rehearsed-cloud";

const account = "111122223333";
const settings: Values = { region: "eu-west-1" };

describe("rehearsal: the AWS provider's settings", () => {
  const provider = awsProvider(account);

  it("refuse credentials of an account that is not allowed, or is forbidden, in the provider's words", () => {
    const words = `AWS account ID not allowed: ${account}`;
    expect(() => provider.configure({ ...settings, allowedAccountIds: ["999999999999"] })).to.throw(words);
    expect(() => provider.configure({ ...settings, forbiddenAccountIds: [account] })).to.throw(words);
    expect(provider.configure({ ...settings, allowedAccountIds: [account] }).accountId).to.equal(account);
  });

  it("act in the account of the role that is assumed", () => {
    const assumeRoles = [{ roleArn: "arn:aws:iam::444455556666:role/deploy" }];
    expect(
      provider.configure({ ...settings, assumeRoles, allowedAccountIds: ["444455556666"] }).accountId,
    ).to.equal("444455556666");
    expect(() => provider.configure({ ...settings, assumeRoles, allowedAccountIds: [account] })).to.throw(
      "AWS account ID not allowed: 444455556666",
    );
  });

  it("need a region", () => {
    expect(() => provider.configure({})).to.throw("Missing region information");
  });

  it("are refused at once when they contradict one another or are no account ids", () => {
    const failures = provider.checkConfig({ allowedAccountIds: ["12"], forbiddenAccountIds: [account] });
    expect(failures.map(({ property, reason }) => [property, reason.split(":")[0]])).to.deep.equal([
      ["allowedAccountIds", "Conflicting configuration arguments"],
      ["allowedAccountIds", '"allowed_account_ids" must be a valid AWS account ID (12 digits), got "12"'],
    ]);
  });

  it("change in place: each resource keeps its own region", () => {
    const change = provider.diffConfig(
      { ...settings, version: "7.20.0" },
      { region: "us-east-1", version: "7.21.0" },
    );
    expect(change).to.deep.equal({ changed: ["region"], replaces: [] });
  });
});

describe("rehearsal: what the AWS provider adds to a resource", () => {
  const defaultTags = { tags: { project: "groundwork", team: "platform" } };

  it("is its region and all its tags, the resource's own before the provider's", async () => {
    const aws = rehearsedAws({}, { defaultTags });
    const vpc = await aws.create("aws:ec2/vpc:Vpc", "v", {
      cidrBlock: "10.0.0.0/16",
      tags: { team: "network", Name: "v" },
    });
    expect(vpc.inputs["region"]).to.equal("eu-west-1");
    expect(vpc.inputs["tags"]).to.deep.equal({ team: "network", Name: "v" });
    const all = { project: "groundwork", team: "network", Name: "v" };
    expect(vpc.inputs["tagsAll"]).to.deep.equal(all);
    expect(vpc.outputs["tagsAll"]).to.deep.equal(all);
    aws.remove();
  });

  it("is not known in a preview when one of its tags is not", () => {
    const aws = rehearsedAws({}, { defaultTags });
    const inputs = aws.check("aws:ec2/vpc:Vpc", "v", { cidrBlock: "10.0.0.0/16", tags: { Name: unknown } });
    expect(inputs["tagsAll"]).to.equal(unknown);
    aws.remove();
  });

  it("puts a resource into the region that it names, where the provider's own region does not see it", async () => {
    const aws = rehearsedAws();
    const queue = await aws.create("aws:sqs/queue:Queue", "q", { name: "q", region: "us-east-1" });
    expect(queue.id).to.equal("https://sqs.us-east-1.amazonaws.com/111122223333/q");
    await aws.create("aws:sqs/queue:Queue", "q", { name: "q" });
    expect(aws.records().map(({ scope }) => scope)).to.have.members([
      `${account}/eu-west-1`,
      `${account}/us-east-1`,
    ]);
    expect((await aws.read(queue))?.outputs["region"]).to.equal("us-east-1");
    aws.remove();
  });

  it("keeps accounts apart, but for what is unique in the world", async () => {
    const aws = rehearsedAws();
    const other = aws.as(awsProvider("999988887777"), settings);
    await aws.create("aws:iam/user:User", "u", { name: "writer" });
    const theirs = await other.create("aws:iam/user:User", "u", { name: "writer" });
    expect(theirs.outputs["arn"]).to.equal("arn:aws:iam::999988887777:user/writer");
    await aws.create("aws:s3/bucket:Bucket", "b", { bucket: "reports" });
    expect(await refusal(other.create("aws:s3/bucket:Bucket", "b", { bucket: "reports" }))).to.include(
      "BucketAlreadyExists",
    );
    aws.remove();
  });
});

describe("rehearsal: AWS functions", () => {
  it("answer from what exists in the rehearsal cloud", async () => {
    const aws = rehearsedAws();
    const vpc = await aws.create("aws:ec2/vpc:Vpc", "v", {
      cidrBlock: "10.0.0.0/16",
      tags: { Name: "main" },
    });
    const subnet = async (name: string, cidrBlock: string): Promise<string> =>
      (await aws.create("aws:ec2/subnet:Subnet", name, { vpcId: vpc.id, cidrBlock, tags: { tier: name } }))
        .id;
    const [a, b] = [await subnet("public", "10.0.1.0/24"), await subnet("private", "10.0.2.0/24")];
    const found = await aws.invoke("aws:ec2/getVpc:getVpc", { tags: { Name: "main" } });
    expect(found).to.include({ id: vpc.id, cidrBlock: "10.0.0.0/16", state: "available" });
    const filters = [{ name: "vpc-id", values: [vpc.id] }];
    expect((await aws.invoke("aws:ec2/getSubnets:getSubnets", { filters }))["ids"]).to.have.members([a, b]);
    const tier = [...filters, { name: "tag:tier", values: ["pub*"] }];
    expect((await aws.invoke("aws:ec2/getSubnets:getSubnets", { filters: tier }))["ids"]).to.deep.equal([a]);
    expect((await aws.invoke("aws:ec2/getSubnet:getSubnet", { id: b }))["cidrBlock"]).to.equal("10.0.2.0/24");
    expect(await refusal(aws.invoke("aws:ec2/getVpc:getVpc", { id: "vpc-none" }))).to.include(
      "no matching Vpc found",
    );
    expect(await refusal(aws.invoke("aws:ec2/getSubnet:getSubnet", { vpcId: vpc.id }))).to.include(
      "multiple Subnets matched",
    );
    aws.remove();
  });

  it("know who asks, where, and which zones there are", async () => {
    const aws = rehearsedAws();
    expect(await aws.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})).to.include({
      accountId: account,
    });
    expect(await aws.invoke("aws:index/getRegion:getRegion", {})).to.include({ region: "eu-west-1" });
    expect(await aws.invoke("aws:index/getPartition:getPartition", {})).to.include({ partition: "aws" });
    const zones = await aws.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {
      state: "available",
    });
    expect(zones["names"]).to.deep.equal(["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
    expect(zones["zoneIds"]).to.deep.equal(["euw1-az1", "euw1-az2", "euw1-az3"]);
    aws.remove();
  });

  it("write policy documents as the provider does", async () => {
    const aws = rehearsedAws();
    const written = await aws.invoke("aws:iam/getPolicyDocument:getPolicyDocument", {
      statements: [
        {
          sid: "Write",
          actions: ["s3:GetObject", "s3:PutObject"],
          resources: ["arn:aws:s3:::reports/&{aws:username}/*"],
          conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["true"] }],
        },
        { effect: "Deny", actions: ["*"], resources: ["*"], principals: [{ type: "*", identifiers: ["*"] }] },
      ],
      overridePolicyDocuments: [
        '{"Statement":{"Sid":"Write","Effect":"Deny","Action":"s3:*","Resource":"*"}}',
      ],
      sourcePolicyDocuments: [
        '{"Statement":[{"Sid":"Read","Effect":"Allow","Action":"s3:List*","Resource":"*"}]}',
      ],
    });
    expect(JSON.parse(textOf(written, "json"))).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        { Sid: "Read", Effect: "Allow", Action: "s3:List*", Resource: "*" },
        { Sid: "Write", Effect: "Deny", Action: "s3:*", Resource: "*" },
        { Effect: "Deny", Action: "*", Resource: "*", Principal: "*" },
      ],
    });
    const { minifiedJson } = await aws.invoke("aws:iam/getPolicyDocument:getPolicyDocument", {
      statements: [
        {
          actions: ["s3:GetObject", "s3:PutObject"],
          resources: ["arn:aws:s3:::reports/&{aws:username}/*"],
          conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["true"] }],
        },
      ],
    });
    expect(minifiedJson).to.equal(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:PutObject","s3:GetObject"],' +
        '"Resource":"arn:aws:s3:::reports/${aws:username}/*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}',
    );
    aws.remove();
  });

  it("give images and the parameters that AWS publishes, the same each time", async () => {
    const aws = rehearsedAws();
    const name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
    const ask = async (): Promise<unknown> =>
      (await aws.invoke("aws:ssm/getParameter:getParameter", { name }))["value"];
    expect(await ask()).to.match(/^ami-0[0-9a-f]{16}$/);
    expect(await ask()).to.equal(await ask());
    const image = await aws.invoke("aws:ec2/getAmi:getAmi", {
      owners: ["amazon"],
      filters: [{ name: "name", values: ["al2023-ami-*"] }],
    });
    expect(image["name"]).to.equal("al2023-ami-20260401");
    aws.remove();
  });

  it("that nothing is known of fail by name and say what to do", async () => {
    const aws = rehearsedAws();
    expect(await refusal(aws.invoke("aws:index/getIpRanges:getIpRanges", { services: ["ec2"] }))).to.equal(
      "The rehearsal cloud does not know the function aws:index/getIpRanges:getIpRanges. Add it to rehearsal/packages/, " +
        "beside its package's others, with an answer that follows from what exists in the rehearsal cloud.",
    );
    aws.remove();
  });
});

describe("rehearsal: an import from AWS", () => {
  it("finds by what the documentation of a type puts an id together from, and by a region behind it", async () => {
    const aws = rehearsedAws();
    const vpc = await aws.create("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" });
    const gateway = await aws.create("aws:ec2/internetGateway:InternetGateway", "gateway", { vpcId: vpc.id });
    const table = await aws.create("aws:ec2/routeTable:RouteTable", "table", { vpcId: vpc.id });
    const routeType = "aws:ec2/route:Route";
    const route = await aws.create(routeType, "route", {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: gateway.id,
    });
    expect((await aws.import(routeType, `${table.id}_0.0.0.0/0`))?.id).to.equal(route.id);
    expect(await aws.import(routeType, `${table.id}_10.0.0.0/8`)).to.equal(undefined);

    const groupType = "aws:cloudwatch/logGroup:LogGroup";
    await aws.create(groupType, "there", { name: "there", region: "us-west-2" });
    expect(await aws.import(groupType, "there")).to.equal(undefined);
    expect((await aws.import(groupType, "there@us-west-2"))?.outputs["region"]).to.equal("us-west-2");
    aws.remove();
  });

  it("takes what the state has no outputs of for one, whatever inputs it has", async () => {
    const aws = rehearsedAws();
    const type = "aws:rds/instance:Instance";
    const made = await aws.create(type, "database", {
      identifier: "users",
      instanceClass: "db.t4g.small",
      engine: "postgres",
      allocatedStorage: 20,
      username: "groundwork",
      password: "not-a-real-one",
      skipFinalSnapshot: true,
    });
    const begun = { ...made, id: "users", outputs: {} };
    expect((await aws.read(begun))?.id).to.equal(made.id);
    expect(await aws.read({ ...begun, id: "others" })).to.equal(undefined);
    aws.remove();
  });
});
