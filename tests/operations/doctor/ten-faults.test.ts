import { expect } from "chai";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { main } from "../../../operations/cli";
import { FakeTerminal } from "../../support/fake-terminal";

const projectDirectory = path.join(__dirname, "../../..");

interface Told {
  readonly check: string;
  readonly severity: string;
  readonly setting: string | null;
  readonly what: string;
  readonly line: number | null;
  readonly mend: string | null;
}

interface Document {
  readonly checks: readonly Told[];
  readonly findings: readonly unknown[];
  readonly result: string;
}

/** An account with all that a committed stack names, in which single things can be wrong. */
class Account {
  readonly directory = mkdtempSync(path.join(tmpdir(), "groundwork-preflight-"));
  private written = 0;

  constructor(
    private readonly stack: string,
    private readonly id: string,
  ) {
    mkdirSync(path.join(this.directory, "rehearsal", "cloud"), { recursive: true });
    mkdirSync(path.join(this.directory, "bin"));
  }

  /** A file of cloud/, by anybody's hand. */
  put(type: string, id: string, inputs: Readonly<Record<string, unknown>> = {}, region = "eu-west-1"): void {
    const file = path.join(this.directory, "rehearsal", "cloud", `by-hand-${String(this.written++)}.json`);
    writeFileSync(file, JSON.stringify({ type, id, inputs, scope: `${this.id}/${region}` }));
  }

  has(...things: readonly string[]): void {
    for (const thing of things) {
      const [kind = "", name = "", ...rest] = thing.split(" ");
      const regional = `${kind}:eu-west-1:${this.id}`;
      const inputs = Object.fromEntries(rest.map((pair) => pair.split("=") as [string, string]));
      if (kind === "acm")
        this.put("aws:acm/certificate:Certificate", `arn:aws:${regional}:certificate/${name}`, inputs);
      for (const region of kind === "sns" ? ["eu-west-1", "us-west-2"] : []) {
        this.put("aws:sns/topic:Topic", `arn:aws:sns:${region}:${this.id}:${name}`, inputs, region);
      }
      if (kind === "secretsmanager") {
        this.put("aws:secretsmanager/secret:Secret", `arn:aws:${regional}:secret:${name}`, inputs);
      }
      if (kind === "ssm") this.put("aws:ssm/parameter:Parameter", name, { name, value: "x" });
      if (kind === "policy") {
        const arn = `arn:aws:iam::${this.id}:policy/${name}`;
        this.put("aws:iam/policy:Policy", arn, { name, arn });
      }
      if (kind === "role") this.put("aws:iam/role:Role", name, { name });
      if (kind === "s3") this.put("aws:s3/bucket:Bucket", name, { bucket: name });
      if (kind === "ecr") this.put("aws:ecr/image:Image", name, { repository: name, ...inputs });
      if (kind === "zone") this.put("aws:route53/zone:Zone", name, inputs);
      if (kind === "quota")
        this.put("aws:servicequotas/serviceQuota:ServiceQuota", name, { value: Number(rest[0]) });
    }
  }

  program(name: string, says: string): void {
    const file = path.join(this.directory, "bin", name);
    writeFileSync(file, `#!/bin/sh\necho '${says}'\n`);
    chmodSync(file, 0o755);
  }

  forget(name: string): void {
    rmSync(path.join(this.directory, "bin", name));
  }

  lock(): void {
    const place = path.join(
      this.directory,
      "rehearsal/state/.pulumi/locks/organization/groundwork",
      this.stack,
    );
    mkdirSync(place, { recursive: true });
    const lock = { pid: 1, username: "ann", hostname: "elsewhere", timestamp: "2026-11-30T12:00:00.000Z" };
    writeFileSync(path.join(place, "1.json"), JSON.stringify(lock));
  }

  async doctor(...options: readonly string[]): Promise<{ exitCode: number; out: string; err: string }> {
    const fake = new FakeTerminal();
    const exitCode = await main({
      argv: ["doctor", this.stack, "--rehearse", ...options],
      projectDirectory,
      terminal: fake.terminal,
      variables: {
        PATH: path.join(this.directory, "bin"),
        GROUNDWORK_REHEARSAL_DIR: path.join(this.directory, "rehearsal"),
      },
    });
    return { exitCode, out: fake.out, err: fake.err };
  }

