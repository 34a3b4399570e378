import { expect } from "chai";
import execa from "execa";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { main } from "../../../operations/cli";
import { readEnvironment } from "../../../settings/environment";
import { FakeTerminal } from "../../support/fake-terminal";

const checkout = path.join(__dirname, "../../..");
const hex = (digit: string): string => digit.repeat(64);

/** The same parts in two accounts; `line` stands in the cluster, `more` at the end. */
const stackOf = (values: {
  readonly account: string;
  readonly cidr: string;
  readonly kubernetes: string;
  readonly postgres: string;
  readonly image: string;
  readonly nodes?: string;
  readonly more?: string;
}): string => `# Ours, with care.
config:
  aws:region: eu-west-1
  aws:allowedAccountIds: ["${values.account}"]
  pulumi:disable-default-providers: [aws, azure-native, kubernetes]
  groundwork:guard: { level: development }
  groundwork:network:
    cidrBlock: 10.${values.cidr}.0.0/16
    availabilityZones: [eu-west-1a, eu-west-1b]
    publicSubnets: [10.${values.cidr}.0.0/22, 10.${values.cidr}.4.0/22]
    privateSubnets: [10.${values.cidr}.64.0/19, 10.${values.cidr}.96.0/19]
    databaseSubnets: [10.${values.cidr}.128.0/24, 10.${values.cidr}.129.0/24]
  groundwork:cluster:
    version: '${values.kubernetes}' # tried first
${values.nodes === undefined ? "" : `    nodeReleaseVersion: ${values.nodes}\n`}    accessEntries:
      platform: { principalArn: "arn:aws:iam::${values.account}:role/platform", policy: clusterAdmin }
    nodeGroups:
      default: { instanceTypes: [m7g.large], minSize: 2, desiredSize: 2, maxSize: 4 }
  groundwork:database:
    engineVersion: "${values.postgres}"
    instanceClass: db.t4g.medium
    allocatedStorage: 20
    backupRetentionDays: 7
  groundwork:staticServices:
    jobs: # ours
      imageTag: ${values.image.split("@")[0] ?? ""}
      imageHash: ${values.image.split("@")[1] ?? ""}
      instanceType: t4g.small
      amazonLinuxRelease: 2023.9.20251117.1
${values.more ?? ""}`;

