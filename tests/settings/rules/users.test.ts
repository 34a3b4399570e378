import { expect } from "chai";
import { changed, problemsOf, type Config } from "../support";

const users = (
  additional: Config,
  others: Readonly<Record<string, Config | undefined>> = {},
): ReturnType<typeof problemsOf> => problemsOf(changed({ "groundwork:users": { additional }, ...others }));

describe("settings rules: users", () => {
  it("takes users with grants for sections that are there", () => {
    expect(users({ billing: { grants: ["reports:read", "queues:all"] } })).to.deep.equal([]);
  });

  it("refuses a user with the name of a standard one, in whatever case", () => {
    const problem = {
      path: "groundwork:users.additional.report_writer",
      message: '"report_writer" is a standard user already',
      allowed:
        "a name other than report_writer, report_reader, sqs_readwriter and the other keys; case does not count",
    };
    expect(users({ report_writer: { grants: ["reports:read"] } })).to.deep.equal([problem]);
    expect(users({ Report_Writer: { grants: ["reports:read"] } })).to.deep.equal([
      {
        ...problem,
        path: "groundwork:users.additional.Report_Writer",
        message: '"Report_Writer" is a standard user already',
      },
    ]);
  });

  it("knows whose keys there are", () => {
    const slots = { current: "b", other: "inactive", since: "2026-12-01T10:15Z" };
    const withKeys = (keys: Config): ReturnType<typeof problemsOf> =>
      problemsOf(changed({ "groundwork:users": { keys, additional: {} } }));
    expect(withKeys({ report_writer: slots })).to.deep.equal([]);
    expect(withKeys({ billing: slots })).to.deep.equal([
      {
        path: "groundwork:users.keys.billing",
        message: '"billing" is no user of this stack, so that it has no keys',
        allowed: "one of report_reader, report_writer, sqs_readwriter",
      },
    ]);
    expect(withKeys({ report_writer: { ...slots, since: "yesterday" } })).to.have.lengthOf(1);
  });

  it("refuses two users whose names differ in case only", () => {
    const grants = { grants: ["reports:read"] };
    expect(users({ billing: grants, Billing: grants }).map(({ message }) => message)).to.have.lengthOf(1);
  });

  it("refuses a name that is too long with project and stack in front", () => {
    const key = "u".repeat(32);
    const config = changed({ "groundwork:users": { additional: { [key]: { grants: ["reports:read"] } } } });
    const whose = { project: "groundwork-of-everything", stack: "dev" };
    expect(problemsOf(config)).to.deep.equal([]);
    expect(problemsOf({ ...config }, { ...whose, project: "groundworks-of-everything-old" })).to.deep.equal([
      {
        path: `groundwork:users.additional.${key}`,
        message: `the IAM user's name "groundworks-of-everything-old-dev-${key}" has 66 characters`,
        allowed: "up to 64 characters, project and stack included",
      },
    ]);
  });

  it("refuses a grant for a section that is not there", () => {
    expect(
      users({ billing: { grants: ["reports:read", "queues:all"] } }, { "groundwork:messaging": undefined }),
    ).to.deep.equal([
      {
        path: "groundwork:users.additional.billing.grants[1]",
        message: '"queues:all" grants nothing: there is no section groundwork:messaging',
        allowed: "grants for sections of the stack, or a section groundwork:messaging",
      },
    ]);
  });

  it("refuses a grant on declared queues where none is declared", () => {
    const grants = ["queues:send", "queues:receive"];
    expect(users({ mailer: { grants } })).to.deep.equal([]);
    expect(
      users({ mailer: { grants } }, { "groundwork:messaging": { queues: {} } }).map(({ path, message }) => [
        path,
        message,
      ]),
    ).to.deep.equal([
      [
        "groundwork:users.additional.mailer.grants[0]",
        '"queues:send" grants nothing: groundwork:messaging declares no queue',
      ],
      [
        "groundwork:users.additional.mailer.grants[1]",
        '"queues:receive" grants nothing: groundwork:messaging declares no queue',
      ],
    ]);
    expect(
      users({ mailer: { grants } }, { "groundwork:messaging": { queues: { mail: { fifo: "no" } } } }).map(
        ({ path }) => path,
      ),
    ).to.deep.equal(["groundwork:messaging.queues.mail.fifo"]);
  });

  it("refuses a grant that is listed twice", () => {
    expect(users({ billing: { grants: ["reports:read", "reports:read"] } })).to.deep.equal([
      {
        path: "groundwork:users.additional.billing.grants[1]",
        message: '"reports:read" is listed twice',
        allowed: "each grant once",
      },
    ]);
  });

  it("refuses users where there is nothing to use", () => {
    const config = changed({ "groundwork:reports": undefined, "groundwork:messaging": undefined });
    expect(problemsOf(config)).to.deep.equal([
      {
        path: "groundwork:users",
        message: "there is nothing that a user could use",
        allowed: "a section groundwork:reports or groundwork:messaging, or no section groundwork:users",
      },
    ]);
    expect(problemsOf(changed({ "groundwork:reports": undefined }))).to.deep.equal([]);
  });
});
