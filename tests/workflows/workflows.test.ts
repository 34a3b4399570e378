import { expect } from "chai";
import execa from "execa";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describeWith, installed } from "../support/real-parts";
import { scratch } from "../support/scratch";
import { Platform } from "./platform";
import { allSteps, checkout, filesWithSteps, scripts, textOf, workflow, workflowFiles } from "./workflow";

/** As GitHub takes it: the workflow that it is called by asks for it. */
const called = ["stack.yml", "stacks.yml"];

describe("the workflows", () => {
  it("are those that docs/ci.md speaks of", () => {
    const page = readFileSync(path.join(checkout, "docs/ci.md"), "utf8");
    expect(workflowFiles.filter((file) => !page.includes(`\`${file}\``))).to.deep.equal([]);
  });

  it("take actions of others by the digest of a commit, with the tag beside it, one of each", () => {
    const uses = filesWithSteps.flatMap((file) => textOf(file).match(/uses: .*/g) ?? []);
    const others = uses.filter((text) => !text.startsWith("uses: ./"));
    expect(others).to.have.length.greaterThan(10);
    expect(
      others.filter((text) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(text)),
    ).to.deep.equal([]);
    const names = [...new Set(others)].map((text) => text.split("@")[0]);
    expect(names).to.have.lengthOf(new Set(names).size);
  });

  it("read the project and nothing else, unless a job asks for more", () => {
    const more: Record<string, unknown> = {};
    for (const file of workflowFiles) {
      const { permissions, jobs } = workflow(file);
      expect(permissions, file).to.deep.equal({ contents: "read" });
      for (const [name, job] of Object.entries(jobs)) {
        if (job.permissions !== undefined)
          more[`${file} ${name}`] = Object.entries(job.permissions).map((one) => one.join(" "));
      }
    }
    const reads = "contents read";
    const logsIn = [reads, "id-token write"];
    expect(more).to.deep.equal({
      "apply.yml stack": logsIn,
      "destroy.yml destroy": logsIn,
      "destroy.yml plan": logsIn,
      "drift.yml drift": [...logsIn, "issues write"],
      "images.yml image": logsIn,
      "preview.yml preview": [...logsIn, "pull-requests write"],
      "releases.yml releases": ["contents write", "id-token write", "pull-requests write"],
      "stack.yml apply": logsIn,
      "stack.yml plan": logsIn,
    });
  });

  it("hold no secret, and put nothing from outside into a line of a shell", () => {
    for (const file of filesWithSteps) {
      expect(textOf(file), file).to.not.match(/\bsecrets\s*[.[]/);
    }
    const lines = allSteps().filter(({ run }) => run !== undefined);
    expect(lines.filter(({ run = "" }) => run.includes("${{")).map(({ where }) => where)).to.deep.equal([]);
    // What other people write: branches, titles, comments.
    for (const file of filesWithSteps) {
      expect(textOf(file), file).to.not.match(
        /head_ref|head\.ref|\.title|\.body\b|\.message|pull_request_target/,
      );
    }
  });

  it("leave no token in the checkout, but where a branch is pushed", () => {
    const keeping = allSteps().filter(
      ({ uses = "", with: given }) =>
        uses.startsWith("actions/checkout@") && given?.["persist-credentials"] !== false,
    );
    expect(keeping.map(({ where }) => where)).to.deep.equal(["workflows/releases.yml releases 0"]);
  });

  it("give a fork nothing", () => {
    const { on, jobs } = workflow("preview.yml");
    expect(Object.keys(on)).to.deep.equal(["pull_request"]);
    expect(jobs["stacks"]?.if).to.equal("github.event.pull_request.head.repo.full_name == github.repository");
    expect(jobs["preview"]?.needs).to.equal("stacks");
  });

  it("change a stack in its environment, one run at a time, and cut none off", () => {
    const changing = workflowFiles.flatMap((file) =>
      Object.entries(workflow(file).jobs)
        .filter(([, { steps = [] }]) => steps.some(({ with: given }) => given?.["role"] === "apply"))
        .map(([name, job]) => [`${file} ${name}`, job] as const),
    );
    expect(changing.map(([where]) => where)).to.deep.equal([
      "destroy.yml destroy",
      "images.yml image",
      "stack.yml apply",
    ]);
    for (const [where, job] of changing) {
      expect(job.environment, where).to.match(/^\$\{\{ needs\.\w+\.outputs\.environment \}\}$/);
      expect(job.concurrency, where).to.deep.equal({
        group: "apply-${{ inputs.stack }}",
        "cancel-in-progress": false,
      });
    }
  });

  it("end by themselves, and have bash stop at the first fault, in a pipe too", () => {
    for (const file of workflowFiles) {
      const { defaults, jobs } = workflow(file);
      const runs = Object.values(jobs).some(({ steps }) => steps !== undefined);
      if (runs) expect(defaults, file).to.deep.equal({ run: { shell: "bash" } });
      for (const [name, job] of Object.entries(jobs)) {
        if (job.uses === undefined) expect(job["timeout-minutes"], `${file} ${name}`).to.be.within(5, 360);
      }
    }
  });

  it("have no job of a stack where there are no stacks: GitHub ends a run with an empty matrix", () => {
    const jobs = workflowFiles.flatMap((file) =>
      Object.entries(workflow(file).jobs)
        .filter(([, { strategy }]) => strategy !== undefined)
        .map(([name, job]) => [`${file} ${name}`, job.if]),
    );
    expect(jobs).to.deep.equal(
      ["apply.yml stack", "drift.yml drift", "preview.yml preview", "releases.yml releases"].map((where) => [
        where,
        "needs.stacks.outputs.stacks != '[]'",
      ]),
    );
  });

  it("are called where they are made to be called", () => {
    const calls = workflowFiles.flatMap((file) =>
      Object.values(workflow(file).jobs).flatMap(({ uses }) =>
        uses === undefined ? [] : [path.basename(uses)],
      ),
    );
    expect([...new Set(calls)].sort()).to.deep.equal(called);
  });
});

describe("what the workflows call of GitHub", () => {
  let platform: Platform;
  const token = { GH_TOKEN: "a token" };
  const text = (said: string): string => {
    const file = path.join(mkdtempSync(path.join(scratch, "text-")), "file.md");
    writeFileSync(file, said);
    return file;
  };
  const call = async (...words: readonly string[]): Promise<void> => {
    const { failed, log } = await platform.one(words.map((word) => `'${word}'`).join(" "), token);
    expect(failed, log).to.equal(false);
  };
  beforeEach(() => {
    platform = new Platform(mkdtempSync(path.join(scratch, "project-")), scratch);
  });

  it("is one comment a stack, which a second push updates in place, whoever else has written one like it", async () => {
    await call(".github/scripts/comment", "7", "dev", text("first"));
    await call(".github/scripts/comment", "7", "prod", text("of production"));
    await call(".github/scripts/comment", "8", "dev", text("of another"));
    platform.keep(({ comments }) => {
      comments.unshift({ id: 99, issue: 7, user: { login: "somebody" }, body: "<!-- groundwork: dev -->" });
    });
    await call(".github/scripts/comment", "7", "dev", text("second"));
    expect(platform.kept().comments.map(({ issue, body }) => [issue, body])).to.deep.equal([
      [7, "<!-- groundwork: dev -->"],
      [7, "<!-- groundwork: dev -->\nsecond"],
      [7, "<!-- groundwork: prod -->\nof production"],
      [8, "<!-- groundwork: dev -->\nof another"],
    ]);
  });

  it("is one open issue of a title, which says what is newest, and is closed once", async () => {
    const issue = ".github/scripts/issue";
    await call(issue, "close", "Drift of dev");
    await call(issue, "open", "Drift of dev", text("first"));
    await call(issue, "open", "Drift of prod", text("of production"));
    await call(issue, "open", "Drift of dev", text("second"));
    await call(issue, "close", "Drift of prod");
    await call(issue, "close", "Drift of prod");
    expect(platform.kept().issues.map(({ state, title, body }) => [state, title, body])).to.deep.equal([
      ["open", "Drift of dev", "second"],
      ["closed", "Drift of prod", "of production"],
    ]);
    expect((await platform.one(`${issue} reopen "Drift of dev"`, token)).failed).to.equal(true);
  });

  it("takes a token, and what gh takes and nothing else", async () => {
    const said = async (line: string, env = token): Promise<string> => (await platform.one(line, env)).log;
    expect(await said("gh issue list --json title", {} as typeof token)).to.contain("set the GH_TOKEN");
    expect(await said("gh issue list --json title --titel x")).to.contain("unknown flag: --titel");
    expect(await said("gh issue close")).to.contain("takes 1 arguments, received 0");
    expect(await said("gh issue create --title x")).to.contain("must provide `--title` and `--body`");
    expect(await said(`gh issue create --title x --body-file '${text("x".repeat(65_537))}'`)).to.contain(
      "Body is too long (maximum is 65536 characters)",
    );
    expect(await said("gh repo delete")).to.contain('unknown command "repo delete"');
    expect(await said("gh api repos/other/repository/issues/1/comments")).to.contain("HTTP 404");
  });
});

const actionlint = installed(
  ["actionlint", "shellcheck"],
  "actionlint (go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12) and shellcheck",
);

describeWith("the workflows, to actionlint", actionlint, (found) => {
  it("have nothing wrong, and neither have the lines in them and the scripts that they call", async () => {
    const linted = await execa(found().actionlint, ["-no-color"], { cwd: checkout, reject: false });
    expect(linted.stdout + linted.stderr).to.equal("");
    const shell = await execa(
      found().shellcheck,
      scripts.map((name) => path.join(".github", name)),
      { cwd: checkout, reject: false },
    );
    expect(shell.stdout + shell.stderr).to.equal("");
  });
});
