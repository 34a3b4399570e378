import { expect } from "chai";
import execa from "execa";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { main } from "../../../operations/cli";
import { readEnvironment } from "../../../settings/environment";
import { FakeTerminal } from "../../support/fake-terminal";

const checkout = path.join(__dirname, "../../..");

const stackFile = `# Ours.
config:
  aws:region: eu-west-1
  aws:allowedAccountIds: ["123456789012"]
  pulumi:disable-default-providers: [aws, azure-native, kubernetes]
  groundwork:guard: { level: development }
  groundwork:network:
    cidrBlock: 10.10.0.0/16
    availabilityZones: [eu-west-1a, eu-west-1b]
    publicSubnets: [10.10.0.0/22, 10.10.4.0/22]
    privateSubnets: [10.10.64.0/19, 10.10.96.0/19]
    databaseSubnets: [10.10.128.0/24, 10.10.129.0/24]
  groundwork:cluster:
    version: '1.34' # tried first
    accessEntries:
      platform: { principalArn: "arn:aws:iam::123456789012:role/platform", policy: clusterAdmin }
    nodeGroups:
      default: { instanceTypes: [m7g.large], minSize: 2, desiredSize: 2, maxSize: 4 }
      old: { instanceTypes: [m7i.large], minSize: 0, desiredSize: 0, maxSize: 4, releaseVersion: 1.34.6-20260831 }
    addons:
      kube-proxy: v1.34.3-eksbuild.1 # with the cluster
  groundwork:database:
    engineVersion: "16.11"
    instanceClass: db.t4g.medium
    allocatedStorage: 20
    backupRetentionDays: 7
  groundwork:releases:
    amazonLinux: 2023.9.20251117.1 # a year old
    ubuntu: 24.04-20260731
  groundwork:fleets:
    api: { instanceTypes: [t4g.small] }
    slow: { instanceTypes: [m7i.large], amazonLinuxRelease: "2023.12.20260831.0" }
`;

type Row = Readonly<Record<string, unknown>>;