  /** What is wrong, as check, setting and what it is. */
  async faults(): Promise<readonly (readonly (string | null)[])[]> {
    const { exitCode, out } = await this.doctor("--json");
    const { checks, findings, result } = JSON.parse(out) as Document;
    expect([exitCode, findings, result]).to.deep.equal([4, [], "found"]);
    expect(checks.filter(({ line, setting }) => (line === null) !== (setting === null))).to.deep.equal([]);
    return checks
      .filter(({ severity }) => severity !== "not asked")
      .map(({ check, mend, setting, severity, what }) => [severity, check, setting, what, mend]);
  }

  gone(): void {
    rmSync(this.directory, { recursive: true });
  }
}

const digest = "sha256:5d1f6c0e8a7b4392c1e05f6a9b8d7c3e2f104a5b6c7d8e9fa0b1c2d3e4f50617";

const stacks = {
  dev: {
    id: "482913067251",
    whole: [
      ...["dev-worker-key-a1B2c3", "api-database-a1B2c3", "vpn-identity-d4E5f6"].map(
        (one) => `secretsmanager ${one}`,
      ),
      ...["groundwork-deploy", "platform-engineer", "developer"].map((one) => `role ${one}`),
      "sns dev-alarms",
      "s3 weaveworks-dev-releases",
      `ecr frontend imageTag=2.14.0 imageDigest=${digest}`,
    ],
  },
  prod: {
    id: "730164928835",
    whole: [
      "acm 1b2c3d4e-5f60-7182-93a4-b5c6d7e8f90a domainName=api.weave.works",
      "acm 3f6f2c5e-8d1b-4a70-9c39-5b7e0d4a6c21 domainName=scope.weave.works",
      "sns oncall",
      "sns platform",
      ...[
        "prod-dns-signing-key-a1B2c3",
        "prod-worker-key-a1B2c3",
        "api-database-a1B2c3",
        "vpn-identity-d4E5f6",
      ].map((one) => `secretsmanager ${one}`),
      "ssm /scheduler/host-key",
      ...["groundwork-deploy", "oncall", "developer"].map((one) => `role ${one}`),
      "policy groundwork-boundary",
      "s3 weaveworks-prod-releases",
      `ecr frontend imageTag=2.14.0 imageDigest=${digest}`,
    ],
  },
} as const;

function accountOf(stack: keyof typeof stacks, ...without: readonly string[]): Account {
  const { id, whole } = stacks[stack];
  const account = new Account(stack, id);
  account.has(...whole.filter((thing) => !without.some((start) => thing.startsWith(start))));
  account.program("aws", "aws-cli/2.15.30 Python/3.11.8 Linux/6.1 exe/x86_64");
  account.program("git", "git version 2.43.0");
  account.program("ssh", "OpenSSH_9.6p1");
  return account;
}

