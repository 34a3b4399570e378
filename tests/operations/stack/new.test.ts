import { expect } from "chai";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { main } from "../../../operations/cli";
import { valuesOfOthers } from "../../../operations/plan/other-stacks";
import { loadStackFile } from "../../../settings/stack-file";
import type { StackSettings } from "../../../settings/load";
import { FakeTerminal } from "../../support/fake-terminal";

const checkout = path.join(__dirname, "../../..");
const answers = [
  "--aws-account",
  "111122223333",
  "--region",
  "us-east-1",
  "--prefix",
  "acme",
  "--domain",
  "-",
];

describe("the file of a new stack", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-new-"));
    for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"])
      copyFileSync(path.join(checkout, file), path.join(directory, file));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const call = async (...argv: string[]): Promise<{ exitCode: number; out: string; err: string }> => {
    const fake = new FakeTerminal();
    const exitCode = await main({
      argv: ["new", ...argv],
      projectDirectory: directory,
      terminal: fake.terminal,
    });
    return { exitCode, out: fake.out, err: fake.err };
  };
  const fileOf = (stack: string): string => path.join(directory, `Pulumi.${stack}.yaml`);
  const settingsOf = (stack: string): StackSettings =>
    loadStackFile(fileOf(stack), { project: "groundwork", stack }, { secretsAreSupplied: true });

  for (const [size, sections] of [
    ["small", ["messaging"]],
    ["data", ["alarms", "database", "messaging", "network", "reports", "users"]],
    ["whole", ["alarms", "cluster", "database", "mail", "messaging", "network", "reports", "users"]],
  ] as const) {
    it(`is right, ${size}, and has nothing of another stack`, async () => {
      const { exitCode, out } = await call("acme", ...answers, "--size", size);
      expect(exitCode).to.equal(0);
      expect(out).to.contain("`./groundwork rehearse acme`");
      const settings = settingsOf("acme");
      const always = ["guard", "iam", "sessions", "tags"];
      expect(
        Object.keys(settings.sections)
          .filter((name) => !always.includes(name))
          .sort(),
      ).to.deep.equal(sections);
      expect([settings.context.accountId, settings.context.region]).to.deep.equal([
        "111122223333",
        "us-east-1",
      ]);
      expect(valuesOfOthers(settings, fileOf("acme"))).to.deep.equal([]);
    });
  }

  it("takes addresses that no other stack has, one after the other", async () => {
    for (const [stack, block] of [
      ["one", "10.0.0.0/16"],
      ["two", "10.1.0.0/16"],
    ] as const) {
      await call(stack, ...answers, "--size", "data");
      expect(settingsOf(stack).sections.network).to.have.property("cidrBlock", block);
    }
  });

  it("is not written over another, nor with answers that make it wrong, and says by which option each is given", async () => {
    const before = readFileSync(fileOf("dev"), "utf8");
    expect((await call("dev", ...answers)).exitCode).to.equal(2);
    expect(readFileSync(fileOf("dev"), "utf8")).to.equal(before);
    const wrong = await call("acme", ...answers, "--size", "data", "--prefix", "A B");
    expect(wrong.exitCode).to.equal(2);
    expect(wrong.err).to.contain("groundwork:reports.bucket.name").and.to.contain('found "A B-acme-reports"');
    const size = await call("acme", ...answers, "--size", "huge");
    expect([size.exitCode, size.err.includes("--size huge: small, data or whole")]).to.deep.equal([2, true]);
    const silent = await call("acme");
    expect([silent.exitCode, silent.err.includes("say it by --aws-account")]).to.deep.equal([2, true]);
    expect(existsSync(fileOf("acme"))).to.equal(false);
    const elsewhere = await call("../acme", ...answers, "--size", "small");
    expect([elsewhere.exitCode, elsewhere.err.includes('cannot be called "../acme"')]).to.deep.equal([
      2,
      true,
    ]);
  });

  it("that was copied from another's has that one's values named, each with its line", () => {
    const copied = readFileSync(fileOf("dev"), "utf8").replace(
      'aws:allowedAccountIds: ["482913067251"]',
      'aws:allowedAccountIds: ["111122223333"]',
    );
    writeFileSync(fileOf("acme"), copied.replaceAll("dev_control_", "acme_control_"));
    const told = valuesOfOthers(settingsOf("acme"), fileOf("acme")).map(({ message }) => message);
    const line = (text: string): number => copied.split("\n").findIndex((one) => one.includes(text)) + 1;
    expect(told).to.include.members([
      `groundwork:cluster.accessEntries.deploy.principalArn (Pulumi.acme.yaml:${line("role/groundwork-deploy")}) is of account ` +
        "482913067251, in which the stack dev lives; acme lives in 111122223333.",
      `groundwork:reports.bucket.name (Pulumi.acme.yaml:${line("name: weaveworks-dev-reports")}) is that of the stack dev: S3 has each name once.`,
      `groundwork:network.cidrBlock (Pulumi.acme.yaml:${line("cidrBlock: 10.10.0.0/16")}) overlaps 10.10.0.0/16 of the stack dev: the two can never be peered.`,
    ]);
    expect(told.filter((one) => one.includes("frontend"))).to.have.length(1);
    writeFileSync(fileOf("dev"), "config: [\n");
    expect(valuesOfOthers(settingsOf("acme"), fileOf("acme")).map(({ message }) => message)).to.deep.equal([
      "Pulumi.dev.yaml cannot be read: whether acme has something of that stack is not known.",
    ]);
  });

  it("is not what the committed ones have of one another", () => {
    for (const stack of ["dev", "prod"])
      expect(valuesOfOthers(settingsOf(stack), fileOf(stack))).to.deep.equal([]);
  });
});