const dev = stackOf({
  account: "111122223333",
  cidr: "10",
  kubernetes: "1.35",
  postgres: "16.13",
  image: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/jobs:2.0@sha256:${hex("a")}`,
  nodes: "1.35.8-20260930",
  more: "  groundwork:fleets:\n    api: { instanceTypes: [t4g.small], amiId: ami-0123456789abcdef0 }\n",
});
const prodOf = (hours: string): string =>
  stackOf({
    account: "444455556666",
    cidr: "20",
    kubernetes: "1.34",
    postgres: "17.2",
    image: `444455556666.dkr.ecr.eu-west-1.amazonaws.com/jobs:1.0@sha256:${hex("b")}`,
    more:
      "  groundwork:fleets:\n    api: { instanceTypes: [t4g.small], amiId: ami-0fedcba9876543210 } # hand-made\n" +
      `  groundwork:releases: { ${hours} }\n`,
  });
const prod = prodOf("promoteAfterHours: 48");

interface RunOptions {
  readonly kind?: string;
  readonly result?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** How the engine has packed it. */
  readonly packed?: "zst";
  /** A text of the stack file to be another, and what stood in its place. */
  readonly instead?: readonly [string, string];
}

describe("groundwork promote", () => {
  let directory: string;
  const file = (stack: string): string => path.join(directory, `Pulumi.${stack}.yaml`);
  const text = (name: string): string => readFileSync(path.join(directory, name), "utf8");
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-promote-"));
    cpSync(path.join(checkout, "Pulumi.yaml"), path.join(directory, "Pulumi.yaml"));
    writeFileSync(file("dev"), dev);
    writeFileSync(file("prod"), prod);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** A run of dev as the engine writes it down. */
  function ran(
    hoursAgo: number,
    { kind = "update", result = "succeeded", environment, instead, packed }: RunOptions = {},
  ): void {
    const folder = path.join(directory, "state/.pulumi/history/groundwork/dev");
    mkdirSync(folder, { recursive: true });
    const at = Date.now() - hoursAgo * 3_600_000;
    const [was, now] = instead ?? ["", ""];
    const { config } = parse(dev.replace(was, now)) as { readonly config: unknown };
    writeFileSync(
      path.join(folder, `dev-${at}000000.history.json${packed === undefined ? "" : `.${packed}`}`),
      (packed === undefined ? "" : "\x28\xb5") +
        JSON.stringify({
          kind,
          result,
          message: "m",
          environment: environment ?? {},
          config,
          startTime: Math.floor(at / 1000) - 60,
          endTime: Math.floor(at / 1000),
        }),
    );
  }

  async function run(...argv: string[]): Promise<{ exitCode: number; out: string; err: string }> {
    const fake = new FakeTerminal();
    const exitCode = await main({
      argv: ["promote", "dev", "prod", ...argv],
      projectDirectory: directory,
      terminal: fake.terminal,
      variables: {
        ...readEnvironment(checkout).variables,
        HOME: directory,
        PULUMI_BACKEND_URL: pathToFileURL(path.join(directory, "state")).href,
        GIT_CONFIG_GLOBAL: "/dev/null",
      },
    });
    return { exitCode, out: fake.out, err: fake.err };
  }

  it("carries what the last good run had into the other file, each character beside as it was, and says what stays", async () => {
    ran(50);
    const result = await run("--yes", "--json");
    expect(result.exitCode, result.err).to.equal(0);
    expect(text("Pulumi.prod.yaml")).to.equal(
      prod
        .replace("version: '1.34' # tried first\n", "version: '1.35' # tried first\n")
        .replace(
          "minSize: 2, desiredSize: 2, maxSize: 4 }\n",
          (line) => `${line}    nodeReleaseVersion: 1.35.8-20260930\n`,
        )
        .replace("/jobs:1.0\n", "/jobs:2.0\n")
        .replace(hex("b"), hex("a")),
    );
    expect(text("Pulumi.dev.yaml")).to.equal(dev);
    const document = JSON.parse(result.out) as Record<string, readonly Record<string, unknown>[]>;
    expect(document["carried"]?.map(({ setting, from, to }) => [setting, from, to])).to.deep.equal([
      ["groundwork:cluster.version", "1.34", "1.35"],
      ["groundwork:cluster.nodeReleaseVersion", null, "1.35.8-20260930"],
      ["groundwork:staticServices.jobs.imageHash", `sha256:${hex("b")}`, `sha256:${hex("a")}`],
    ]);
    expect(document["carried"]?.[2]?.["note"]).to.equal(
      "prod takes it from 444455556666.dkr.ecr.eu-west-1.amazonaws.com, another registry than dev: it must be there, under the same digest",
    );
    expect(document["staying"]).to.deep.equal([
      {
        kind: "postgresql",
        setting: "groundwork:database.engineVersion",
        source: "16.13",
        target: "17.2",
        why: "prod is ahead, and nothing goes back",
      },
      {
        kind: "machine-images",
        setting: "groundwork:fleets.api.amiId",
        source: "ami-0123456789abcdef0",
        target: "ami-0fedcba9876543210",
        why: "an image has another id in another account: ami-0123456789abcdef0 is one of 111122223333",
      },
    ]);
    expect([document["result"], document["changelog"], document["branch"], document["apply"]]).to.deep.equal([
      "written",
      "CHANGELOG.prod.md",
      null,
      "./groundwork up prod",
    ]);
    expect((await run("--yes")).out).to.contain(
      "Pulumi.prod.yaml has every version that dev could give it. Nothing was touched.\n\nStill different:\n" +
        "  groundwork:database.engineVersion: 16.13 and 17.2: prod is ahead, and nothing goes back\n",
    );
  });

  it("shows with --dry-run what it would write, and writes nothing", async () => {
    ran(50);
    const { exitCode, out } = await run("--dry-run", "kubernetes", "nodes");
    expect(exitCode).to.equal(0);
    expect(out).to.contain(
      "- 14: version: '1.34' # tried first\n+ 14: version: '1.35' # tried first\n+ 19: nodeReleaseVersion: 1.35.8-20260930\n",
    );
    expect(out).to.contain("+ - `groundwork:cluster.version`: `1.34` to `1.35`, in dev since ");
    expect(out).to.contain(`groundwork:staticServices.jobs.imageHash: sha256:${"a".repeat(12)}… and sha256:`);
    expect(out).to.contain(": not asked for\n");
    expect(text("Pulumi.prod.yaml")).to.equal(prod);
    expect(existsSync(path.join(directory, "CHANGELOG.prod.md"))).to.equal(false);
  });

  for (const { name, runs, says } of [
    { name: "never was up", runs: () => undefined, says: "no run of the whole stack ever ended well there" },
    {
      name: "has only failed",
      runs: () => ran(50, { result: "failed" }),
      says: "no run of the whole stack ever ended well there",
    },
    {
      name: "has only run a part",
      runs: () => ran(50, { environment: { "pulumi.flag.target": "set" } }),
      says: "no run of the whole stack ever ended well there",
    },
    {
      name: "was told by the environment to leave a part out",
      runs: () => ran(50, { environment: { "pulumi.env.PULUMI_OPTION_EXCLUDE": "set" } }),
      says: "no run of the whole stack ever ended well there",
    },
    {
      name: "was taken down",
      runs: () => {
        ran(50);
        ran(1, { kind: "destroy" });
      },
      says: "it was destroyed, or its history cannot be read, and no run has succeeded since",
    },
    {
      name: "has a later run that only the engine can read",
      runs: () => {
        ran(50);
        ran(1, { packed: "zst", instead: [`'1.35'`, `'1.36'`] });
      },
      says: "or its history cannot be read",
    },
    {
      name: "ran another version at its last good run",
      runs: () => ran(50, { instead: [`'1.35'`, `'1.33'`] }),
      says: "groundwork:cluster.version: the last good run of dev (",
    },
    {
      name: "ran the digest under another tag",
      runs: () => ran(50, { instead: ["jobs:2.0", "jobs:1.9"] }),
      says: "jobs:1.9, not what its file says now. `./groundwork up dev` first.",
    },
    {
      name: "has failed since with another version",
      runs: () => {
        ran(50);
        ran(1, { result: "failed", instead: [`'1.35'`, `'1.36'`] });
      },
      says: "which failed, had another value",
    },
    {
      name: "has not run it for long enough",
      runs: () => {
        ran(100, { instead: [hex("a"), hex("c")] });
        ran(47);
        ran(1);
      },
      says: "for less than the 48 h of groundwork:releases.promoteAfterHours of prod. It may go from ",
    },
    {
      name: "went to another and came back",
      runs: () => {
        ran(100);
        ran(40, { result: "failed", instead: [hex("a"), hex("c")] });
        ran(30);
      },
      says: "jobs.imageHash: dev runs it since ",
    },
  ]) {
    it(`refuses what a stack has not proven that ${name}`, async () => {
      runs();
      const { exitCode, err } = await run("--yes");
      expect(err).to.contain(says);
      expect(err).to.contain("Nothing was touched.");
      expect([exitCode, text("Pulumi.prod.yaml") === prod]).to.deep.equal([3, true]);
    });
  }

  it("names the kinds that may go, and carries them alone, looking at nothing that only looked", async () => {
    ran(100);
    ran(30, { instead: [hex("a"), hex("c")] });
    ran(20);
    ran(10, { kind: "refresh", instead: [`'1.35'`, `'1.33'`] });
    const refused = await run("--yes");
    expect(refused.exitCode).to.equal(3);
    expect(refused.err).to.contain("The rest may go: `./groundwork promote dev prod kubernetes nodes`.");
    const { exitCode, err } = await run("--yes", "kubernetes", "nodes");
    expect(exitCode, err).to.equal(0);
    expect(text("Pulumi.prod.yaml")).to.contain("version: '1.35'").and.to.contain(hex("b"));
  });

  it("goes one minor version of Kubernetes at a time, and leaves what goes with another", async () => {
    writeFileSync(file("prod"), prod.replace("version: '1.34'", "version: '1.33'"));
    ran(50);
    const { exitCode, out, err } = await run("--yes", "--json", "kubernetes", "nodes");
    expect(exitCode, err).to.equal(0);
    const { result, staying } = JSON.parse(out) as {
      result: string;
      staying: { kind: string; why: string }[];
    };
    expect(result).to.equal("nothing to promote");
    expect(
      staying.filter(({ kind }) => ["kubernetes", "nodes"].includes(kind)).map(({ why }) => why),
    ).to.deep.equal([
      "EKS goes one minor version at a time: `./groundwork releases prod bump kubernetes` continues from 1.33",
      "goes with Kubernetes 1.35, and prod stays at 1.33",
    ]);
  });

  it("says nothing of what the program takes by itself, in whichever of the two", async () => {
    writeFileSync(file("dev"), `${dev}  groundwork:mail: { catcher: {} }\n`);
    ran(50);
    const { out, exitCode } = await run("--dry-run");
    expect([exitCode, out.includes("mail")]).to.deep.equal([0, false]);
  });

  it("takes a day where the other stack does not say how long", async () => {
    writeFileSync(file("prod"), prodOf(""));
    ran(23);
    expect((await run("--yes")).err).to.contain("for less than the 24 h of ");
    ran(25);
    expect((await run("--yes")).exitCode).to.equal(0);
  });

  it("asks no history where nothing differs, and needs two stacks that there are", async () => {
    writeFileSync(file("prod"), dev.replaceAll("111122223333", "444455556666"));
    expect((await run("kubernetes")).exitCode).to.equal(0);
    for (const [argv, says] of [
      [["promote", "dev", "dev"], "name two stacks"],
      [["promote", "dev", "prdo"], 'There is no stack "prdo"'],
      [["promote", "dev"], "missing to: the stack to copy to"],
      [["promote", "dev", "prod", "kubernets"], "Did you mean kubernetes?"],
    ] as const) {
      const fake = new FakeTerminal();
      const exitCode = await main({ argv, projectDirectory: directory, terminal: fake.terminal });
      expect([exitCode, fake.err.includes(says)], fake.err).to.deep.equal([2, true]);
    }
  });

  it("leaves alone what it could only write wrongly: a checksum that the first does not have, an alias", async () => {
    const group = (sums: string, version: string): string =>
      "  groundwork:workerGroups:\n    build:\n      amazonLinuxRelease: 2023.9.20251117.1\n" +
      `      workerVersion: ${version}\n      workerSha256: { ${sums} }\n      count: 1\n      dataVolume: { kind: local }\n` +
      "      scheduler: { apiAddress: 'https://s.example.com', host: s.example.com, publicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKq0Yx0m3c0rQ3m0a1JZ1m9x0m2b7mYx1r5mVf0c1a2b }\n" +
      "      workerKey: { arn: arn:aws:secretsmanager:eu-west-1:111122223333:secret:key-a1B2c3 }\n";
    writeFileSync(file("dev"), dev + group(`amd64: ${hex("d")}`, "7.15.0"));
    writeFileSync(
      file("prod"),
      prod + group(`amd64: ${hex("e")}, arm64: ${hex("f")}`, "7.14.0").replaceAll("1111222233", "4444555566"),
    );
    const { out, err } = await run("concourse", "--json");
    expect(JSON.parse(out), out + err).to.have.property("result", "nothing to promote");
    expect(out).to.contain(
      "dev does not have groundwork:workerGroups.build.workerSha256.arm64, which holds for one version alone",
    );
    writeFileSync(file("prod"), prod.replace("version: '1.34'", "version: &kubernetes '1.34'"));
    ran(50);
    const refused = await run("--yes");
    expect([refused.exitCode, refused.err.includes("has the anchor &kubernetes")]).to.deep.equal([2, true]);
  });

  it("commits both files on a branch of their own, and tells whose commits came since the last promotion", async () => {
    const git = async (...args: string[]): Promise<string> =>
      (await execa("git", args, { cwd: directory })).stdout.trim();
    await git("init", "--quiet", "--initial-branch", "main");
    await git("config", "user.name", "Ann");
    await git("config", "user.email", "ann@example.com");
    await git("add", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml");
    await git("commit", "--quiet", "--message", "Try `1.35`");
    writeFileSync(path.join(directory, "other"), "");
    await git("add", "other");
    ran(100, { instead: [hex("a"), hex("c")] });
    ran(50);
    writeFileSync(file("prod"), `${prod}# mine\n`);
    const refused = await run("--yes", "--commit");
    expect([refused.exitCode, refused.err.includes("changes that are not committed")]).to.deep.equal([
      2,
      true,
    ]);
    writeFileSync(file("prod"), prod);

    const first = await run("--yes", "--commit", "kubernetes", "nodes");
    expect(first.exitCode, first.err).to.equal(0);
    const [head, branch] = [
      await git("rev-parse", "--short=12", "main"),
      await git("branch", "--show-current"),
    ];
    expect(branch).to.match(/^promote\/dev-to-prod-\d{8}T\d{4}$/);
    expect(
      (await git("log", "--format=%s", "--name-only", "main..")).split("\n").filter(Boolean),
    ).to.deep.equal(["Promote what dev runs to prod", "CHANGELOG.prod.md", "Pulumi.prod.yaml"]);
    const short = head.slice(0, 7);
    const log = text("CHANGELOG.prod.md");
    expect(log).to.match(
      new RegExp(
        `^# What was promoted to prod\n\n.*\n\n## \\d{4}-\\d{2}-\\d{2}, from dev at ${head}\n\nBy \`Ann <ann@example.com>\`\\.\n`,
      ),
    );
    expect(log)
      .to.contain(`Commits to \`Pulumi.dev.yaml\`:\n\n- \`${short} `)
      .and.to.contain(" Ann: Try '1.35'`\n");

    await git("config", "user.name", "Bob");
    writeFileSync(file("dev"), dev.replace("# Ours", "# Yours"));
    await git("commit", "--quiet", "--message", "Say whose it is", "--", "Pulumi.dev.yaml");
    const second = await run("--yes", "containers");
    expect(second.exitCode, second.err).to.equal(0);
    const after = text("CHANGELOG.prod.md");
    expect(after.endsWith(log.slice(log.indexOf("## ")))).to.equal(true);
    expect(after).to.contain(`Commits to \`Pulumi.dev.yaml\` since ${head}, the last promotion:\n\n- \``);
    expect(after).to.contain(" Bob: Say whose it is`\n");
    expect(after.match(/^## /gm)).to.have.length(2);
    expect(await git("diff", "--cached", "--name-only")).to.equal("other");
  });
});
