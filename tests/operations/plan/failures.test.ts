import type { EngineEvent } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { engineErrors } from "../../../operations/plan/diagnostics";
import type { EngineFailure } from "../../../operations/engine/automation";
import { brokenOff, failureOf } from "../../../operations/plan/failures";
import { planOf, readPlan, type PlannedStep } from "../../../operations/plan/plan";
import { devStack, recorded, thing } from "../fixtures";

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
      "Failed (1 resource):",
      "  create fake:index:Thing new",
      "",
      "new: quota exceeded",
      "",
      "new: A quota is used up. Have it raised where that can be (Service Quotas). Or ask for less in groundwork:network (Pulumi.dev.yaml:" +
        `${lineOf("groundwork:network")}); then \`./groundwork up dev\` continues from here.`,
      "More: docs/failures.md#quota",
      "",
      "Done and recorded in the state: 0 resources; failed: 1; not done: 0. What failed is in the state as it was before, or as far as it came. " +
        "`./groundwork preview dev` shows what is left.",
    ]);
    expect(error.problems).to.deep.equal(engineErrors(events));
  });

  it("of a destroy leads to the destroy, which says first what is left", () => {
    const [one] = readPlan(recorded("create")).outcome.filter(({ type }) => type === "fake:index:Thing");
    const plan = planOf([{ ...(one as PlannedStep), op: "delete" }], []);
    const { message } = brokenOff(
      devStack,
      "./groundwork destroy dev",
      plan,
      failure("failed", "killed"),
      [],
    );
    expect(message).to.contain("not done: 1. `./groundwork destroy dev` says first what is left.");
    expect(message).to.not.contain("preview");
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
    expect(message).to.contain("\nNot done (1 resource):\n  create fake:index:Thing a\n");
    expect(message).to.not.contain("Failed");
  });

  it("names what there is much of by type, and the reason after it", () => {
    const [one] = readPlan(recorded("create")).outcome.filter(({ type }) => type === "fake:index:Thing");
    const steps = Array.from({ length: 40 }, (_, i) => ({
      ...(one as PlannedStep),
      ...{ urn: `urn:${i}`, name: `thing-${i}`, type: `fake:index:Type${i % 20}` },
    }));
    const lines = brokenOff(
      devStack,
      "./groundwork up dev",
      planOf(steps, []),
      failure("failed", "killed"),
      [],
    ).message.split("\n");
    expect(lines.slice(1, 4)).to.deep.equal([
      "Not done (40 resources):",
      "  create fake:index:Type0 thing-0, thing-20",
      "  create fake:index:Type1 thing-1, thing-21",
    ]);
    expect(lines.slice(7)).to.deep.equal([
      "  create fake:index:Type5 thing-5, thing-25",
      "  and 14 more types",
      "",
      "killed",
      "",
      "Nothing is known here of this error. `./groundwork up dev` tries again, and ends the same way as long as what the error names is as it is.",
      "More: docs/failures.md#unknown",
      "",
      "Done and recorded in the state: 0 resources; failed: 0; not done: 40. `./groundwork preview dev` shows what is left.",
    ]);
  });

  it("counts a replacement as half done while the old one still stands", () => {
    const all = recorded("mixed");
    const plan = readPlan(all);
    const made = (op: string, urn: string): EngineEvent => {
      const found = all.find(
        ({ resourcePreEvent: pre }) => pre?.metadata.op === op && pre.metadata.urn === urn,
      );
      return { sequence: 0, timestamp: 0, resOutputsEvent: found?.resourcePreEvent };
    };
    const told = (...done: EngineEvent[]): string =>
      brokenOff(devStack, "./groundwork up dev", plan, failure("failed", "killed"), done).message;
    const half = told(made("create-replacement", thing("rep")));
    expect(half).to.contain("recorded in the state: 0 resources; failed: 0; not done: ");
    expect(half).to.contain(
      "\nReplaced, and the old one still stands, until the next run deletes it (1 resource):\n  replace fake:index:Thing rep\n",
    );
    const whole = told(made("create-replacement", thing("rep")), made("delete-replaced", thing("rep")));
    expect(whole).to.contain("recorded in the state: 1 resource; ").and.not.contain("still stands");
  });

  it("is what was asked for where a person has stopped it, and no error of whoever was stopped", () => {
    const stopping = AbortSignal.abort();
    const canceled = {
      ...{ sequence: 0, timestamp: 0 },
      diagnosticEvent: {
        severity: "error",
        message: "failed to run remediation: context canceled",
        color: "",
      },
    } as unknown as EngineEvent;
    const { message } = brokenOff(
      { ...devStack, stopping },
      "./groundwork up dev",
      readPlan(recorded("create")),
      failure("failed", "killed"),
      [canceled],
    );
    expect(message.split("\n")[0]).to.equal(
      "`./groundwork up dev` broke off, as it was asked to. What had begun has ended first.",
    );
    expect(message).to.not.contain("context canceled").and.not.contain("killed");
  });
});
