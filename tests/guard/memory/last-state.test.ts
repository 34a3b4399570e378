import { expect } from "chai";
import { hasBeenUnprotected, isLeftFree, type StateResource } from "../../../guard/memory/last-state";

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
