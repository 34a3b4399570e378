import { Table } from "@pulumi/aws/dynamodb/table";
import { FileSystem } from "@pulumi/aws/efs/fileSystem";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { AccessKey } from "@pulumi/aws/iam/accessKey";
import { User } from "@pulumi/aws/iam/user";
import { Provider } from "@pulumi/aws/provider";
import { Bucket } from "@pulumi/aws/s3/bucket";
import { Topic } from "@pulumi/aws/sns/topic";
import { Queue } from "@pulumi/aws/sqs/queue";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { secret, type ProviderResource } from "@pulumi/pulumi";
import { expect } from "chai";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { RehearsedStack, type Program } from "../support/engine";

const aws = (): { readonly provider: ProviderResource } => ({
  provider: new Provider("aws", { region: "eu-west-1", allowedAccountIds: ["111122223333"] }),
});

describe("rehearsal: a resource's life before the engine", () => {
  let stack: RehearsedStack;
  beforeEach(async () => {
    stack = await RehearsedStack.open();
  });
  afterEach(async () => {
    await stack.close();
  });

  const fileOf = (type: string): string => {
    const folder = path.join(stack.directory, "cloud");
    const files = readdirSync(folder).map((file) => path.join(folder, file));
    const found = files.find((file) => readFileSync(file, "utf8").includes(`"type": "${type}"`));
    if (found === undefined) throw new Error(`no file of type ${type}`);
    return found;
  };

  it("is previewed without a trace, created, left alone, updated in place, replaced and deleted", async () => {
    const program =
      (displayName: string, name: string): Program =>
      () => {
        const options = aws();
        const topic = new Topic("alarms", { name, displayName }, options);
        new FileSystem("files", {}, options);
        return { arn: topic.arn };
      };
    const preview = await stack.preview(program("one", "alarms"));
    expect(preview.steps).to.have.members(["create FileSystem files", "create Topic alarms"]);
    expect(stack.records()).to.deep.equal([]);
    expect(() => stack.log()).to.throw("ENOENT");

    const first = await stack.up(program("one", "alarms"));
    expect(first.failure).to.equal(undefined);
    expect((await stack.outputs())["arn"]?.value).to.equal("arn:aws:sns:eu-west-1:111122223333:alarms");
    expect((await stack.up(program("one", "alarms"))).steps).to.deep.equal([]);

    expect((await stack.up(program("two", "alarms"))).steps).to.deep.equal(["update Topic alarms"]);
    const [topic] = stack.records("aws:sns/topic:Topic");
    expect(topic?.outputs["displayName"]).to.equal("two");

    // With a fixed name the old one goes first, as two cannot have one name.
    const replaced = await stack.up(program("two", "others"));
    expect(replaced.steps).to.include.members([
      "delete-replaced Topic alarms",
      "create-replacement Topic alarms",
    ]);
    expect(stack.records("aws:sns/topic:Topic").map(({ id }) => id)).to.deep.equal([
      "arn:aws:sns:eu-west-1:111122223333:others",
    ]);

    await stack.restart();
    expect((await stack.up(program("two", "others"))).steps).to.deep.equal([]);
    expect((await stack.destroy()).failure).to.equal(undefined);
    expect(stack.records()).to.deep.equal([]);
  });

  it("shows drift in a refresh: what somebody changed, and what somebody removed", async () => {
    const program: Program = () => {
      const options = aws();
      new Queue("work", { name: "work", visibilityTimeoutSeconds: 30 }, options);
      new Topic("alarms", { name: "alarms" }, options);
      return {};
    };
    await stack.up(program);
    const file = fileOf("aws:sqs/queue:Queue");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replaceAll(
        '"visibilityTimeoutSeconds": 30',
        '"visibilityTimeoutSeconds": 60',
      ),
    );
    rmSync(fileOf("aws:sns/topic:Topic"));
    const refresh = await stack.refresh();
    expect(refresh.summary).to.include({ update: 1, delete: 1 });
    const repair = await stack.up(program);
    expect(repair.steps).to.have.members(["update Queue work", "create Topic alarms"]);
    expect(stack.records("aws:sqs/queue:Queue")[0]?.outputs["visibilityTimeoutSeconds"]).to.equal(30);
  });

  it("begins with an import of what is there, and with none of what is not", async () => {
    const imported =
      (id: string): Program =>
      () => {
        new Bucket("reports", { bucket: "reports" }, { ...aws(), import: id });
        return {};
      };
    const made = await RehearsedStack.open({ beside: stack, name: "other" });
    await made.up(() => {
      new Bucket("b", { bucket: "reports" }, aws());
      return {};
    });
    const first = await stack.up(imported("reports"));
    expect(first.failure, first.failure).to.equal(undefined);
    expect(first.steps).to.deep.equal(["import Bucket reports"]);
    expect((await stack.up(imported("reports"))).steps).to.deep.equal([]);
    const second = await made.up(() => {
      new Bucket("c", { bucket: "nothing" }, { ...aws(), import: "nothing" });
      return {};
    });
    expect(second.failure).to.include("resource 'nothing' does not exist");
    await made.close();
  });

  it("keeps secrets encrypted in the state and out of the log, a key's slashes and all", async () => {
    const program: Program = () => {
      const options = aws();
      const user = new User("writer", { name: "writer" }, options);
      const key = new AccessKey("writer", { user: user.name }, options);
      const password = new RandomPassword("p", { length: 20 });
      new Topic("t", { name: "t", displayName: secret("swordfish") }, options);
      return { secret: key.secret, password: password.result };
    };
    expect((await stack.up(program)).failure).to.equal(undefined);
    const outputs = await stack.outputs();
    const token = String(outputs["secret"]?.value);
    expect(outputs["secret"]?.secret).to.equal(true);
    expect(token)
      .to.match(/^[A-Za-z0-9+/]{40}$/)
      .and.to.match(/\/.*\+/);
    expect(outputs["password"]).to.deep.include({ secret: true });
    const state = stack.state();
    const log = JSON.stringify(stack.log());
    for (const value of [token, String(outputs["password"]?.value), "swordfish"]) {
      expect(state).to.not.include(JSON.stringify(value).slice(1, -1));
      expect(log).to.not.include(JSON.stringify(value).slice(1, -1));
    }
    expect((await stack.up(program)).steps).to.deep.equal([]);
    expect((await stack.refresh()).summary).to.not.have.any.keys("update", "delete");
  });

  it("is refused where two want one name, and where something still needs it", async () => {
    const both = await stack.up(() => {
      const options = aws();
      new Table(
        "a",
        { name: "one", hashKey: "k", attributes: [{ name: "k", type: "S" }], billingMode: "PAY_PER_REQUEST" },
        options,
      );
      new Table(
        "b",
        { name: "one", hashKey: "k", attributes: [{ name: "k", type: "S" }], billingMode: "PAY_PER_REQUEST" },
        options,
      );
      return {};
    });
    expect(both.failure).to.include("api error ResourceInUseException: Table already exists: one");
    await stack.destroy();

    let vpcId = "";
    await stack.up(() => {
      const vpc = new Vpc("v", { cidrBlock: "10.0.0.0/16" }, aws());
      vpc.id.apply((id) => (vpcId = id));
      return {};
    });
    writeFileSync(
      path.join(stack.directory, "cloud", "somebody-elses-subnet.json"),
      JSON.stringify({
        type: "aws:ec2/subnet:Subnet",
        id: "subnet-theirs",
        inputs: { vpcId, cidrBlock: "10.0.9.0/24" },
      }),
    );
    const destroyed = await stack.destroy();
    expect(destroyed.failure).to.include(
      `api error DependencyViolation: The vpc '${vpcId}' has dependencies`,
    );
    expect(stack.records().map(({ type }) => type)).to.have.members([
      "aws:ec2/vpc:Vpc",
      "aws:ec2/subnet:Subnet",
    ]);
  });

  it("goes on beside another stack's in the same cloud, at the same time", async () => {
    const other = await RehearsedStack.open({ beside: stack, name: "prod" });
    const program =
      (environment: string): Program =>
      () => {
        const options = aws();
        for (const index of [0, 1, 2, 3, 4])
          new Queue(`q${String(index)}`, { name: `${environment}_${String(index)}` }, options);
        return {};
      };
    const runs = await Promise.all([stack.up(program("dev")), other.up(program("prod"))]);
    expect(runs.map(({ failure }) => failure)).to.deep.equal([undefined, undefined]);
    expect(stack.records("aws:sqs/queue:Queue")).to.have.length(10);
    expect(stack.log().filter(({ method }) => method === "create")).to.have.length(10);
    // One name for both is refused, whoever comes second.
    expect((await other.up(program("dev"))).failure).to.include("QueueAlreadyExists");
    await other.close();
  });

  it("is deleted together with what is in it, in whatever order the engine goes", async () => {
    await stack.up(() => {
      const options = aws();
      const vpc = new Vpc("v", { cidrBlock: "10.0.0.0/16" }, options);
      for (const index of [0, 1, 2, 3]) {
        new Subnet(`s${String(index)}`, { vpcId: vpc.id, cidrBlock: `10.0.${String(index)}.0/24` }, options);
      }
      return {};
    });
    expect((await stack.destroy()).failure).to.equal(undefined);
    expect(stack.records()).to.deep.equal([]);
  });
});
