import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { patientOf, type Check, type Finding, type Patient } from "../../../operations/doctor/check";
import { alarms } from "../../../operations/doctor/checks/alarms";
import { dates } from "../../../operations/doctor/checks/dates";
import { diskKeys } from "../../../operations/doctor/checks/disk-keys";
import { firstRunMinutes, identity, principalOf } from "../../../operations/doctor/checks/identity";
import { keys } from "../../../operations/doctor/checks/keys";
import { namedIn, namedThings } from "../../../operations/doctor/checks/named-things";
import { needsOf } from "../../../operations/doctor/checks/needs";
import { ownAddress } from "../../../operations/doctor/checks/own-address";
import { quotas } from "../../../operations/doctor/checks/quotas";
import { waiting } from "../../../operations/doctor/checks/waiting";
import { targets } from "../../../operations/doctor/checks/targets";
import { withEarlyChecks } from "../../../operations/doctor/early";
import { runChecks } from "../../../operations/doctor/run-checks";
import type { OpenStack } from "../../../operations/plan/workspace";
import type { CommandContext } from "../../../operations/terminal/command-context";
import { startRehearsal, type Rehearsal } from "../../../rehearsal";
import { FakeTerminal } from "../../support/fake-terminal";
import { changed, settingsOf, type Config } from "../../settings/support";

const deploy = { principalArn: "arn:aws:iam::123456789012:role/teams/deploy", policy: "clusterAdmin" };
const cluster = {
  version: "1.35",
  apiAccess: { publicCidrBlocks: ["203.0.113.0/24"] },
  accessEntries: { deploy },
  nodeGroups: { default: { instanceTypes: ["m7g.large"], minSize: 1, desiredSize: 2, maxSize: 4 } },
};

