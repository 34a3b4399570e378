import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { standingCluster } from "./support/cluster-stack";
import { documentOf, type Walk } from "./support/walk";

interface SmokeDocument {
  readonly stack: string;
  readonly result: string;
  readonly host: string | null;
  readonly steps: readonly { readonly step: string; readonly ok: boolean; readonly problem?: string }[];
  readonly requests: {
    readonly total: number;
    readonly failed: number;
    readonly byVersion: Readonly<Record<string, number>>;
  };
}

const deployment = "kubernetes:apps/v1:Deployment";

describe("groundwork smoke", () => {
  let walk: Walk;
  const smoke = async (
    ...args: string[]
  ): Promise<{ exitCode: number; document: SmokeDocument; stderr: string }> => {
    const result = await walk.groundwork("smoke", "dev", "--rehearse", "--json", ...args);
    return {
      exitCode: result.exitCode,
      document: documentOf(result) as unknown as SmokeDocument,
      stderr: result.stderr,
    };
  };
  const existing = (): string[] => walk.cloud().map(({ type, id }) => `${type} ${id}`);
  const faults = (list: readonly object[]): string => {
    const file = path.join(walk.project, "faults.yaml");
    writeFileSync(file, stringify(list));
    return file;
  };
  /** As a machine's sudden end leaves it. */
  const lockedByADeadProcess = (): void => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const folder = path.join(walk.rehearsal, "state/.pulumi/locks/organization/groundwork-smoke/dev");
    mkdirSync(folder, { recursive: true });
    const timestamp = new Date().toISOString();
    writeFileSync(
      path.join(folder, "0a1b2c3d-0000-4000-8000-000000000000.json"),
      JSON.stringify({ pid, username: "somebody", hostname: hostname(), timestamp }),
    );
  };
  beforeEach(async () => {
    walk = await standingCluster();
  });

  it("deploys, reaches, scales and rolls without a failed request, and leaves nothing", async () => {
    const before = existing();
    const { exitCode, document, stderr } = await smoke();
    expect(exitCode, stderr).to.equal(0);
    expect(document.result).to.equal("passed");
    expect(document.steps.map(({ step, ok }) => `${step}: ${ok}`)).to.deep.equal([
      "deploy version 1: true",
      "reach it through its load balancer: true",
      "scale to 3: true",
      "roll to version 2: true",
      "see that version 2 alone answers: true",
      "go on requesting while old pods end, and count: true",
      "take everything down: true",
    ]);
    expect(document.host).to.match(/\.elb\.eu-west-1\.amazonaws\.com$/);
    expect(document.requests.failed).to.equal(0);
    expect(Object.keys(document.requests.byVersion)).to.have.members(["1.0.0", "2.0.0"]);
    expect(document.requests.total).to.equal(
      Object.values(document.requests.byVersion).reduce((sum, number) => sum + number, 0),
    );
    expect(existing()).to.have.members(before);
    // Nothing of the environment's own state was touched.
    const after = await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(after.exitCode, after.stdout).to.equal(0);
  });

  it("fails when the update fails, says at what, and takes everything down", async () => {
    const before = existing();
    const { exitCode, document, stderr } = await smoke(
      "--faults",
      faults([
        {
          match: { type: deployment, name: "smoke", method: "update" },
          nth: 2,
          fault: "error",
          message: "no",
        },
      ]),
    );
    expect(exitCode).to.equal(1);
    expect(document.result).to.equal("failed");
    expect(document.steps.filter(({ ok }) => !ok)).to.have.length(1);
    expect(document.steps.find(({ ok }) => !ok)).to.include({ step: "roll to version 2" });
    expect(stderr).to.include("Failed: roll to version 2.");
    expect(existing()).to.have.members(before);
  });

  it("takes down what an earlier one left before it begins", async () => {
    const before = existing();
    const left = await smoke(
      "--faults",
      faults([
        {
          match: { type: deployment, name: "smoke", method: "delete" },
          fault: "error",
          message: "no",
          times: 9,
        },
      ]),
    );
    expect(left.exitCode).to.equal(1);
    expect(left.stderr).to.include("./groundwork smoke --clean dev --rehearse");
    expect(existing()).to.not.have.members(before);
    lockedByADeadProcess();
    const next = await smoke();
    expect(next.exitCode, next.stderr).to.equal(0);
    expect(next.stderr).to.match(/An earlier smoke of dev left \d+ resources?: deleting them first\./);
    expect(next.stderr).to.include("died and left its lock: breaking it");
    expect(existing()).to.have.members(before);
  });

  it("is refused without images, and says how to get their digests", async () => {
    walk.edit("dev", (settings) => {
      settings.remove("cluster", ["smoke", "images"]);
    });
    const result = await walk.groundwork("smoke", "dev", "--rehearse");
    expect(result.exitCode).to.equal(2);
    expect(result.stderr).to.include("groundwork:cluster smoke.images is not set in Pulumi.dev.yaml");
    expect(result.stderr).to.include("docker buildx imagetools inspect");
  });
});
