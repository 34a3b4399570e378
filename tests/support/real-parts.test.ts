import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readEnvironment } from "../../settings/environment";

const checkout = path.join(__dirname, "../..");

/** Each hook says that it ran, and uses what is missing. */
const hooks = (suite: string): string =>
  ["before", "beforeEach", "afterEach", "after"]
    .map((hook) => `${hook}(() => { console.log("${hook} of ${suite}"); found().end(); });`)
    .join("\n");

const suites = `
import { both, describeWith, installed } from ${JSON.stringify(path.join(__dirname, "real-parts"))};
const node = installed(["node"], "Node.js");
const missing = installed(["node", "no-such-program"], "a program that there is not");
describeWith("outer", both(node, missing), (found) => {
  ${hooks("outer")}
  it("is never run", () => found().end());
  describe("inner", () => {
    ${hooks("inner")}
    it("is never run either", () => found().end());
  });
});
describeWith("beside", both(node, node), (found) => {
  before(() => console.log("before of beside"));
  after(() => console.log("after of beside"));
  it("is run", () => console.log(found().map(({ node }) => node.endsWith("/node")).join()));
});
`;

function run(CI: string | undefined): { readonly status: number | null; out: string; err: string } {
  const directory = mkdtempSync(path.join(tmpdir(), "groundwork-parts-"));
  try {
    const file = path.join(directory, "suites.test.ts");
    writeFileSync(file, suites);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [require.resolve("mocha/bin/mocha.js"), "--no-config", "--require", "tsx/cjs", file],
      {
        cwd: checkout,
        encoding: "utf8",
        env: { ...readEnvironment(checkout).variables, CI },
      },
    );
    return { status, out: stdout, err: stderr };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe("a suite that needs what is not there", () => {
  const skipped = '"outer" was skipped. It needs Node.js, and a program that there is not.';

  it("is skipped with all its hooks, and named at the end; another is run", () => {
    const { status, out, err } = run(undefined);
    expect(status, out).to.equal(0);
    expect(out).to.contain("1 passing").and.to.contain("2 pending").and.not.to.contain("failing");
    expect(out.match(/^\S+ of \S+$/gm)).to.deep.equal(["before of beside", "after of beside"]);
    expect(out).to.contain("true,true");
    expect(err).to.equal(`\n${skipped}\n`);
  });

  it("fails in CI, once, with what it needs", () => {
    const { status, out } = run("true");
    expect(status).to.equal(1);
    expect(out).to.contain("1 passing").and.to.contain("1 failing").and.to.contain(`Error: ${skipped}`);
    expect(out.match(/^\S+ of \S+$/gm)).to.deep.equal(["before of beside", "after of beside"]);
  });
});
