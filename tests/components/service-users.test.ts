import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  ServiceUsers,
  type ServiceUserCredentials,
  type ServiceUsersArgs,
} from "../../components/service-users/service-users";
import { whenAccepted } from "../../components/service-users/accepted";
import { parseServiceUrl } from "../support/service-url";
import { usersSettings } from "../../settings/sections/users";
import { record, type RecordedSecret, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const USER = "aws:iam/user:User";
const ACCESS_KEY = "aws:iam/accessKey:AccessKey";
const POLICY = "aws:iam/policy:Policy";
const ATTACHMENT = "aws:iam/userPolicyAttachment:UserPolicyAttachment";

const reports = {
  tableNames: { reports: "dev_reports" },
  indexedTableNames: [],
  bucketName: "example-dev-reports",
};
const messaging = { controlPrefix: "dev_control_", queueNames: { mail: "dev_mail" } };

interface Changes extends Partial<Pick<ServiceUsersArgs, "reports" | "messaging">> {
  readonly additional?: Record<string, { grants: string[] }>;
  readonly keys?: Record<string, { current: string; other: string; since: string }>;
  readonly whenAccepted?: ServiceUsersArgs["whenAccepted"];
  readonly preview?: boolean;
}

function recordUsers(changes: Changes = { reports, messaging }): Promise<Recording<ServiceUsers>> {
  const settings = usersSettings.parse({ additional: changes.additional ?? {}, keys: changes.keys ?? {} });
  return record(
    () =>
      new ServiceUsers("users", {
        context: stackContext(),
        settings,
        reports: changes.reports,
        messaging: changes.messaging,
        ...(changes.whenAccepted && { whenAccepted: changes.whenAccepted }),
      }),
    { preview: changes.preview ?? false },
  );
}

/** The policies attached to a user, as IAM would find them. */
function policiesOf(recording: Recording, user: string): string[] {
  const policies = new Map(
    recording.ofType(POLICY).map((policy) => [recording.idOf(policy), String(policy.inputs["policy"])]),
  );
  return recording
    .ofType(ATTACHMENT)
    .filter(({ inputs }) => inputs["user"] === user)
    .map(({ inputs }) => policies.get(String(inputs["policyArn"])) ?? "?");
}

function names(recording: Recording, type: string): unknown[] {
  return recording
    .ofType(type)
    .map(({ inputs }) => inputs["name"] ?? inputs["user"])
    .sort();
}

describe("service users", () => {
  it("are a writer, a reader and a queue user, each with one key and one policy", async () => {
    const recording = await recordUsers();
    expect(recording.counts()).to.deep.equal({
      [USER]: 3,
      [ACCESS_KEY]: 3,
      [POLICY]: 3,
      [ATTACHMENT]: 3,
      "groundwork:users:ServiceUsers": 1,
    });
    expect(names(recording, USER)).to.deep.equal([
      "groundwork-dev-report_reader",
      "groundwork-dev-report_writer",
      "groundwork-dev-sqs_readwriter",
    ]);
  });

  it("have names and paths by which nobody takes them for another stack's", async () => {
    const { inputs } = (await recordUsers()).one(USER, "users-report_writer");
    expect(inputs).to.deep.equal({
      name: "groundwork-dev-report_writer",
      path: "/groundwork/dev/",
      forceDestroy: false,
    });
  });

  it("are only those whose section there is", async () => {
    expect(names(await recordUsers({ reports }), USER)).to.deep.equal([
      "groundwork-dev-report_reader",
      "groundwork-dev-report_writer",
    ]);
    expect(names(await recordUsers({ messaging }), USER)).to.deep.equal(["groundwork-dev-sqs_readwriter"]);
    expect((await recordUsers({})).counts()).to.deep.equal({ "groundwork:users:ServiceUsers": 1 });
  });

  it("share one policy a grant when the settings add more of them", async () => {
    const recording = await recordUsers({
      reports,
      messaging,
      additional: { collector: { grants: ["reports:write", "queues:all"] } },
    });
    expect(recording.ofType(USER)).to.have.length(4);
    expect(recording.ofType(POLICY)).to.have.length(3);
    expect(policiesOf(recording, "groundwork-dev-collector")).to.have.members([
      ...policiesOf(recording, "groundwork-dev-report_writer"),
      ...policiesOf(recording, "groundwork-dev-sqs_readwriter"),
    ]);
  });

  it("get a key in slot a, and only when they may use it", async () => {
    const recording = await recordUsers();
    const key = recording.one(ACCESS_KEY, "users-report_writer-key-a");
    expect(key.inputs).to.deep.equal({ user: "groundwork-dev-report_writer" });
    expect(recording.dependencies(key)).to.include("users-report_writer-reports-write");
  });

  it("have two keys while theirs is rotated, give out the current one when it is taken, and deactivate the other when told to", async () => {
    const asked: string[] = [];
    const rotated = async (current: "a" | "b", other: string): Promise<unknown> => {
      const recording = await recordUsers({
        reports,
        keys: { report_writer: { current, other, since: "2026-12-01T10:15Z" } },
        whenAccepted: ({ accessKeyId, user }) => {
          asked.push(`${user} ${accessKeyId}`);
          return Promise.resolve();
        },
      });
      const keys = recording.ofType(ACCESS_KEY).filter(({ name }) => name.includes("report_writer"));
      const given = credentialsOf(recording)["report_writer"]?.accessKeyId;
      return {
        keys: keys
          .map(
            ({ name, inputs }) => `${name.slice(-1)} ${(inputs["status"] as string | undefined) ?? "Active"}`,
          )
          .sort(),
        given: keys.filter((key) => recording.idOf(key) === given).map(({ name }) => name.slice(-1)),
      };
    };
    expect(await rotated("b", "active")).to.deep.equal({ keys: ["a Active", "b Active"], given: ["b"] });
    expect(asked.map((line) => line.split(" ")[0])).to.deep.equal(["report_writer"]);
    expect(await rotated("b", "inactive")).to.deep.equal({ keys: ["a Inactive", "b Active"], given: ["b"] });
    asked.length = 0;
    expect(await rotated("b", "none")).to.deep.equal({ keys: ["b Active"], given: ["b"] });
    expect(await rotated("a", "none")).to.deep.equal({ keys: ["a Active"], given: ["a"] });
    expect(asked).to.deep.equal([]);
  });

  it("give out nothing of a key that AWS does not take", async () => {
    const failure = await failureOf(
      recordUsers({
        reports,
        keys: { report_writer: { current: "b", other: "active", since: "2026-12-01T10:15Z" } },
        whenAccepted: () => Promise.reject(new Error("not taken")),
      }),
    );
    expect(failure).to.include("not taken");
  });

  it("have policies that can be read in the preview, before anything exists", async () => {
    const recording = await recordUsers({ reports, messaging, preview: true });
    for (const { inputs } of recording.ofType(POLICY)) {
      expect(JSON.parse(String(inputs["policy"]))).to.have.property("Version", "2012-10-17");
    }
  });

  it("are refused a grant whose section is missing", async () => {
    const failure = await failureOf(recordUsers({ additional: { mailer: { grants: ["queues:all"] } } }));
    expect(failure).to.include(
      '"queues:all" is about the section "messaging", which this stack does not have',
    );
  });

  it("are refused a name that IAM would not take", async () => {
    const additional = { ["a".repeat(60)]: { grants: ["queues:all" as const] } };
    const settings = { ...usersSettings.parse({}), additional };
    const failure = await failureOf(
      record(() => new ServiceUsers("users", { context: stackContext(), settings, messaging })),
    );
    expect(failure).to.include("has 75 characters; IAM allows 64");
  });
});

describe("a new key", () => {
  const key = {
    ...{ user: "report_writer", accessKeyId: "AKIANEW", secretAccessKey: "s" },
    ...{ region: "eu-west-1", createDate: "2026-12-01T10:00:00Z" },
  };
  /** What comes of a key of this age while AWS answers so, the last answer for ever. */
  const tried = async (
    ageSeconds: number,
    ...answers: readonly (string | undefined)[]
  ): Promise<{ readonly calls: number; readonly slept: number; readonly failure?: string }> => {
    const left = [...answers];
    let [calls, slept] = [0, 0];
    const trying = {
      call: () => {
        calls++;
        return Promise.resolve(left.length > 1 ? left.shift() : left[0]);
      },
      sleep: (seconds: number) => {
        slept += seconds;
        return Promise.resolve();
      },
      now: () => Date.parse(key.createDate) + ageSeconds * 1000,
    };
    const failure = await whenAccepted(key, trying).then(
      () => undefined,
      (error: Error) => error.message,
    );
    return { calls, slept, ...(failure !== undefined && { failure }) };
  };

  it("is tried until AWS takes it three times in a row, and not when it is old", async () => {
    const no = "InvalidClientTokenId";
    expect(await tried(1, undefined)).to.deep.equal({ calls: 3, slept: 2 });
    expect(await tried(1, no, no, undefined, no, undefined)).to.deep.equal({ calls: 7, slept: 18 });
    expect(await tried(601, no)).to.deep.equal({ calls: 0, slept: 0 });
  });

  it("ends the run after two minutes, and says what is valid and how to go on", async () => {
    const { failure, slept } = await tried(1, "InvalidClientTokenId");
    expect(slept).to.equal(125);
    expect(failure).to.equal(
      "users: AWS does not take the new key AKIANEW of report_writer (InvalidClientTokenId), 2 minutes after it was asked first. " +
        "Nothing has been given the new key, and the old one is valid. Run again.",
    );
  });
});

describe("the credentials of a service user", () => {
  it("are one secret, from the whole to the last part", async () => {
    const recording = await recordUsers();
    const outputs = recording.outputsOf(recording.one("groundwork:users:ServiceUsers"));
    expect(outputs["credentials"]).to.have.all.keys("secret");
    expect(await pulumi.isSecret(recording.result.credentials)).to.equal(true);
  });

  it("come with URLs that parse back to exactly the key and the secret", async () => {
    const recording = await recordUsers();
    const { report_writer: writer } = credentialsOf(recording);
    expect(writer?.secretAccessKey).to.include("/").and.to.include("+");
    expect(parseServiceUrl(writer?.urls.dynamodb ?? "")).to.deep.equal({
      scheme: "dynamodb",
      credentials: { accessKeyId: writer?.accessKeyId, secretAccessKey: writer?.secretAccessKey },
      region: "eu-west-1",
      resource: "dev_reports",
    });
    expect(parseServiceUrl(writer?.urls.s3 ?? "").resource).to.equal("example-dev-reports");
  });

  it("have a URL for each service that the user may use, and for no other", async () => {
    const credentials = credentialsOf(
      await recordUsers({
        reports,
        messaging,
        additional: { collector: { grants: ["reports:write", "queues:all"] } },
      }),
    );
    const schemes = Object.fromEntries(
      Object.entries(credentials).map(([user, { urls }]) => [user, Object.keys(urls)]),
    );
    expect(schemes).to.deep.equal({
      report_writer: ["dynamodb", "s3"],
      report_reader: ["dynamodb", "s3"],
      sqs_readwriter: ["sqs"],
      collector: ["dynamodb", "s3", "sqs"],
    });
  });

  it("name the table called reports, or else the first by name", async () => {
    const table = async (tableNames: Record<string, string>): Promise<string> => {
      const recording = await recordUsers({ reports: { ...reports, tableNames } });
      return parseServiceUrl(credentialsOf(recording)["report_reader"]?.urls.dynamodb ?? "").resource;
    };
    expect(await table({ archive: "dev_archive", reports: "dev_reports" })).to.equal("dev_reports");
    expect(await table({ zebra: "dev_zebra", archive: "dev_archive" })).to.equal("dev_archive");
  });
});

type Credentials = Record<string, ServiceUserCredentials>;

function credentialsOf(recording: Recording): Credentials {
  const outputs = recording.outputsOf(recording.one("groundwork:users:ServiceUsers"));
  return (outputs["credentials"] as RecordedSecret).secret as Credentials;
}

async function failureOf(recording: Promise<unknown>): Promise<string> {
  try {
    await recording;
  } catch (error) {
    return String(error);
  }
  throw new Error("expected it to fail");
}
