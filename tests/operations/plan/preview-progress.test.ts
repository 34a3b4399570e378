import { expect } from "chai";
import { PreviewProgress } from "../../../operations/plan/preview-progress";
import { recorded } from "../fixtures";
import { FakeTerminal } from "../../support/fake-terminal";

/** How far it says it is when `seconds` have passed. */
function toldAfter(seconds: number, expected: number, terminal: FakeTerminal): void {
  let now = 0;
  const progress = new PreviewProgress(terminal.output(), "dev", expected, () => now);
  for (const event of recorded("mixed")) {
    progress.onEvent(event);
  }
  now = seconds * 1000;
  progress.tick();
  progress.stop();
}

describe("how far a preview is", () => {
  it("is a line each ten seconds where none can be written over, with what there is of it and where it is", () => {
    const early = new FakeTerminal();
    toldAfter(9, 301, early);
    expect(early.err).to.equal("");
    const late = new FakeTerminal();
    toldAfter(12, 301, late);
    expect(late.err).to.equal("Previewing dev  8 of about 301  network …  12 s\n");
    const first = new FakeTerminal();
    toldAfter(12, 0, first);
    expect(first.err).to.equal("Previewing dev  8  network …  12 s\n");
  });

  it("is one living line on a terminal, which goes in the end", () => {
    const terminal = new FakeTerminal(true);
    toldAfter(2, 301, terminal);
    expect(terminal.err).to.equal("Previewing dev  8 of about 301  network …  2.0 s\r\u001b[2K");
  });
});
