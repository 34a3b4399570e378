import { expect } from "chai";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseDocument } from "yaml";
import { readEnvironment } from "../../settings/environment";
import { describeWith, installed } from "../support/real-parts";
import { standing } from "./support/standing";
import { Settings, type Walk } from "./support/walk";

const terminal = installed(["script"], "script of util-linux (Debian: apt-get install bsdutils)");

/** A role that nobody needs any more: the guard lets it go, once it has been asked. */
const leavesOut = (settings: Settings): void => {
  settings.remove("cluster", ["accessEntries", "developers"]);
};

/** All that the two runs may do together. */
const judgedAndLater = [
  "update aws:sqs/queue:Queue",
  "update aws:rds/instance:Instance",
  "delete aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  "delete aws:eks/accessEntry:AccessEntry",
];

describeWith("a change that is asked for on a terminal", terminal, () => {
  let walk: Walk;
  let temporary: string;
  /** What lay in the folder for temporary files while the question stood. */
  let plans: { readonly file: string; readonly mode: number; readonly folderMode: number; text: string }[];

  before(async () => {
    walk = await standing("dev");
    temporary = path.join(walk.rehearsal, "temporary");
    mkdirSync(temporary);
    walk.edit("dev", (settings) => {
      settings.set("database", ["backupRetentionDays"], 6);
    });
  });

  /** Runs `groundwork up dev --rehearse`; answers yes, after `meanwhile`. */
  async function up(meanwhile: () => void): Promise<{ readonly exitCode: number; readonly said: string }> {
    const command = `${process.execPath} bin/groundwork.js up dev --rehearse`;
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      cwd: walk.project,
      env: {
        ...readEnvironment(walk.project).variables,
        GROUNDWORK_REHEARSAL_DIR: walk.rehearsal,
        TMPDIR: temporary,
        NO_COLOR: "1",
      },
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const asked = said.includes("[y/N]");
      said += chunk.toString();
      if (!asked && said.includes("[y/N]")) {
        meanwhile();
        child.stdin.write("y\r");
      }
    });
    const exitCode = await new Promise<number>((resolve) => child.once("close", resolve));
    return { exitCode, said };
  }

  it("does nothing that was not in the preview: what was changed while the question stood is not done", async () => {
    const before = walk.changes().length;
    const { exitCode, said } = await up(() => {
      plans = plansIn(temporary);
      walk.edit("dev", leavesOut);
      // Without a rehearsal this would be the one file.
      const file = path.join(walk.rehearsal, "project", "Pulumi.dev.yaml");
      const document = parseDocument(readFileSync(file, "utf8"));
      leavesOut(new Settings(document));
      writeFileSync(file, document.toString());
    });
    expect(exitCode, said).to.equal(1);
    const text = said.replaceAll("\r", "");
    expect(text).to.contain("`./groundwork up dev --rehearse` broke off.");
    expect(text).to.contain("Something has changed since the preview that was judged");
    expect(text, "the first that the run would have done otherwise").to.contain(
      "violates plan: dependencies changed",
    );
    const calls = walk.changes().slice(before);
    expect(calls.filter(({ method }) => method === "delete")).to.deep.equal([]);
    // What was in the preview may have been done by then.
    const judged = ["update aws:rds/instance:Instance"];
    expect(judged).to.include.members(calls.map(({ method, type }) => `${method} ${type}`));
  });

  it("does nothing either where somebody moved the cloud while the question stood: the run reads it again, and ends", async () => {
    const before = walk.changes().length;
    const queue = "aws:sqs/queue:Queue";
    const { exitCode, said } = await up(() => {
      walk.move(queue, { visibilityTimeoutSeconds: 999 }, "messaging-mail");
    });
    expect(exitCode, said).to.equal(1);
    expect(said.replaceAll("\r", "")).to.contain("Something has changed since the preview that was judged");
    const calls = walk.changes().slice(before);
    expect(calls.filter(({ type }) => type === queue)).to.deep.equal([]);
  });

  it("keeps the plan where nobody else can read it, secrets encrypted, and no longer than it is needed", () => {
    expect(plans).to.have.length(1);
    const [plan] = plans;
    expect(plan?.mode, plan?.file).to.equal(0o600);
    expect(plan?.folderMode).to.equal(0o700);
    expect(plan?.text).to.contain("aws:rds/instance:Instance").and.to.contain('"ciphertext"');
    const password = walk
      .cloud()
      .find(({ type, name }) => type === "random:index/randomPassword:RandomPassword" && name !== "")
      ?.outputs["result"];
    expect(password).to.be.a("string").and.to.not.equal("");
    expect(plan?.text).to.not.contain(password);
    expect(plansIn(temporary)).to.deep.equal([]);
  });

  it("does it when it is called again, judged anew", async () => {
    walk.edit("dev", leavesOut);
    const before = walk.changes().length;
    await walk.done("up", "dev", "--rehearse", "--yes");
    const deleted = walk
      .changes()
      .slice(before)
      .map(({ method, type }) => `${method} ${type}`);
    expect(deleted).to.include.members([
      "delete aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
      "delete aws:eks/accessEntry:AccessEntry",
    ]);
    expect(judgedAndLater).to.include.members(deleted);
  });
});

function plansIn(folder: string): {
  readonly file: string;
  readonly mode: number;
  readonly folderMode: number;
  text: string;
}[] {
  return readdirSync(folder, { recursive: true })
    .map((entry) => path.join(folder, String(entry)))
    .filter(
      (file) => file.endsWith(".json") && path.basename(path.dirname(file)).startsWith("groundwork-plan-"),
    )
    .map((file) => ({
      file,
      mode: statSync(file).mode & 0o777,
      folderMode: statSync(path.dirname(file)).mode & 0o777,
      text: readFileSync(file, "utf8"),
    }));
}
