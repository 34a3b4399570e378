import { expect } from "chai";
import { engineErrors, isMandatory, policyViolations } from "../../../operations/plan/diagnostics";
import { recorded, recordedText, thing } from "../fixtures";

describe("what the engine reported", () => {
  it("lists an error with its resource, and not the engine's last word that it failed", () => {
    const errors = engineErrors(recorded("hook-veto"));
    expect(errors).to.deep.equal([
      { urn: thing("hook"), message: 'Preview failed: hook "hook-hook" was not registered' },
    ]);
  });

  it("never takes up debug messages, in which the engine prints secrets in clear", () => {
    expect(recordedText("create")).to.contain("hunter4");
    expect(JSON.stringify(engineErrors(recorded("create")))).to.equal("[]");
  });

  it("drops the engine's colour marks and the program's colours", () => {
    const message = "<{%fg 1%}>bad<{%reset%}> \u001b[31mthing\u001b[39m\n";
    const errors = engineErrors([
      {
        sequence: 0,
        timestamp: 0,
        diagnosticEvent: { message, color: "never", severity: "error", urn: "" },
      },
    ]);
    expect(errors).to.deep.equal([{ urn: undefined, message: "bad thing" }]);
  });

  it("lists policy violations, mandatory ones first", () => {
    const violations = policyViolations(recorded("policy-violation"));
    expect(violations).to.deep.equal([
      { policy: "no-bad", level: "mandatory", urn: thing("keep"), message: "d\nbad is set" },
      { policy: "no-bad", level: "mandatory", urn: thing("chg"), message: "d\nbad is set" },
      { policy: "no-meh", level: "advisory", urn: thing("keep"), message: "d\nmeh is set" },
    ]);
    expect(violations.map(isMandatory)).to.deep.equal([true, true, false]);
  });

  it("takes a level that it does not know for mandatory", () => {
    expect(isMandatory({ policy: "x", level: "remediate", urn: null, message: "" })).to.equal(true);
  });
});
