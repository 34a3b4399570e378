import { expect } from "chai";
import type { Approval } from "../../guard/approval";
import {
  hasBeenUnprotected,
  isLeftFree,
  lostResources,
  lostUnheld,
  type PresentResource,
  type StateResource,
} from "../../guard/last-state";

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
    expect(lostOf([mail], [{ urn: urn("post"), type, id: "https://sqs/mail" }])).to.deep.equal([]);
    expect(lostOf([mail], [{ urn: urn("post"), type, id: "https://sqs/post" }])).to.deep.equal([urn("mail")]);
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

describe("what the last run left free", () => {
  const hooks = { resourceHooks: { BeforeDelete: ["groundwork-guard"] } };

  it("has neither protection nor a lock", () => {
    expect(isLeftFree({ resources: [inState("mail")] }, type, urn("mail"))).to.equal(true);
    expect(isLeftFree({ resources: [inState("mail", { protect: true })] }, type, urn("mail"))).to.equal(
      false,
    );
    const table = "aws:dynamodb/table:Table";
    const of = (inputs: Record<string, unknown>): boolean =>
      isLeftFree(
        { resources: [inState("t", { type: table, urn: urn("t", table), inputs })] },
        table,
        urn("t", table),
      );
    expect(of({ deletionProtectionEnabled: false })).to.equal(true);
    expect(of({ deletionProtectionEnabled: true })).to.equal(false);
  });

  it("under a URN that the state does not have, is free only when nothing of its type is held", () => {
    expect(isLeftFree({ resources: [] }, type, urn("mail"))).to.equal(true);
    const earlier = { resources: [inState("earlier", { protect: true })] };
    expect(isLeftFree(earlier, type, urn("mail"))).to.equal(false);
  });

  it("is not known in a state that cannot be read", () => {
    expect(isLeftFree({ problem: "locked" }, type, urn("mail"))).to.equal(false);
  });

  it("lost its protection in an update, and not in a destroy that was refused", () => {
    const resources = [inState("mail", hooks)];
    expect(hasBeenUnprotected({ resources })).to.equal(true);
    expect(hasBeenUnprotected({ resources: [inState("mail", { ...hooks, protect: true })] })).to.equal(false);
    expect(isLeftFree({ resources, isSettled: true }, type, urn("mail"))).to.equal(true);
    expect(isLeftFree({ resources, isSettled: false }, type, urn("mail"))).to.equal(false);
  });
});
