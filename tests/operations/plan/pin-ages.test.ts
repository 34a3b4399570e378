import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { agedPins } from "../../../operations/plan/pin-ages";
import { changed, settingsOf, type Config } from "../../settings/support";

describe("the age of what a stack file pins", () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-ages-"));
    file = path.join(directory, "Pulumi.dev.yaml");
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const fleet = { instanceTypes: ["t4g.small"] };
  const warnings = (changes: Readonly<Record<string, Config>>, day: string): readonly string[] => {
    const config = changed(changes);
    writeFileSync(file, stringify({ config }));
    return agedPins(settingsOf(config), file, new Date(`${day}T12:00:00Z`)).map(({ message }) => message);
  };
  const lineOf = (changes: Readonly<Record<string, Config>>, text: string): number =>
    stringify({ config: changed(changes) })
      .split("\n")
      .findIndex((line) => line.includes(text)) + 1;

  it("is nothing to speak of for 60 days, and then said in every preview with its line and what mends it", () => {
    const changes = {
      "groundwork:releases": { amazonLinux: "2023.12.20261021.0" },
      "groundwork:fleets": { api: fleet },
    };
    expect(warnings(changes, "2026-12-19")).to.deep.equal([]);
    expect(warnings(changes, "2026-12-20")).to.deep.equal([
      `groundwork:releases.amazonLinux (Pulumi.dev.yaml:${lineOf(changes, "amazonLinux")}) is 2023.12.20261021.0, 60 days old: machines that start from it ` +
        "lack every fix since then. `./groundwork releases dev bump amazon-linux` writes the newest.",
    ]);
  });

  it("is said once of what several settings name", () => {
    const amazonLinuxRelease = "2023.9.20251117.1";
    const changes = {
      "groundwork:fleets": { api: { ...fleet, amazonLinuxRelease }, vpn: { ...fleet, amazonLinuxRelease } },
    };
    expect(warnings(changes, "2026-12-01")).to.deep.equal([
      `groundwork:fleets.api.amazonLinuxRelease (Pulumi.dev.yaml:${lineOf(changes, "amazonLinuxRelease")}) and 1 more setting are ${amazonLinuxRelease}, ` +
        "379 days old: machines that start from it lack every fix since then. `./groundwork releases dev bump amazon-linux` writes the newest.",
    ]);
  });

  it("is that of the nodes' image too, and of nothing that has no day in its name", () => {
    const cluster = {
      version: "1.35",
      nodeReleaseVersion: "1.35.8-20260930",
      accessEntries: {
        platform: { principalArn: "arn:aws:iam::123456789012:role/platform", policy: "clusterAdmin" },
      },
      nodeGroups: { default: { instanceTypes: ["m7g.large"], minSize: 1, desiredSize: 1, maxSize: 1 } },
    };
    const changes = { "groundwork:network": { natGateways: "single" }, "groundwork:cluster": cluster };
    expect(warnings(changes, "2026-12-01").map((text) => text.replace(/ \(.*?\)/, ""))).to.deep.equal([
      "groundwork:cluster.nodeReleaseVersion is 1.35.8-20260930, 62 days old: these nodes lack every fix since then. " +
        "`./groundwork releases dev bump nodes` writes the newest.",
    ]);
    expect(warnings({}, "2030-01-01")).to.deep.equal([]);
  });
});
