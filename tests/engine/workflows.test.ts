import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { scratch } from "../support/scratch";
import { Platform, type JobResult } from "../workflows/platform";
import { allSteps } from "../workflows/workflow";
import { Walk } from "./support/walk";

const account = "482913067251";
const role = (kind: string): string => `arn:aws:iam::${account}:role/groundwork-small-ci-${kind}`;

const inAccount = {
  "aws:region": "eu-west-1",
  "aws:allowedAccountIds": [account],
  "pulumi:disable-default-providers": ["aws", "azure-native", "kubernetes"],
  "groundwork:guard": { level: "disposable" },
};

/** Another stack's file has its roles: CI can take it down. */
const home = {
  ...inAccount,
  "groundwork:ci": {
    repository: "example/infrastructure",
    stack: "small",
    environment: "live",
    stateBucket: "example-state",
  },
};

const config = {
  ...inAccount,
  "groundwork:network": {
    cidrBlock: "10.10.0.0/16",
    availabilityZones: ["eu-west-1a", "eu-west-1b"],
    publicSubnets: ["10.10.0.0/22", "10.10.4.0/22"],
    privateSubnets: ["10.10.64.0/19", "10.10.96.0/19"],
    databaseSubnets: [],
    natGateways: "single",
  },
  "groundwork:messaging": { queues: { mail: {} } },
  "groundwork:workerGroups": {
    build: {
      amazonLinuxRelease: "2023.9.20251117.1",
      count: 1,
      scheduler: {
        apiAddress: "https://scheduler.example.com",
        host: "scheduler.example.com",
        publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample",
      },
      workerKey: { arn: `arn:aws:secretsmanager:eu-west-1:${account}:secret:worker-key-a1B2c3` },
      imageBuild: {},
    },
  },
};

/** A job that must be fine, with what it said where it is not. */
function fine(results: Readonly<Record<string, JobResult>>, name: string): JobResult {
  const result = results[name];
  expect(result, `${name} among ${Object.keys(results).join(", ")}`).to.not.equal(undefined);
  expect(result?.failed, result?.log).to.equal(false);
  return result as JobResult;
}

