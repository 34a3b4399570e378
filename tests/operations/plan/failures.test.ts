import { expect } from "chai";
import { readFileSync } from "node:fs";
import { engineErrors } from "../../../operations/plan/diagnostics";
import type { EngineFailure } from "../../../operations/engine/automation";
import { brokenOff, failureOf } from "../../../operations/plan/failures";
import { readPlan } from "../../../operations/plan/plan";
import { devStack, recorded } from "../fixtures";

const lineOf = (key: string): number =>
  readFileSync(devStack.settingsFile, "utf8")
    .split("\n")
    .findIndex((line) => line.includes(`${key}:`)) + 1;

const failure = (kind: EngineFailure["kind"], stderr = ""): EngineFailure => ({ kind, stderr });

describe("a preview that the engine could not finish", () => {
  it("is a wrong call when the backend has no such stack, and says how to make one", () => {
    const error = failureOf(devStack, "preview", failure("missing"), []);
    expect(error.exitCode).to.equal(2);
    expect(error.message).to.contain("`./groundwork stack init dev`");
    expect(error.message).to.contain("Nothing was touched.");
  });

  it("is a wrong setting when the program says so", () => {
    const errors = [{ urn: undefined, message: "SettingsError: The settings of stack dev have 1 problem" }];
    expect(failureOf(devStack, "preview", failure("failed"), errors).exitCode).to.equal(2);
    const told = [
      { urn: undefined, message: "The settings of stack dev have 2 problems; nothing was touched." },
    ];
    expect(failureOf(devStack, "preview", failure("failed"), told).exitCode).to.equal(2);
  });

  it("is a failure otherwise, with the engine's errors", () => {
    const error = failureOf(devStack, "preview", failure("failed"), [
      { urn: "a::b::c::name", message: "boom" },
    ]);
    expect(error.exitCode).to.equal(1);
    expect(error.message).to.equal("The preview of dev failed. Nothing was touched.\nname: boom");
  });

  it("has the end of what the engine wrote when it reported no error", () => {
    const stderr = Array.from({ length: 30 }, (_value, i) => `line ${i + 1}`).join("\n\n");
    const { message } = failureOf(devStack, "preview", failure("failed", stderr), []);
    expect(message.split("\n").slice(1)).to.deep.equal(
      Array.from({ length: 20 }, (_value, i) => `line ${i + 11}`),
    );
  });

  it("says where to look when a file of the state is cut off, as a full disk leaves it", () => {
    const { message } = failureOf(
      devStack,
      "preview",
      failure("failed", "error: unexpected end of JSON input"),
      [],
    );
    expect(message)
      .to.contain("`./groundwork state lock dev`")
      .and.to.contain("`./groundwork state unlock dev`");
  });

  it("says who holds the lock, and how to break it", () => {
    const error = failureOf(devStack, "preview", failure("locked", "created by ann@laptop (pid 12)"), []);
    expect(error.exitCode).to.equal(1);
    expect(error.message).to.contain("groundwork state unlock dev");
    expect(error.message).to.contain("created by ann@laptop (pid 12)");
  });
});

describe("a change that broke off", () => {
  const events = recorded("failed-up");

  it("says at what, what is done, what is not, and how to go on", () => {
    const error = brokenOff(devStack, "./groundwork up dev", readPlan(events), failure("failed"), events);
    expect(error.exitCode).to.equal(1);
    expect(error.message.split("\n")).to.deep.equal([
      "`./groundwork up dev` broke off.",
      "new: quota exceeded",
      "",
      "Done and recorded in the state: 0 resources.",
      "Failed:",
      "  create fake:index:Thing new",
      "",
      "new: A quota is used up. Have it raised where that can be (Service Quotas). Or ask for less in groundwork:network (Pulumi.dev.yaml:" +
        `${lineOf("groundwork:network")}); then \`./groundwork up dev\` goes on from here.`,
      "`./groundwork preview dev` shows what is left.",
    ]);
    expect(error.problems).to.deep.equal(engineErrors(events));
  });

  it("names what it did not come to", () => {
    const { message } = brokenOff(
      devStack,
      "./groundwork up dev",
      readPlan(recorded("create")),
      failure("failed", "killed"),
      [],
    );
    expect(message).to.contain("\nkilled\n");
    expect(message).to.contain("\nNot done:\n  create fake:index:Thing a\n");
    expect(message).to.not.contain("Failed:");
  });
});