describe("a check of doctor", () => {
  let directory: string;
  let file: string;
  let rehearsal: Rehearsal;
  before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-checks-"));
    file = path.join(directory, "Pulumi.dev.yaml");
    rehearsal = await startRehearsal({
      directory: path.join(directory, "rehearsal"),
      accountId: "123456789012",
      principalArn: deploy.principalArn,
    });
  });
  after(async () => {
    await rehearsal.stop();
    rmSync(directory, { recursive: true });
  });

  const terminal = new FakeTerminal();
  /** A stack of these settings, whose credentials are the rehearsal's. */
  const patient = (
    changes: Readonly<Record<string, Config>> = {},
    over: Partial<Omit<Patient, "context">> & { readonly variables?: Readonly<Record<string, string>> } = {},
  ): Patient => {
    const config = changed(changes);
    writeFileSync(file, stringify({ config }));
    const { variables = {}, ...rest } = over;
    const context = {
      project: { name: "groundwork", directory },
      environment: { variables, path: "" },
      output: terminal.output(),
      rehearsal: undefined,
    } as unknown as CommandContext;
    const session = { environment: rehearsal.environment } as unknown as Patient["session"];
    const stack = { name: "dev", settings: settingsOf(config), settingsFile: file, session };
    return { ...patientOf(context, stack), now: new Date("2026-12-01T12:00:00Z"), ...rest };
  };
  const whats = (found: readonly Finding[]): readonly (readonly [string, string])[] =>
    found.map(({ severity, what }) => [severity, what]);

  describe("among others", () => {
    it("ends none of them, and what keeps several from an answer is told once, with all that it is about", async () => {
      const broken: Check = () => Promise.reject(new Error("no network"));
      const partly: Check = () =>
        Promise.resolve([
          { severity: "not asked", what: "Error: no network", setting: "groundwork:tags.team" },
        ]);
      const finds: Check = () =>
        Promise.resolve([
          { severity: "warning", what: "old", setting: "groundwork:reports.bucket.name", mend: "a line" },
          { severity: "error", what: "gone" },
        ]);
      const found = await runChecks(patient(), { broken, partly, finds });
      const line = stringify({ config: changed({}) })
        .split("\n")
        .findIndex((text) => text.includes("example-dev-reports"));
      expect(found).to.deep.equal([
        { check: "finds", severity: "error", what: "gone", where: undefined },
        {
          check: "finds",
          severity: "warning",
          what: "old",
          setting: "groundwork:reports.bucket.name",
          mend: "a line",
          where: `Pulumi.dev.yaml:${String(line + 1)}`,
        },
        {
          check: "broken, partly",
          severity: "not asked",
          what: "Error: no network (the same of groundwork:tags.team)",
          where: undefined,
        },
      ]);
    });
  });

  describe("of who acts", () => {
    it("takes a session for its role, whatever path that has", async () => {
      expect(principalOf("arn:aws:sts::123456789012:assumed-role/deploy/me@example.com")).to.equal(
        "arn:aws:iam::123456789012:role/deploy",
      );
      expect(principalOf("arn:aws:iam::123456789012:user/teams/ann")).to.equal(
        "arn:aws:iam::123456789012:user/ann",
      );
      expect(await identity(patient({ "groundwork:cluster": cluster }))).to.deep.equal([]);
    });

    it("knows the roles of groundwork:ci, which have their entries by themselves", async () => {
      const entries = (role: string): Readonly<Record<string, Config>> => ({
        "groundwork:cluster": {
          ...cluster,
          accessEntries: { other: { ...deploy, principalArn: `arn:aws:iam::123456789012:role/${role}` } },
        },
      });
      const principalArn = "arn:aws:iam::123456789012:role/groundwork-dev-ci-plan";
      const running = await startRehearsal({
        ...{ directory: path.join(directory, "ci"), accountId: "123456789012", principalArn },
      });
      try {
        const session = { environment: running.environment } as unknown as Patient["session"];
        const of = (sections: object): ReturnType<Check> => {
          const { settings, ...rest } = patient(entries("other"), { session });
          return identity({
            ...rest,
            settings: { ...settings, sections: { ...settings.sections, ...sections } },
          });
        };
        expect(await of({ ci: {} })).to.deep.equal([]);
        expect(await of({})).to.have.length(1);
        expect(await of({ ci: { stack: "prod" } })).to.have.length(1);
      } finally {
        await running.stop();
      }
    });

    it("says who is in the wrong account, and in whose", async () => {
      const right = patient();
      const context = { ...right.settings.context, accountId: "444455556666" };
      const wrong = await identity({ ...right, settings: { ...right.settings, context } });
      expect(whats(wrong)).to.deep.equal([
        [
          "error",
          "you are arn:aws:sts::123456789012:assumed-role/deploy/rehearsal, of account 123456789012; dev lives in 444455556666",
        ],
      ]);
      expect(wrong[0]?.setting).to.equal("aws:allowedAccountIds");
    });

    it("says which credentials of the environment end before a first run does, and which do not say", async () => {
      const ends = (variables: Readonly<Record<string, string>>): Promise<readonly Finding[]> =>
        identity(patient({ "groundwork:cluster": cluster }, { variables }));
      const token = { AWS_SESSION_TOKEN: "x" };
      expect(firstRunMinutes(patient({ "groundwork:cluster": cluster }).settings)).to.equal(25);
      expect(
        whats(await ends({ ...token, AWS_CREDENTIAL_EXPIRATION: "2026-12-01T12:20:00+00:00" })),
      ).to.deep.equal([
        [
          "warning",
          "the credentials end at 2026-12-01T12:20:00.000Z, in 20 min; a first run takes some 25, and is broken off then",
        ],
      ]);
      expect(await ends({ ...token, AWS_CREDENTIAL_EXPIRATION: "2026-12-01T12:30:00Z" })).to.deep.equal([]);
      // A profile goes before the environment, and is renewed.
      expect(await ends({ ...token, AWS_PROFILE: "dev" })).to.deep.equal([]);
      expect(whats(await ends(token))).to.deep.equal([
        [
          "not asked",
          "the credentials are temporary, and AWS_CREDENTIAL_EXPIRATION does not say when they end",
        ],
      ]);
    });
  });

  describe("before a plan", () => {
    const early = (
      plan: () => Promise<{ warnings: { urn: undefined; message: string }[] }>,
      changes = {},
    ) => {
      const { context, ...stack } = patient({
        "groundwork:cluster": {
          ...cluster,
          accessEntries: { deploy: { ...deploy, principalArn: "arn:aws:iam::123456789012:role/other" } },
        },
        ...changes,
      });
      return withEarlyChecks(context, stack as unknown as OpenStack, plan);
    };
    const told =
      /^groundwork:cluster\.accessEntries \(Pulumi\.dev\.yaml:\d+\): you are arn:aws:sts::123456789012:assumed-role\/deploy\/rehearsal, which has no access entry: the cluster would be made, and nothing in it\. Take a role/;

    it("adds what it finds to the plan's warnings", async () => {
      const { warnings } = await early(() =>
        Promise.resolve({ warnings: [{ urn: undefined, message: "old" }] }),
      );
      expect(warnings.map(({ message }) => message)[0]).to.equal("old");
      expect(warnings[1]?.message).to.match(told);
      expect(warnings).to.have.length(2);
    });

    it("says it where there is no plan, which fails as it did", async () => {
      terminal.err = "";
      const error = await early(() => Promise.reject(new Error("no plan"))).catch(
        (reason: unknown) => reason,
      );
      expect((error as Error).message).to.equal("no plan");
      expect(terminal.err).to.match(told);
    });
  });

  describe("of the own address", () => {
    const from = (text: string): Partial<Patient> => ({
      ask: () => Promise.resolve(new Response(`${text}\n`)),
    });

    it("is quiet where the API lets it in, and says where it does not", async () => {
      const stack = { "groundwork:cluster": cluster };
      expect(await ownAddress(patient(stack, from("203.0.113.9")))).to.deep.equal([]);
      expect(await ownAddress(patient(stack, from("198.51.100.4")))).to.deep.equal([
        {
          severity: "error",
          what: "the cluster's API lets in 203.0.113.0/24, and this machine comes from 198.51.100.4",
          setting: "groundwork:cluster.apiAccess.publicCidrBlocks",
          mend: "Come from there (VPN, runner), or add 198.51.100.4/32",
        },
      ]);
    });

    it("says what it cannot know: an API without a public way, and an answer that is no address", async () => {
      const closed = { "groundwork:cluster": { ...cluster, apiAccess: {} } };
      expect(whats(await ownAddress(patient(closed, from("203.0.113.9"))))).to.deep.equal([
        [
          "not asked",
          "the cluster's API is reached from inside the VPC only: whether this machine is there is not known",
        ],
      ]);
      expect(
        whats(await ownAddress(patient({ "groundwork:cluster": cluster }, from("<html>")))),
      ).to.deep.equal([
        [
          "not asked",
          "whether the cluster's API lets this machine in: its public address is not known (https://checkip.amazonaws.com tells none)",
        ],
      ]);
    });
  });

  it("of alarms tells that nobody hears of them, with the setting and the command that mends it", async () => {
    const production = {
      "groundwork:guard": { level: "production" },
      "groundwork:database": { multiAz: true },
    };
    expect(await alarms(patient(production))).to.deep.equal([
      {
        severity: "warning",
        what: "nobody is told when something fails that a person has to look at now: there is no topic in eu-west-1 for database-free-space and 6 more",
        setting: "groundwork:alarms.topics.critical",
        mend: "Name an SNS topic that somebody reads: `aws sns create-topic --name oncall --region eu-west-1` makes one, and docs/alarms.md says how people subscribe to it",
      },
    ]);
    const topics = { critical: ["arn:aws:sns:eu-west-1:123456789012:oncall"] };
    expect(await alarms(patient({ ...production, "groundwork:alarms": { topics } }))).to.deep.equal([]);
    expect(await alarms(patient())).to.deep.equal([]);
  });

  it("of dates tells exceptions that end within two weeks, and those that have", async () => {
    const one = (until: string, name: string): Config => ({
      rule: "ec2/pinned-images",
      resource: `aws:ec2/instance:Instance::${name}`,
      who: "Ann Smith",
      why: "the vendor's image is not there yet",
      until,
    });
    const exceptions = [one("2026-12-15", "soon"), one("2026-12-16", "later"), one("2026-11-30", "over")];
    const found = await dates(patient({ "groundwork:guard": { level: "development", exceptions } }));
    expect(found.map(({ setting, what }) => [setting, what])).to.deep.equal([
      [
        "groundwork:guard.exceptions[0]",
        "the exception from ec2/pinned-images for aws:ec2/instance:Instance::soon ends on 2026-12-15, in 14 days: the rule refuses again then",
      ],
      [
        "groundwork:guard.exceptions[2]",
        "the exception from ec2/pinned-images for aws:ec2/instance:Instance::over has ended on 2026-11-30, and the rule holds",
      ],
    ]);
  });

  it("of keys tells those of service users that are old and active, and is silent of users that are not there", async () => {
    const put = (record: { readonly id: string } & Readonly<Record<string, unknown>>): void =>
      writeFileSync(
        path.join(directory, "rehearsal", "cloud", `${record.id}.json`),
        JSON.stringify({ package: "aws", scope: "123456789012", inputs: {}, ...record }),
      );
    const user = "groundwork-dev-report_writer";
    const key = (id: string, createDate: string, status: string): void =>
      put({ type: "aws:iam/accessKey:AccessKey", id, outputs: { user, status, createDate } });
    expect(await keys(patient({ "groundwork:users": {} }))).to.deep.equal([]);
    put({ type: "aws:iam/user:User", id: user });
    key("AKIAOLD", "2026-08-01T12:00:00Z", "Active");
    key("AKIAOFF", "2026-07-01T12:00:00Z", "Inactive");
    expect(await keys(patient({ "groundwork:users": {} }))).to.deep.equal([
      {
        severity: "warning",
        what: "the key AKIAOLD of report_writer is 122 days old",
        setting: "groundwork:users",
        mend: "`./groundwork iam dev report_writer rotate` makes a new one",
      },
    ]);
  });

  it("of what the settings need counts addresses by place, and vCPUs by family and market", () => {
    const maintenanceWindow = {
      days: ["sun"],
      start: "02:00",
      durationMinutes: 60,
      timeZone: "Europe/London",
    };
    const { settings } = patient({
      "groundwork:network": { natGateways: "perZone" },
      "groundwork:cluster": cluster,
      "groundwork:fleets": { vpn: { instanceTypes: ["t4g.medium"], address: true, maintenanceWindow } },
      "groundwork:releases": { amazonLinux: "2023.12.20261021.0" },
    });
    expect(
      needsOf(settings).map(({ most, now, quota, region, setting }) => [
        quota.code,
        region,
        setting,
        now,
        most,
      ]),
    ).to.deep.equal([
      ["L-F678F1CE", "eu-west-1", "groundwork:network.cidrBlock", 1, 1],
      ["L-0263D0A3", "eu-west-1", "groundwork:network.natGateways", 2, 2],
      ["L-1216C47A", "eu-west-1", "groundwork:cluster.nodeGroups.default", 4, 8],
      ["L-0263D0A3", "eu-west-1", "groundwork:fleets.vpn.address", 1, 1],
      ["L-1216C47A", "eu-west-1", "groundwork:fleets.vpn", 2, 2],
    ]);
  });

  describe("of what stands", () => {
    const own = { project: "groundwork", environment: "dev" };
    let written = 0;
    const put = (type: string, id: string, inputs: Readonly<Record<string, unknown>>): void => {
      const place = path.join(directory, "rehearsal", "cloud", `by-hand-${String(written++)}.json`);
      writeFileSync(place, JSON.stringify({ type, id, inputs }));
    };

    it("counts what others have of a quota beside what the settings need, and not what the stack has already", async () => {
      for (const [id, tags] of [
        ["eipalloc-1", own],
        ["eipalloc-2", own],
        ["eipalloc-3", {}],
        ["eipalloc-4", {}],
      ] as const) {
        put("aws:ec2/eip:Eip", id, { tags });
      }
      const stack = patient({ "groundwork:network": { natGateways: "perZone" } });
      expect(await quotas(stack)).to.deep.equal([]);
      put("aws:servicequotas/serviceQuota:ServiceQuota", "ec2/L-0263D0A3", { value: 3 });
      expect(
        (await quotas(stack)).map(({ mend, setting, severity, what }) => [severity, setting, what, mend]),
      ).to.deep.equal([
        [
          "error",
          "groundwork:network.natGateways",
          "EC2-VPC Elastic IPs (L-0263D0A3) in eu-west-1: the account may have 3, others have 2 of them, and the stack needs 2 (network.natGateways 2)",
          "`aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 4 --region eu-west-1`",
        ],
      ]);
    });

    it("tells a key of disks that Auto Scaling may not use, the account's own for every disk among them", async () => {
      const key = "arn:aws:kms:eu-west-1:123456789012:key/1b2c3d4e-5f60-7182-93a4-b5c6d7e8f90a";
      const fleets = { web: { instanceTypes: ["t4g.small"], amazonLinuxRelease: "2023.9.20251117.1" } };
      const found = (disks: string): Promise<readonly Finding[]> =>
        diskKeys(patient({ "groundwork:fleets": fleets, "groundwork:encryption": { disks } }));
      const policy = JSON.stringify({
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::123456789012:root" },
            Action: "kms:*",
            Resource: "*",
          },
        ],
      });
      expect(await found(key), "nobody knows its policy").to.deep.equal([]);
      put("aws:kms/key:Key", key.split("/")[1] ?? "", { arn: key, policy });
      expect(await found("aws")).to.deep.equal([]);
      const says = `${key}, whose policy does not let Auto Scaling use it: no machine of a group starts`;
      const [{ mend, ...named } = { mend: "" }, ...more] = await found(key);
      expect(named).to.deep.equal({
        severity: "error",
        setting: "groundwork:encryption.disks",
        what: `the settings encrypt disks with ${says}`,
      });
      expect(more).to.deep.equal([]);
      expect(mend).to.match(/^`aws kms create-grant --region eu-west-1 --key-id arn:aws:kms:.*CreateGrant`$/);
      put("aws:ebs/defaultKmsKey:DefaultKmsKey", "default", { keyArn: key });
      expect(whats(await found("aws"))).to.deep.equal([
        ["error", `the account encrypts disks by default with ${says}`],
      ]);
      expect(await found("own")).to.deep.equal([]);
      put("aws:kms/grant:Grant", "grant", {
        keyId: key,
        granteePrincipal:
          "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
        operations: ["Decrypt", "GenerateDataKeyWithoutPlaintext", "CreateGrant"],
      });
      expect(await found("aws")).to.deep.equal([]);
    });

    it("tells what the stack's database has been told and does in its window, and no other's", async () => {
      for (const identifier of ["groundwork-dev-database", "somebody-elses"]) {
        put("aws:rds/instance:Instance", identifier, {
          ...{ identifier, maintenanceWindow: "sun:03:30-sun:05:00" },
          pendingModifiedValues: { DBInstanceClass: "db.r7g.xlarge" },
        });
      }
      expect(await waiting(patient())).to.deep.equal([
        {
          severity: "warning",
          what: "groundwork-dev-database: instanceClass db.r7g.xlarge waits for the maintenance window, sun:03:30-sun:05:00 UTC",
          setting: "groundwork:database.maintenanceWindow",
          mend: "Wait, or `aws rds modify-db-instance --db-instance-identifier groundwork-dev-database --apply-immediately --region eu-west-1`, which may interrupt it",
        },
      ]);
    });

    it("tells machines behind a load balancer that do not answer, in the stack's own groups", async () => {
      const arn = (name: string): string =>
        `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${name}/0123456789abcdef`;
      put("aws:lb/targetGroup:TargetGroup", arn("api"), { arn: arn("api"), port: 8080, tags: own });
      put("aws:lb/targetGroup:TargetGroup", arn("theirs"), { arn: arn("theirs"), port: 8080, tags: {} });
      put("aws:autoscaling/group:Group", "api", { targetGroupArns: [arn("api"), arn("theirs")] });
      for (const [id, healthStatus] of [
        ["i-1", "Healthy"],
        ["i-2", "Unhealthy"],
      ] as const) {
        put("aws:ec2/instance:Instance", id, { tags: { "aws:autoscaling:groupName": "api" }, healthStatus });
      }
      expect(await targets(patient())).to.deep.equal([
        {
          severity: "warning",
          what: "api: 1 of 2 targets is unhealthy (i-2: Health checks failed)",
          mend: `\`aws elbv2 describe-target-health --target-group-arn ${arn("api")} --region eu-west-1\` says of each why`,
        },
      ]);
    });
  });

  it("of what the file names tells what is in another account, in none, or asked for by nobody, and not what the stack makes", async () => {
    const parameter = (name: string): Config => ({
      arn: `arn:aws:ssm:eu-west-1:123456789012:parameter/${name}`,
    });
    const found = await namedThings(
      patient({
        "groundwork:messaging": {
          alarmTopicArns: ["arn:aws:sns:eu-west-1:444455556666:oncall"],
          queues: { mail: {} },
        },
        "groundwork:releases": { amazonLinux: "2023.12.20261021.0" },
        "groundwork:fleets": {
          api: {
            instanceTypes: ["t4g.small"],
            boot: { secrets: { OWN: parameter("groundwork/dev/key"), OTHER: parameter("other/key") } },
            permissions: [
              { actions: ["sns:Publish"], resources: ["arn:aws:sns:us-west-2:123456789012:further"] },
              { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-west-1:123456789012:jobs"] },
            ],
          },
        },
      }),
    );
    expect(whats(found)).to.deep.equal([
      [
        "warning",
        "arn:aws:sns:eu-west-1:444455556666:oncall: it is of account 444455556666, and dev lives in 123456789012: whether it is there only that account can say",
      ],
      ["error", "arn:aws:sns:us-west-2:123456789012:further: there is no such topic in us-west-2"],
      ["not asked", "arn:aws:sqs:eu-west-1:123456789012:jobs: nothing here asks sqs"],
      [
        "error",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/other/key: there is no such parameter in eu-west-1",
      ],
    ]);
  });

  it("of what the file names looks at each thing once, and at no pattern", () => {
    const topic = "arn:aws:sns:eu-west-1:123456789012:oncall";
    const { settings } = patient({
      "groundwork:messaging": { alarmTopicArns: [topic], queues: { mail: {} } },
      "groundwork:releases": { amazonLinux: "2023.12.20261021.0" },
      "groundwork:fleets": {
        api: {
          instanceTypes: ["t4g.small"],
          permissions: [
            { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::releases/api/*"] },
            { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-west-1:123456789012:dev_*"] },
            { actions: ["sns:Publish"], resources: [topic] },
          ],
        },
      },
    });
    expect(namedIn(settings).map(({ arn, id, service }) => [service, id, arn])).to.deep.equal([
      ["sns", "oncall", topic],
      ["s3", "releases", "arn:aws:s3:::releases"],
    ]);
  });
});