describe("the workflows, every line of them on the rehearsal", () => {
  let walk: Walk;
  let platform: Platform;

  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args], {
      cwd: walk.project,
      encoding: "utf8",
    });
  const artifact = (name: string, file: string): string =>
    path.join(platform.artifacts.get(name) ?? "nowhere", file);
  const event = {
    repository: { name: "infrastructure" },
    pull_request: { number: 7, head: { repo: { full_name: "example/infrastructure" } } },
  };
  const pullRequest = { github: { repository: "example/infrastructure", event } };

  before(() => {
    walk = Walk.whole();
    for (const stack of ["dev", "prod"]) rmSync(path.join(walk.project, `Pulumi.${stack}.yaml`));
    writeFileSync(path.join(walk.project, "Pulumi.small.yaml"), stringify({ config }));
    writeFileSync(path.join(walk.project, "Pulumi.account.yaml"), stringify({ config: home }));
    platform = new Platform(walk.project, walk.rehearsal);
    const remote = mkdtempSync(path.join(scratch, "remote-"));
    execFileSync("git", ["init", "--quiet", "--bare", remote]);
    git("init", "--quiet", "--initial-branch=main");
    git("add", "Pulumi.small.yaml", "Pulumi.account.yaml", "Pulumi.yaml");
    git("commit", "--quiet", "--message", "Begin");
    git("remote", "add", "origin", remote);
    git("push", "--quiet", "--set-upstream", "origin", "main");
    git("fetch", "--quiet");
  });

  it("check and honesty call what is there", async () => {
    fine(await platform.run("check.yml"), "check");
    fine(await platform.run("honesty.yml"), "honesty");
    fine(await platform.run("changes.yml"), "changes");
  });

  it("a pull request of a fork gets no job", async () => {
    const head = { repo: { full_name: "somebody/infrastructure" } };
    const contexts = {
      github: { ...pullRequest.github, event: { ...event, pull_request: { number: 8, head } } },
    };
    expect(await platform.run("preview.yml", contexts)).to.deep.equal({});
  });

  it("a pull request gets one comment a stack, updated in place, a page and a sealed plan", async () => {
    fine(await platform.run("preview.yml", pullRequest), "preview small");
    const [comment, ...others] = platform.kept().comments;
    expect(others).to.deep.equal([]);
    expect(comment).to.include({ issue: 7 });
    expect(comment?.body).to.match(/^<!-- groundwork: small -->\n/);
    for (const file of ["plan", "page.html", "comment.md"]) {
      expect(existsSync(artifact("preview-small", file)), file).to.equal(true);
    }
    // Sealed: what is in it is nobody's to read.
    expect(readFileSync(artifact("preview-small", "plan"), "utf8")).to.not.contain("small_mail");
    expect(platform.roles).to.deep.equal([role("plan")]);
  });

  it("what is merged is planned, shown, and applied as it was planned", async () => {
    platform.roles.length = 0;
    const results = await platform.run("apply.yml");
    const plan = fine(results, "stack small / plan");
    expect(plan.outputs).to.deep.equal({ changes: "true", environment: "live" });
    expect(plan.summary).to.contain("small");
    fine(results, "stack small / apply");
    expect(platform.roles).to.deep.equal([role("plan"), role("apply")]);
    expect(walk.cloud().some(({ type }) => type === "aws:sqs/queue:Queue")).to.equal(true);
    const before = walk.changes().length;
    const again = await platform.run("apply.yml");
    expect(fine(again, "stack small / plan").outputs["changes"]).to.equal("false");
    expect(Object.keys(again)).to.not.include("stack small / apply");
    expect(walk.changes()).to.have.lengthOf(before);
  });

  it("drift opens an issue where something moved, and says what", async () => {
    fine(await platform.run("drift.yml"), "drift small");
    expect(platform.kept().issues).to.deep.equal([]);
    walk.move("aws:sqs/queue:Queue", { visibilityTimeoutSeconds: 77 }, "messaging-mail");
    fine(await platform.run("drift.yml"), "drift small");
    const [issue, ...others] = platform.kept().issues;
    expect(others).to.deep.equal([]);
    expect(issue).to.include({ title: "Drift of small", state: "open" });
    expect(issue?.body).to.contain("77");
  });

  it("newer releases are one pull request a stack, of the stack's file alone", async () => {
    fine(await platform.run("releases.yml"), "releases small");
    const [pull, ...others] = platform.kept().pulls;
    expect(others).to.deep.equal([]);
    expect(pull).to.include({ base: "main", head: "releases/small", state: "open" });
    expect(git("diff", "--name-only", "origin/main", "origin/releases/small").trim()).to.equal(
      "Pulumi.small.yaml",
    );
    git("reset", "--quiet", "--hard", "origin/main");
  });

  it("an image is built, deployed and listed, and old ones are removed", async () => {
    const results = await platform.run("images.yml", { inputs: { stack: "small", group: "build" } });
    expect(fine(results, "image").summary).to.match(/ami-/);
  });

  it("a stack is taken down by what was sealed, when its name was typed twice", async () => {
    const refused = await platform.run("destroy.yml", { inputs: { stack: "small", confirm: "smal" } });
    expect(refused["plan"]?.failed).to.equal(true);
    expect(refused["plan"]?.log).to.contain("The two names differ. Nothing was touched.");
    expect(Object.keys(refused)).to.deep.equal(["plan"]);
    const own = { ...home, "groundwork:ci": { ...home["groundwork:ci"], stack: "account" } };
    writeFileSync(path.join(walk.project, "Pulumi.account.yaml"), stringify({ config: own }));
    const itself = await platform.run("destroy.yml", { inputs: { stack: "account", confirm: "account" } });
    expect(itself["plan"]?.log).to.contain("nobody can remove the role that he acts by");
    expect(Object.keys(itself)).to.deep.equal(["plan"]);
    git("checkout", "--quiet", "Pulumi.account.yaml");
    const results = await platform.run("destroy.yml", { inputs: { stack: "small", confirm: "small" } });
    expect(fine(results, "plan").summary).to.contain("messaging-mail");
    fine(results, "destroy");
    expect(walk.cloud().filter(({ type }) => type === "aws:sqs/queue:Queue")).to.deep.equal([]);
  });

  it("leave no line that was not run", () => {
    const lines = allSteps()
      .filter(({ run }) => run !== undefined)
      .map(({ where }) => where);
    expect(lines).to.have.length.greaterThan(30);
    expect(lines.filter((where) => !platform.lines.has(where))).to.deep.equal([]);
  });
});
