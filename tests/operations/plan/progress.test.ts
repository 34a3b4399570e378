import { expect } from "chai";
import { Progress } from "../../../operations/plan/progress";
import { recorded } from "../fixtures";
import { FakeTerminal } from "../../support/fake-terminal";

describe("progress", () => {
  it("says when a resource is done, with the time it took, and nothing of components and providers", () => {
    const fake = new FakeTerminal();
    let now = 0;
    const progress = new Progress(fake.output(), () => now);
    const events = recorded("mixed").filter(({ resourcePreEvent }) => resourcePreEvent !== undefined);
    const update = events.find(({ resourcePreEvent }) => resourcePreEvent?.metadata.op === "update");
    for (const event of events) {
      progress.onEvent(event);
    }
    now = 2500;
    const metadata = update?.resourcePreEvent?.metadata;
    if (metadata === undefined) {
      throw new Error("the recording has no update");
    }
    progress.onEvent({ sequence: 0, timestamp: 0, resOutputsEvent: { metadata } });
    progress.stop();
    expect(fake.err).to.equal("  updated fake:index:Thing chg (2.5 s)\n");
    expect(fake.out).to.equal("");
  });

  it("says what failed", () => {
    const fake = new FakeTerminal();
    const progress = new Progress(fake.output(), () => 0);
    for (const event of recorded("failed-up")) {
      progress.onEvent(event);
    }
    progress.stop();
    expect(fake.err).to.equal("  failed creating fake:index:Thing new after 0.0 s\n");
  });
});