describe("doctor, before the first run of a committed stack", () => {
  let account: Account;
  afterEach(() => {
    account.gone();
  });

  it("finds nothing in an account that has all of it, and says what cannot be asked", async () => {
    account = accountOf("prod");
    const { exitCode, err, out } = await account.doctor("--json");
    const { checks, result } = JSON.parse(out) as Document;
    // What the day alone decides is none of this test's.
    const told = checks.filter(({ check }) => check !== "dates" && check !== "pins");
    expect(
      told.map(({ check, line, severity, setting, what }) => [severity, check, setting, line !== null, what]),
    ).to.deep.equal([
      [
        "not asked",
        "own address",
        "groundwork:cluster.apiAccess.publicCidrBlocks",
        true,
        "whether the cluster's API lets this machine in: its public address is not known (a rehearsal asks nobody outside)",
      ],
      [
        "not asked",
        "own address",
        "groundwork:metalWorkers.ssh.allowedCidrBlocks",
        true,
        "whether the workers' SSH lets this machine in: its public address is not known (a rehearsal asks nobody outside)",
      ],
      [
        "not asked",
        "delegation",
        "groundwork:dns.domain",
        true,
        "the delegation of prod.weave.works: there is no zone of it yet",
      ],
    ]);
    const isWell = checks.every(({ severity }) => severity === "not asked");
    expect([exitCode, result]).to.deep.equal(isWell ? [0, "well"] : [4, "found"]);
    expect(err).to.equal("Looking at prod (rehearsal of account 730164928835, eu-west-1)\n");
  });

  it("tells ten faults of dev, each with its setting and what mends it", async () => {
    account = accountOf("dev", "role platform", "s3", "ecr", "secretsmanager api");
    account.put("aws:sts/caller:Caller", "arn:aws:iam::482913067251:role/developer");
    account.has(
      "secretsmanager api-database-a1B2c3 deletedDate=2026-12-24T00:00:00Z",
      "s3 weaveworks-dev-reports",
      "quota ec2/L-0263D0A3 1",
      "zone Z1 name=dev.weave.works",
      "zone Z2 name=dev.weave.works",
    );
    account.program("aws", "aws-cli/1.32.0 Python/3.11.8 Linux/6.1 botocore/1.34.0");
    account.lock();
    const secret = "arn:aws:secretsmanager:eu-west-1:482913067251:secret:api-database-a1B2c3";
    const registry = "482913067251.dkr.ecr.eu-west-1.amazonaws.com";
    expect(await account.faults()).to.include.deep.members([
      [
        "error",
        "identity",
        "groundwork:cluster.accessEntries.developers.policy",
        "you are arn:aws:sts::482913067251:assumed-role/developer/rehearsal, whose access entry allows edit only: a run makes what needs clusterAdmin",
        "Take a role that has it (`aws:assumeRoles`), or write: policy: clusterAdmin",
      ],
      [
        "error",
        "named things",
        "groundwork:cluster.accessEntries.platform.principalArn",
        "arn:aws:iam::482913067251:role/platform-engineer: there is no such principal or policy",
        "Name one that is there, or make it: `aws iam create-role --role-name platform-engineer --assume-role-policy-document file://TRUST`",
      ],
      [
        "error",
        "named things",
        "groundwork:fleets.api.permissions[0].resources[0]",
        "arn:aws:s3:::weaveworks-dev-releases: there is no such bucket (and of 1 more setting)",
        "`aws s3 mb s3://weaveworks-dev-releases --region eu-west-1`",
      ],
      [
        "error",
        "named things",
        "groundwork:fleets.api.boot.secrets.DATABASE_URL.arn",
        `${secret}: the secret is being deleted, and nobody can read it`,
        `\`aws secretsmanager restore-secret --secret-id ${secret} --region eu-west-1\``,
      ],
      [
        "error",
        "named things",
        "groundwork:reports.bucket.name",
        "somebody has a bucket weaveworks-dev-reports already, and S3 has each name once",
        "Write another name",
      ],
      [
        "error",
        "pins",
        "groundwork:workloads.frontend.image",
        `${registry}/frontend:2.14.0@${digest}: ${registry} has no such digest of frontend any more`,
        "`./groundwork releases dev bump containers --rehearse` writes the newest",
      ],
      [
        "error",
        "quotas",
        "groundwork:network.natGateways",
        "EC2-VPC Elastic IPs (L-0263D0A3) in eu-west-1: the account may have 1, others have 0 of them, and the stack needs 3 (network.natGateways 1, fleets.vpn.address 1, staticServices.dns.instances 1)",
        "`aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 3 --region eu-west-1`",
      ],
      [
        "warning",
        "tools",
        null,
        "`aws` is aws-cli/1.32.0 Python/3.11.8 Linux/6.1 botocore/1.34.0: `aws eks get-token` lets runs into the cluster",
        "Install AWS CLI 2",
      ],
      [
        "warning",
        "backend",
        null,
        "the state is locked by ann on elsewhere since 2026-11-30T12:00:00.000Z",
        "`./groundwork state lock dev --rehearse` says whether it may be broken",
      ],
      [
        "warning",
        "delegation",
        "groundwork:dns.domain",
        "the account has 2 public zones of dev.weave.works (Z1, Z2), and the world sees one",
        "Delete what no stack has: `aws route53 delete-hosted-zone --id ID`",
      ],
    ]);
  });

  it("tells ten faults of prod, as a table with the lines of the file", async () => {
    account = accountOf("prod", "acm", "sns", "ssm", "role oncall", "s3", "secretsmanager prod-dns");
    account.put("aws:sts/caller:Caller", "arn:aws:iam::730164928835:user/ann");
    account.has(
      "acm 3f6f2c5e-8d1b-4a70-9c39-5b7e0d4a6c21 domainName=scope.weave.works status=PENDING_VALIDATION",
      "quota ec2/L-1216C47A 64",
      "quota vpc/L-F678F1CE 1",
    );
    const topic = "arn:aws:sns:eu-west-1:730164928835:oncall";
    account.put("aws:sns/topic:Topic", topic, { subscriptionsConfirmed: 0 });
    account.forget("git");
    const { exitCode, out } = await account.doctor();
    expect(exitCode).to.equal(4);
    const rows = out.split("\n");
    const told = (heading: RegExp): string | undefined => {
      const at = rows.findIndex((row) => heading.test(row));
      return at === -1 ? undefined : rows[at + 1]?.trim();
    };
    const line = (setting: string): RegExp =>
      new RegExp(`: groundwork:${setting.replace(/[.[\]]/g, "\\$&")} \\(Pulumi\\.prod\\.yaml:\\d+\\)$`);
    expect({
      identity: told(/^error +identity: groundwork:cluster\.accessEntries \(Pulumi\.prod\.yaml:\d+\)$/),
      api: told(line("fleets.api.loadBalancer.http.certificateArn")),
      frontend: told(line("workloads.frontend.loadBalancer.certificateArn")),
      topic: told(line("alarms.topics.critical[0]")),
      parameter: told(line("workerGroups.build.scheduler.publicKey.arn")),
      role: told(line("cluster.accessEntries.oncall.principalArn")),
      bucket: told(line("fleets.api.permissions[0].resources[0]")),
      secret: told(line("staticServices.dns.secrets.SIGNING_KEY.arn")),
      git: told(/^error +tools$/),
      vpcs: told(line("network.cidrBlock")),
      vcpus: told(line("fleets.builder")),
    }).to.deep.equal({
      identity:
        "you are arn:aws:iam::730164928835:user/ann, which has no access entry: the cluster would be made, and nothing in it.",
      api: "arn:aws:acm:eu-west-1:730164928835:certificate/1b2c3d4e-5f60-7182-93a4-b5c6d7e8f90a: there is no such certificate in eu-west-1.",
      frontend:
        "arn:aws:acm:eu-west-1:730164928835:certificate/3f6f2c5e-8d1b-4a70-9c39-5b7e0d4a6c21: the certificate of scope.weave.works is PENDING_VALIDATION, not ISSUED: no load balancer takes it.",
      topic:
        "arn:aws:sns:eu-west-1:730164928835:oncall: nobody has subscribed to it: no alarm reaches anybody.",
      parameter:
        "arn:aws:ssm:eu-west-1:730164928835:parameter/scheduler/host-key: there is no such parameter in eu-west-1 (and of 1 more setting).",
      role: "arn:aws:iam::730164928835:role/oncall: there is no such principal or policy.",
      bucket: "arn:aws:s3:::weaveworks-prod-releases: there is no such bucket (and of 1 more setting).",
      secret:
        "arn:aws:secretsmanager:eu-west-1:730164928835:secret:prod-dns-signing-key-a1B2c3: there is no such secret in eu-west-1.",
      git: "there is no `git` on the PATH: who approved, and which commit was applied, is read from it.",
      vpcs: "VPCs per Region (L-F678F1CE) in eu-west-1: the account may have 1, others have 1 of them, and the stack needs 1 (network.cidrBlock 1).",
      vcpus:
        "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances (L-1216C47A) in eu-west-1: the account may have 64, others have 0 of them, and the stack needs 116 (cluster.nodeGroups.default 24, fleets.api 6, fleets.builder 8, fleets.vpn 2, fleets.git 2, workerGroups.build 24, workerGroups.deploy 8, staticServices.dns 2, staticServices.jobs 8, metalWorkers.slots 32).",
    });
    expect(out).to.match(/\nprod: \d+ findings; \d+ things could not be asked\.\n/);
  });
});
