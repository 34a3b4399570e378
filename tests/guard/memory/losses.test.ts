import { expect } from "chai";
import type { Approval } from "../../../guard/approvals/approval";
import type { StateResource } from "../../../guard/memory/last-state";
import { lostResources, lostUnheld, type PresentResource } from "../../../guard/memory/losses";

const type = "aws:sqs/queue:Queue";
const urn = (name: string, of = type): string => `urn:pulumi:dev::groundwork::${of}::${name}`;

function inState(name: string, over: Partial<StateResource> = {}): StateResource {
  return {
    urn: urn(name),
    type,
    custom: true,
    id: `https://sqs/${name}`,
    inputs: { name },
    outputs: {},
    ...over,
  };
}

function present(name: string, over: Partial<PresentResource> = {}): PresentResource {
  return { urn: urn(name), type, aliases: [], properties: {}, ...over };
}

function lost(
  last: readonly StateResource[],
  there: readonly PresentResource[],
  over: Partial<Parameters<typeof lostResources>[2]> = {},
): readonly string[] {
  return lostResources(last, there, { level: "production", ...over }).map((loss) => loss.urn);
}

describe("what was there in the last run", () => {
  it("is lost when nothing of it is there after this one, and a person is told what and where", () => {
    const [loss] = lostResources([inState("mail")], [present("usage")], { level: "development" });
    expect(loss).to.deep.equal({
      urn: urn("mail"),
      message:
        "SQS queue mail (id https://sqs/mail) was there in the last run and would not be there after this one, and with it " +
        `every message in it. Put it back: in the state it is ${urn("mail")}. If it was only renamed or moved, give it ` +
        "`aliases` with that.",
    });
  });

  it("is still there under its URN, its id, or an alias", () => {
    expect(lost([inState("mail")], [present("mail")])).to.deep.equal([]);
    expect(lost([inState("mail")], [present("post", { aliases: [urn("mail")] })])).to.deep.equal([]);
    const byId = present("post", { properties: { id: "https://sqs/mail" } });
    expect(lost([inState("mail")], [byId])).to.deep.equal([]);
  });

  it("is not there under an alias of what the state has by itself: the engine would not take the alias", () => {
    const other = present("post", { aliases: [urn("mail")] });
    expect(lost([inState("mail"), inState("post")], [other])).to.deep.equal([urn("mail")]);
  });

  it("is not there as something of another type", () => {
    expect(lost([inState("mail")], [present("mail", { type: "aws:sns/topic:Topic" })])).to.deep.equal([
      urn("mail"),
    ]);
  });

  it("when it waits to be deleted after a replacement, is not what came in its place", () => {
    expect(lost([inState("mail", { delete: true })], [present("mail")])).to.deep.equal([urn("mail")]);
    const same = present("mail", { properties: { id: "https://sqs/mail" } });
    expect(lost([inState("mail"), inState("mail", { delete: true })], [same])).to.deep.equal([urn("mail")]);
  });

  it("is not there as an entry of the same thing under another URN: the engine deletes the thing for each", () => {
    const original = present("mail", { properties: { id: "https://sqs/mail" } });
    const twin = inState("again", { id: "https://sqs/mail" });
    expect(lost([inState("mail"), twin], [original])).to.deep.equal([urn("again")]);
    expect(lost([inState("mail"), { ...twin, retainOnDelete: true }], [original])).to.deep.equal([]);
  });

  it("is not missed when it holds nothing, is somebody else's, was only read, or is gone already", () => {
    const harmless: StateResource[] = [
      inState("subnet", { type: "aws:ec2/subnet:Subnet" }),
      inState("lifecycle", { type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration" }),
      inState("component", { type: "other:module:Database", custom: false, id: undefined }),
      inState("read", { external: true }),
      inState("replaced", { pendingReplacement: true }),
    ];
    expect(lost(harmless, [])).to.deep.equal([]);
    expect(lost([inState("mail")], [], { level: "disposable" })).to.deep.equal([]);
  });

  it("may go when exactly that was approved, and its time has come", () => {
    const approval: Approval = {
      urn: urn("mail"),
      id: "https://sqs/mail",
      operation: "delete",
      phase: "destroy",
    };
    const after = (change: Partial<Approval>): readonly string[] =>
      lost([inState("mail")], [], { approvals: [{ ...approval, ...change }] });
    expect(after({})).to.deep.equal([]);
    expect(after({ phase: "unlock" })).to.deep.equal([urn("mail")]);
    expect(after({ operation: "loosen" })).to.deep.equal([urn("mail")]);
    expect(after({ operation: "replace" })).to.deep.equal([urn("mail")]);
    expect(after({ id: "https://sqs/usage" })).to.deep.equal([urn("mail")]);
  });
});

describe("what nothing holds in the state", () => {
  const context = { level: "development" } as const;
  const lostOf = (
    last: readonly StateResource[],
    registered: Parameters<typeof lostUnheld>[1],
    over: Partial<Parameters<typeof lostUnheld>[2]> = {},
  ): readonly string[] => lostUnheld(last, registered, { ...context, ...over }).map((loss) => loss.urn);
  const mail = inState("mail");

  it("is lost when the program has it no more, and at disposable nothing is", () => {
    expect(lostOf([mail], [])).to.deep.equal([urn("mail")]);
    expect(lostOf([mail], [], { level: "disposable" })).to.deep.equal([]);
  });

  it("is left alone where protection or the hook is there to judge it, and where it holds no data or is not its own", () => {
    const hooks = { resourceHooks: { BeforeDelete: ["groundwork-guard"] } };
    expect(lostOf([inState("mail", { protect: true })], [])).to.deep.equal([]);
    expect(lostOf([inState("mail", hooks)], [])).to.deep.equal([]);
    expect(lostOf([inState("mail", { resourceHooks: { BeforeDelete: ["other"] } })], [])).to.have.length(1);
    expect(lostOf([inState("mail", { external: true })], [])).to.deep.equal([]);
    const subnet = "aws:ec2/subnet:Subnet";
    expect(lostOf([inState("net", { type: subnet, urn: urn("net", subnet) })], [])).to.deep.equal([]);
  });

  it("is there under its URN, also before its id is known, and under its id after a renaming", () => {
    expect(lostOf([mail], [{ urn: urn("mail"), type }])).to.deep.equal([]);
    expect(lostOf([mail], [{ urn: urn("mail"), type, id: "https://sqs/mail" }])).to.deep.equal([]);
    const renamed = { urn: urn("post"), type, isAliased: true };
    expect(lostOf([mail], [{ ...renamed, id: "https://sqs/mail" }])).to.deep.equal([]);
    expect(lostOf([mail], [{ ...renamed, id: "https://sqs/post" }])).to.deep.equal([urn("mail")]);
  });

  it("is lost when something without an alias has its id: imported, or made by a call that answers with what is there", () => {
    expect(lostOf([mail], [{ urn: urn("post"), type, id: "https://sqs/mail" }])).to.deep.equal([urn("mail")]);
  });

  describe("and stands in the state more than once", () => {
    const id = "vol-1";
    const volume = "aws:ebs/volume:Volume";
    const entry = (name: string, over: Partial<StateResource> = {}): StateResource =>
      inState(name, { type: volume, urn: urn(name, volume), id, ...over });
    const held = entry("data", { protect: true });
    const has = (...names: readonly string[]): Parameters<typeof lostUnheld>[1] =>
      names.map((name) => ({ urn: urn(name, volume), type: volume, id }));

    it("is lost for each entry that the program does not have, whatever has the same id", () => {
      const twins = [held, entry("again"), entry("once-more")];
      expect(lostOf(twins, has("data"))).to.deep.equal([urn("again", volume), urn("once-more", volume)]);
      expect(lostOf([entry("data"), entry("again")], has("again"))).to.deep.equal([urn("data", volume)]);
      expect(lostOf(twins, has("data", "again", "once-more"))).to.deep.equal([]);
    });

    it("is lost under a URN that the state has, also when an alias says that it was renamed to that", () => {
      const aliased = has("data").map((one) => ({ ...one, isAliased: true }));
      expect(lostOf([held, entry("again")], aliased)).to.deep.equal([urn("again", volume)]);
    });

    it("is lost for what a replacement has left to be deleted, which protection does not hold", () => {
      const left = entry("data", { delete: true, protect: true });
      expect(lostOf([held, left], has("data"))).to.deep.equal([urn("data", volume)]);
      const hooked = { ...left, resourceHooks: { BeforeDelete: ["groundwork-guard"] } };
      expect(lostOf([held, hooked], has("data"))).to.deep.equal([]);
    });

    it("is not lost where the engine only forgets the entry", () => {
      expect(lostOf([held, entry("again", { retainOnDelete: true })], has("data"))).to.deep.equal([]);
      expect(
        lostOf([held, entry("data", { delete: true, retainOnDelete: true })], has("data")),
      ).to.deep.equal([]);
      expect(lostOf([held, entry("again", { pendingReplacement: true })], has("data"))).to.deep.equal([]);
    });

    it("says where it stands, and the call that takes an entry out", () => {
      const [loss] = lostUnheld([held, entry("again")], has("data"), context);
      expect(loss?.message).to.equal(
        "EBS volume again (id vol-1) was there in the last run and would not be there after this one, and with it " +
          `everything on it. The state has it twice: as ${urn("data", volume)}, which the program has, and as ` +
          `${urn("again", volume)}, which it does not; for that one the engine would delete the thing itself. Take that ` +
          "entry out of the state, which deletes nothing: " +
          `\`./groundwork exec -- pulumi state delete ${urn("again", volume)} --force --stack dev\`.`,
      );
    });
  });

  it("is another thing where its id is given once a region, an account or a cluster", () => {
    const table = "aws:dynamodb/table:Table";
    const here = inState("t", {
      type: table,
      urn: urn("t", table),
      id: "t",
      outputs: { region: "eu-west-1" },
    });
    const at = (place: object, over = {}): Parameters<typeof lostUnheld>[1] => [
      { urn: here.urn, type: table, id: "t", place, ...over },
    ];
    expect(lostOf([here], at({ region: "eu-west-1" }))).to.deep.equal([]);
    expect(lostOf([here], at({ region: "us-east-1" }))).to.deep.equal([here.urn]);
    const moved = { urn: urn("u", table), isAliased: true };
    expect(lostOf([here], at({ region: "eu-west-1" }, moved))).to.deep.equal([]);
    expect(lostOf([here], at({ region: "us-east-1" }, moved))).to.deep.equal([here.urn]);

    const namespace = "kubernetes:core/v1:Namespace";
    const provider = inState("k", {
      urn: urn("k", "pulumi:providers:kubernetes"),
      type: "pulumi:providers:kubernetes",
      id: "1",
      inputs: { clusterIdentifier: "one" },
    });
    const within = inState("n", {
      type: namespace,
      urn: urn("n", namespace),
      id: "n",
      provider: `${provider.urn}::1`,
    });
    const in_ = (cluster: string): Parameters<typeof lostUnheld>[1] => [
      { urn: within.urn, type: namespace, id: "n", place: { cluster } },
    ];
    expect(lostOf([provider, within], in_("one"))).to.deep.equal([]);
    expect(lostOf([provider, within], in_("two"))).to.deep.equal([within.urn]);
  });

  it("is lost when something else has come under its URN, and the old one is still to be deleted", () => {
    const replaced = [{ urn: urn("mail"), type, id: "https://sqs/other" }];
    expect(lostOf([mail], replaced)).to.deep.equal([urn("mail")]);
    expect(lostOf([inState("mail", { delete: true })], replaced)).to.deep.equal([urn("mail")]);
  });

  it("may go when its removal is approved and comes to its second run", () => {
    const approval = { urn: urn("mail"), id: "https://sqs/mail", operation: "delete" as const };
    expect(lostOf([mail], [], { approvals: [{ ...approval, phase: "destroy" }] })).to.deep.equal([]);
    expect(lostOf([mail], [], { approvals: [{ ...approval, phase: "unlock" }] })).to.have.length(1);
  });
});
