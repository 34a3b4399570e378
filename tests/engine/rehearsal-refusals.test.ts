import { Table } from "@pulumi/aws/dynamodb/table";
import { Instance } from "@pulumi/aws/rds/instance";
import { Provider } from "@pulumi/aws/provider";
import { Bucket } from "@pulumi/aws/s3/bucket";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getIpRangesOutput } from "@pulumi/aws/getIpRanges";
import { Queue } from "@pulumi/aws/sqs/queue";
import * as k8s from "@pulumi/kubernetes/core/v1";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import type { ProviderResource } from "@pulumi/pulumi";
import { expect } from "chai";
import { RehearsedStack, type Program } from "../support/engine";

const aws = (settings = {}): { readonly provider: ProviderResource } => ({
  provider: new Provider("aws", { region: "eu-west-1", ...settings }),
});

describe("rehearsal: what the clouds refuse, before the engine", () => {
  let stack: RehearsedStack;
  beforeEach(async () => {
    stack = await RehearsedStack.open();
  });
  afterEach(async () => {
    await stack.close();
  });

  it("refuses credentials of another account before anything is touched", async () => {
    const run = await stack.up(() => {
      new Bucket("b", {}, aws({ allowedAccountIds: ["999999999999"] }));
      return {};
    });
    expect(run.failure).to.include("AWS account ID not allowed: 111122223333");
    expect(stack.records()).to.deep.equal([]);
    expect(() => stack.log()).to.throw("ENOENT");
  });

  it("refuses misspelt properties in the preview", async () => {
    const run = await stack.preview(() => {
      new Table("t", { hashKey: "k", attributes: [{ name: "k", typ: "S" }] } as never, aws());
      return {};
    });
    expect(run.failure).to.match(
      /Invalid or unknown key 'typ'.*Examine values at 't\.attributes\[0\]\.typ'/s,
    );
    expect(run.failure).to.include("Missing required property 'type'");
  });

  it("deletes a database only as its state says: after protection was lifted, with a last snapshot under a free name", async () => {
    const program =
      (deletionProtection: boolean): Program =>
      () => {
        new Instance(
          "users",
          {
            identifier: "users",
            instanceClass: "db.t4g.small",
            engine: "postgres",
            engineVersion: "16.13",
            allocatedStorage: 20,
            username: "admin",
            manageMasterUserPassword: true,
            deletionProtection,
            finalSnapshotIdentifier: "users-final",
          },
          aws(),
        );
        return {};
      };
    expect((await stack.up(program(true))).failure).to.equal(undefined);
    expect((await stack.destroy()).failure).to.include("Cannot delete protected DB Instance");
    expect((await stack.up(program(false))).steps).to.deep.equal(["update Instance users"]);
    expect((await stack.destroy()).failure).to.equal(undefined);
    expect(stack.records().map(({ type, id }) => [type, id])).to.deep.equal([
      ["aws:rds/snapshot:Snapshot", "users-final"],
    ]);
    await stack.up(program(false));
    expect((await stack.destroy()).failure).to.include(
      "Cannot create the snapshot because a snapshot with the identifier users-final already exists.",
    );
  });

  it("answers functions from the account that it holds, and refuses one that it does not know by name", async () => {
    const options = aws;
    await stack.up(() => ({ account: getCallerIdentityOutput({}, options()).accountId }));
    expect((await stack.outputs())["account"]?.value).to.equal("111122223333");
    const run = await stack.up(() => ({
      ranges: getIpRangesOutput({ services: ["ec2"] }, options()).cidrBlocks,
    }));
    expect(run.failure).to.include(
      "The rehearsal cloud does not know the function aws:index/getIpRanges:getIpRanges.",
    );
  });

  it("replaces a Kubernetes provider and all that it made when its cluster changes, and nothing with an identifier", async () => {
    const kubeconfig = (server: string): string =>
      JSON.stringify({
        "current-context": "it",
        contexts: [{ name: "it", context: { cluster: "c", user: "u" } }],
        clusters: [{ name: "c", cluster: { server } }],
      });
    const program =
      (server: string, clusterIdentifier?: string): Program =>
      () => {
        const provider = new KubernetesProvider("k8s", { kubeconfig: kubeconfig(server), clusterIdentifier });
        new k8s.Namespace("shop", { metadata: { name: "shop" } }, { provider });
        return {};
      };
    const first = await stack.up(program("https://a"));
    expect(first.failure, first.failure).to.equal(undefined);
    const moved = await stack.up(program("https://b"));
    expect(moved.steps).to.include.members([
      "create-replacement Namespace shop",
      "delete-replaced Namespace shop",
    ]);
    const other = await RehearsedStack.open({ beside: stack, name: "other" });
    await other.up(program("https://c", "cluster-1"));
    expect((await other.up(program("https://d", "cluster-1"))).steps).to.deep.equal([]);
    await other.close();
  });
});

describe("rehearsal: faults, before the engine", () => {
  it("leave a bucket behind that the engine does not know, when its making timed out after it was made", async () => {
    const stack = await RehearsedStack.open({
      faults: [{ match: { type: "aws:s3/bucket:Bucket", method: "create" }, fault: "timeout-after-done" }],
    });
    const program: Program = () => {
      new Bucket("b", { bucket: "reports" }, aws());
      return {};
    };
    const first = await stack.up(program);
    expect(first.failure).to.include("timeout while waiting for state to become 'available'");
    expect(stack.records().map(({ id }) => id)).to.deep.equal(["reports"]);
    expect(JSON.parse(stack.state())).to.not.have.nested.property("checkpoint.latest.resources[2]");
    // The next attempt meets what the first one left.
    expect((await stack.up(program)).failure).to.include("BucketAlreadyOwnedByYou");
    const adopted = await stack.up(() => {
      new Bucket("b", { bucket: "reports" }, { ...aws(), import: "reports" });
      return {};
    });
    expect(adopted.steps).to.deep.equal(["import Bucket b"]);
    await stack.close();
  });

  it("fail a step, and the next run goes on from there", async () => {
    const stack = await RehearsedStack.open({
      faults: [{ match: { type: "aws:sqs/queue:Queue", name: "b", method: "create" }, fault: "throttle" }],
    });
    const program: Program = () => {
      const options = aws();
      new Queue("a", {}, options);
      new Queue("b", {}, options);
      return {};
    };
    expect((await stack.up(program)).failure).to.include("api error ThrottlingException: Rate exceeded");
    expect((await stack.up(program)).steps).to.include("create Queue b");
    expect(stack.records()).to.have.length(2);
    await stack.close();
  });
});
