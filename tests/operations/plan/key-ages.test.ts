import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import type { Step } from "../../../guard/step";
import { agedKeys } from "../../../operations/plan/key-ages";
import { state } from "../../guard/steps";
import { changed, settingsOf, type Config } from "../../settings/support";

describe("the age of a service user's key", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "groundwork-key-ages-"));
  const file = path.join(directory, "Pulumi.dev.yaml");
  after(() => rmSync(directory, { recursive: true }));

  const key = (slot: string, createDate: string, status = "Active"): Step => ({
    urn: `urn:pulumi:dev::groundwork::groundwork:users:ServiceUsers$aws:iam/accessKey:AccessKey::users-report_writer-key-${slot}`,
    ...{ type: "aws:iam/accessKey:AccessKey", op: "same", replaceKeys: [], changedKeys: [] },
    old: state({}, { id: `AKIA${slot.toUpperCase()}`, outputs: { createDate, status } }),
  });
  const warnings = (users: Config, ...steps: readonly Step[]): readonly string[] => {
    const config = changed({ "groundwork:users": users });
    writeFileSync(file, stringify({ config }));
    const now = new Date("2026-12-01T12:00:00Z");
    return agedKeys(settingsOf(config), file, steps, now).map(({ message }) => message);
  };

  it("is nothing to speak of for 90 days, and then said with the call that makes a new one", () => {
    expect(warnings({}, key("a", "2026-09-03T10:00:00Z"))).to.deep.equal([]);
    const [told, ...others] = warnings({}, key("a", "2026-09-02T10:00:00Z"));
    expect(others).to.deep.equal([]);
    expect(told).to.match(
      /^groundwork:users \(Pulumi\.dev\.yaml:\d+\): the key AKIAA of report_writer is 90 days old\. /,
    );
    expect(told).to.contain("`./groundwork iam dev report_writer rotate` makes a new one.");
    const patient = { rotation: { warnAfterDays: 365 } };
    expect(warnings(patient, key("a", "2026-09-02T10:00:00Z"))).to.deep.equal([]);
  });

  it("is that of the old one too, as long as it is active, with the call that gives it up", () => {
    const old = "2026-08-01T10:00:00Z";
    const [told] = warnings({}, key("a", old), key("b", "2026-11-01T10:00:00Z"));
    expect(told).to.contain("`./groundwork iam dev report_writer retire` gives it up.");
    expect(warnings({}, key("a", old, "Inactive"), key("b", "2026-11-01T10:00:00Z"))).to.deep.equal([]);
  });
});