describe("groundwork releases, rehearsed", () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-releases-"));
    cpSync(path.join(checkout, "Pulumi.yaml"), path.join(directory, "Pulumi.yaml"));
    file = path.join(directory, "Pulumi.dev.yaml");
    writeFileSync(file, stackFile);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  async function run(...argv: string[]): Promise<{ exitCode: number; out: string; err: string }> {
    const fake = new FakeTerminal();
    const variables = { ...readEnvironment(checkout).variables, HOME: directory };
    const exitCode = await main({
      argv: ["releases", "dev", ...argv, "--rehearse"],
      projectDirectory: directory,
      terminal: fake.terminal,
      variables,
    });
    return { exitCode, out: fake.out, err: fake.err };
  }
  const documentOf = ({ out }: { readonly out: string }): Row => JSON.parse(out) as Row;
  const text = (): string => readFileSync(file, "utf8");
  const rowOf = (rows: unknown, setting: string): Row | undefined =>
    (rows as readonly Row[]).find((row) => row["setting"] === setting);

  it("shows every pin with its line, what is newest, and the end of its support", async () => {
    const result = await run("--json");
    expect(result.exitCode, result.err).to.equal(0);
    const { releases: rows } = documentOf(result);
    expect(rowOf(rows, "groundwork:database.engineVersion")).to.deep.equal({
      kind: "postgresql",
      setting: "groundwork:database.engineVersion",
      file: "Pulumi.dev.yaml",
      line: 23,
      value: "16.11",
      held: null,
      published: null,
      ageDays: null,
      next: "16.13",
      newest: "18.3",
      supportEnds: "2029-02-28",
      withdrawn: null,
      note: null,
    });
    expect(rowOf(rows, "groundwork:cluster.version")).to.deep.include({
      line: 14,
      next: "1.35",
      newest: "1.36",
    });
    expect(rowOf(rows, "groundwork:cluster.nodeReleaseVersion")).to.deep.include({
      value: null,
      next: "1.34.9-20261110",
    });
    expect(rowOf(rows, "groundwork:cluster.nodeGroups.old.releaseVersion")).to.deep.include({
      value: "1.34.6-20260831",
      published: "2026-08-31",
      next: "1.34.9-20261110",
      supportEnds: "2026-12-02",
    });
    expect(rowOf(rows, "groundwork:cluster.addons.kube-proxy")).to.deep.include({
      next: "v1.34.3-eksbuild.2",
    });
    expect(rowOf(rows, "groundwork:releases.amazonLinux")).to.deep.include({
      line: 28,
      published: "2025-11-17",
      next: "2023.12.20261116.0",
      supportEnds: "2029-06-30",
      note: "deprecated from 2026-02-15 on: it can still be started",
    });
    expect(rowOf(rows, "groundwork:releases.ubuntu")).to.deep.include({
      next: "24.04-20261118",
      supportEnds: "2029-05-31",
    });
    expect(rowOf(rows, "groundwork:fleets.slow.amazonLinuxRelease")).to.deep.include({
      next: "2023.12.20261116.0",
    });
    expect(rowOf(rows, "@pulumi/aws")).to.deep.include({
      kind: "providers",
      file: "package.json",
      newest: null,
      note: "not asked: a rehearsal asks nobody outside",
    });
  });

  it("says in each row why it was not asked, where AWS takes no credentials, and ends well", async () => {
    const fake = new FakeTerminal();
    const variables = {
      PATH: "",
      HOME: directory,
      AWS_EC2_METADATA_DISABLED: "true",
      npm_config_registry: "http://127.0.0.1:1",
    };
    const exitCode = await main({
      argv: ["releases", "dev", "--rehearse", "--account", "999999999999", "--json"],
      projectDirectory: directory,
      terminal: fake.terminal,
      variables,
    });
    expect(exitCode, fake.err).to.equal(0);
    const { releases: rows } = documentOf(fake);
    const row = rowOf(rows, "groundwork:database.engineVersion");
    expect(row).to.deep.include({ value: "16.11", supportEnds: "2029-02-28", newest: null });
    expect(row?.["note"]).to.match(
      /^not asked: The AWS credentials are of account 999999999999; dev lives in 123456789012/,
    );
  });

  it("writes patches, and no step that nobody named; comments, quotes and order stay", async () => {
    const result = await run("bump", "--yes");
    expect(result.exitCode, result.err).to.equal(0);
    const addons = [
      "vpc-cni: v1.20.4",
      "eks-pod-identity-agent: v1.3.9",
      "coredns: v1.13.1",
      "aws-ebs-csi-driver: v1.50.1",
      "metrics-server: v0.8.0",
    ];
    expect(text()).to.equal(
      stackFile
        .replace("# tried first\n", "# tried first\n    nodeReleaseVersion: 1.34.9-20261110\n")
        .replace("1.34.6-20260831", "1.34.9-20261110")
        .replace(
          "v1.34.3-eksbuild.1 # with the cluster\n",
          `v1.34.3-eksbuild.2 # with the cluster\n${addons.map((line) => `      ${line}-eksbuild.2\n`).join("")}`,
        )
        .replace("16.11", "16.13")
        .replace("2023.9.20251117.1", "2023.12.20261116.0")
        .replace("2023.12.20260831.0", "2023.12.20261116.0")
        .replace("24.04-20260731", "24.04-20261118"),
    );
    expect(result.out).to.contain('- 23: engineVersion: "16.11"\n');
    expect(result.out).to.contain('engineVersion: "16.13"\n');
    expect(result.out).to.contain("It takes effect with: ./groundwork up dev --rehearse");
    expect(await run("bump", "--yes")).to.deep.include({ exitCode: 0 });
    expect((await run("bump", "--yes")).out).to.contain(
      "Nothing newer is known for Pulumi.dev.yaml. Nothing was touched.",
    );
  });

  it("takes Kubernetes one minor version on where it is named, and what the file pins for it along", async () => {
    const result = await run("bump", "kubernetes", "--yes");
    expect(result.exitCode, result.err).to.equal(0);
    expect(text()).to.equal(
      stackFile
        .replace("'1.34'", "'1.35'")
        .replace("1.34.6-20260831", "1.35.9-20261110")
        .replace("v1.34.3-eksbuild.1", "v1.35.3-eksbuild.2"),
    );
  });

  it("goes to the version that is named, also another major, where the settings take it", async () => {
    expect((await run("bump", "postgresql=17.9", "--yes")).exitCode).to.equal(0);
    expect(text()).to.equal(stackFile.replace("16.11", "17.9"));
    const refused = await run("bump", "kubernetes=1.99", "--yes");
    expect(refused.exitCode).to.equal(2);
    expect(refused.err).to.contain("groundwork:cluster.version");
    expect(text()).to.equal(stackFile.replace("16.11", "17.9"));
  });

  it("asks, and writes nothing without an answer", async () => {
    const { exitCode, err, out } = await run("bump", "amazon-linux");
    expect(exitCode).to.equal(2);
    expect(err).to.contain("add --yes");
    expect(out).to.contain(
      "- 28: amazonLinux: 2023.9.20251117.1 # a year old\n+ 28: amazonLinux: 2023.12.20261116.0 # a year old\n",
    );
    expect(text()).to.equal(stackFile);
  });

  it("refuses what cannot be moved, with what can be", async () => {
    for (const [word, says] of [
      ["postgres", "Did you mean postgresql?"],
      ["nodes=", "Allowed: postgresql, kubernetes, nodes"],
    ] as const) {
      const { exitCode, err } = await run("bump", word, "--yes");
      expect([exitCode, err.includes(says)], word).to.deep.equal([2, true]);
    }
    const { exitCode, err } = await run("move");
    expect([exitCode, err.includes('knows no "move"')]).to.deep.equal([2, true]);
    expect(text()).to.equal(stackFile);
  });

  it("makes a commit for each kind, of the stack file alone, and none over somebody's own changes", async () => {
    const git = async (...args: string[]): Promise<string> =>
      (
        await execa("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
          cwd: directory,
        })
      ).stdout;
    await git("init", "--quiet");
    await git("config", "user.name", "a");
    await git("config", "user.email", "a@example.com");
    await git("add", "Pulumi.yaml", "Pulumi.dev.yaml");
    await git("commit", "--quiet", "--message", "Begin");
    writeFileSync(file, `${stackFile}# mine\n`);
    const refused = await run("bump", "--yes", "--commit");
    expect([refused.exitCode, refused.err.includes("changes that are not committed")]).to.deep.equal([
      2,
      true,
    ]);
    writeFileSync(file, stackFile);
    writeFileSync(path.join(directory, "other"), "");
    await git("add", "other");
    const done = await run("bump", "postgresql", "amazon-linux", "--yes", "--commit");
    expect(done.exitCode, done.err).to.equal(0);
    expect((await git("log", "--format=%s", "--name-only")).split("\n").filter(Boolean)).to.deep.equal([
      "Move Amazon Linux of dev to 2023.12.20261116.0",
      "Pulumi.dev.yaml",
      "Move PostgreSQL of dev to 16.13",
      "Pulumi.dev.yaml",
      "Begin",
      "Pulumi.dev.yaml",
      "Pulumi.yaml",
    ]);
    expect(await git("status", "--porcelain", "--", "Pulumi.dev.yaml")).to.equal("");
  });
});
