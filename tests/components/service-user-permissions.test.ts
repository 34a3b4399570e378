import { expect } from "chai";
import { ServiceUsers, type ServiceUsersArgs } from "../../components/service-users/service-users";
import { usersSettings } from "../../settings/sections/users";
import { isAllowed } from "../support/iam";
import { record, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const POLICY = "aws:iam/policy:Policy";
const ATTACHMENT = "aws:iam/userPolicyAttachment:UserPolicyAttachment";

const reports = {
  tableNames: { reports: "dev_reports" },
  indexedTableNames: [],
  bucketName: "example-dev-reports",
};
const messaging = { controlPrefix: "dev_control_", queueNames: { mail: "dev_mail" } };

function recordUsers(
  targets: Pick<ServiceUsersArgs, "reports" | "messaging"> = { reports, messaging },
  additional: ServiceUsersArgs["settings"]["additional"] = {},
): Promise<Recording<ServiceUsers>> {
  return record(
    () =>
      new ServiceUsers("users", {
        context: stackContext(),
        settings: { ...usersSettings.parse({}), additional },
        ...targets,
      }),
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

describe("what a service user may do", () => {
  const own = {
    table: "arn:aws:dynamodb:eu-west-1:111122223333:table/dev_reports",
    index: "arn:aws:dynamodb:eu-west-1:111122223333:table/dev_reports/index/by-probe",
    object: "arn:aws:s3:::example-dev-reports/2026/report.json",
    queue: "arn:aws:sqs:eu-west-1:111122223333:dev_control_probe-1",
  };
  const others = {
    otherTable: "arn:aws:dynamodb:eu-west-1:111122223333:table/prod_reports",
    tableLikeIt: "arn:aws:dynamodb:eu-west-1:111122223333:table/dev_reports2",
    otherRegion: "arn:aws:dynamodb:eu-central-1:111122223333:table/dev_reports",
    otherAccount: "arn:aws:dynamodb:eu-west-1:444455556666:table/dev_reports",
    otherBucket: "arn:aws:s3:::example-prod-reports/2026/report.json",
    bucketLikeIt: "arn:aws:s3:::example-dev-reports-2/2026/report.json",
  };
  const queues = {
    declared: "arn:aws:sqs:eu-west-1:111122223333:dev_mail",
    otherStack: "arn:aws:sqs:eu-west-1:111122223333:prod_control_probe-1",
    otherRegion: "arn:aws:sqs:eu-central-1:111122223333:dev_control_probe-1",
    otherAccount: "arn:aws:sqs:eu-west-1:444455556666:dev_control_probe-1",
  };

  /** The requests, each `action resource`, that the policies of a user let through. */
  async function allowed(
    recording: Recording,
    user: string,
    requests: readonly (readonly [string, string])[],
  ): Promise<string[]> {
    const through: string[] = [];
    for (const [action, resource] of requests) {
      const allowedOne = await isAllowed({
        principal: `arn:aws:iam::111122223333:user/groundwork/dev/groundwork-dev-${user}`,
        policies: policiesOf(recording, `groundwork-dev-${user}`),
        action,
        resource,
      });
      if (allowedOne) {
        through.push(`${action} ${resource}`);
      }
    }
    return through;
  }

  function each(actions: readonly string[], resources: readonly string[]): [string, string][] {
    return actions.flatMap((action) => resources.map((resource): [string, string] => [action, resource]));
  }

  const tableActions = [
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:DeleteTable",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
    "dynamodb:UpdateContinuousBackups",
    "dynamodb:UpdateTable",
  ];
  const objectActions = [
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:PutObject",
    "s3:PutObjectAcl",
  ];
  const bucketRequests = each(
    ["s3:DeleteBucket", "s3:ListBucket", "s3:PutBucketPolicy", "s3:PutLifecycleConfiguration"],
    ["arn:aws:s3:::example-dev-reports"],
  );
  const everythingOnReports = [
    ...each(tableActions, [
      own.table,
      others.otherTable,
      others.tableLikeIt,
      others.otherRegion,
      others.otherAccount,
    ]),
    ...each(["dynamodb:Query", "dynamodb:Scan"], [own.index]),
    ...each(objectActions, [own.object, others.otherBucket, others.bucketLikeIt]),
    ...bucketRequests,
  ];
  const queueActions = [
    "sqs:ChangeMessageVisibility",
    "sqs:CreateQueue",
    "sqs:DeleteMessage",
    "sqs:DeleteQueue",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:PurgeQueue",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "sqs:SetQueueAttributes",
  ];
  const everythingOnQueues = each(queueActions, [own.queue, ...Object.values(queues)]);

  it("with queues:send is to put messages into the declared queues, nothing else", async () => {
    const recording = await recordUsers({ reports, messaging }, { mailer: { grants: ["queues:send"] } });
    expect(
      await allowed(recording, "mailer", [...everythingOnReports, ...everythingOnQueues]),
    ).to.have.members([
      `sqs:GetQueueAttributes ${queues.declared}`,
      `sqs:GetQueueUrl ${queues.declared}`,
      `sqs:SendMessage ${queues.declared}`,
    ]);
  });

  it("with queues:receive is to take messages from the declared queues, nothing else", async () => {
    const recording = await recordUsers({ reports, messaging }, { mailer: { grants: ["queues:receive"] } });
    expect(
      await allowed(recording, "mailer", [...everythingOnReports, ...everythingOnQueues]),
    ).to.have.members([
      `sqs:ChangeMessageVisibility ${queues.declared}`,
      `sqs:DeleteMessage ${queues.declared}`,
      `sqs:GetQueueAttributes ${queues.declared}`,
      `sqs:GetQueueUrl ${queues.declared}`,
      `sqs:ReceiveMessage ${queues.declared}`,
    ]);
  });

  it("as report_writer is to put items into its table and objects into its bucket, nothing else", async () => {
    const recording = await recordUsers();
    expect(
      await allowed(recording, "report_writer", [...everythingOnReports, ...everythingOnQueues]),
    ).to.deep.equal([`dynamodb:PutItem ${own.table}`, `s3:PutObject ${own.object}`]);
  });

  it("as report_reader is to get and query items and to get objects, nothing else", async () => {
    const recording = await recordUsers();
    expect(
      await allowed(recording, "report_reader", [...everythingOnReports, ...everythingOnQueues]),
    ).to.deep.equal([
      `dynamodb:BatchGetItem ${own.table}`,
      `dynamodb:GetItem ${own.table}`,
      `dynamodb:Query ${own.table}`,
      `s3:GetObject ${own.object}`,
    ]);
  });

  it("as report_reader is to query indexes too, where a table has some", async () => {
    const recording = await recordUsers({ reports: { ...reports, indexedTableNames: ["dev_reports"] } });
    expect(
      await allowed(recording, "report_reader", [
        ["dynamodb:Query", own.index],
        ["dynamodb:Scan", own.index],
        ["dynamodb:Query", `${others.otherTable}/index/by-probe`],
      ]),
    ).to.deep.equal([`dynamodb:Query ${own.index}`]);
  });

  it("as sqs_readwriter is everything on queues under the prefix, and nothing on any other", async () => {
    const recording = await recordUsers();
    expect(
      await allowed(recording, "sqs_readwriter", [...everythingOnQueues, ...everythingOnReports]),
    ).to.deep.equal(queueActions.map((action) => `${action} ${own.queue}`));
  });

  it("is nothing in a bucket of the same name that a stranger owns", async () => {
    const recording = await recordUsers();
    for (const [user, action] of [
      ["report_writer", "s3:PutObject"],
      ["report_reader", "s3:GetObject"],
    ] as const) {
      expect(
        await isAllowed({
          principal: `arn:aws:iam::111122223333:user/groundwork/dev/groundwork-dev-${user}`,
          policies: policiesOf(recording, `groundwork-dev-${user}`),
          action,
          resource: own.object,
          resourceAccount: "444455556666",
          resourcePolicy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: "*",
                Action: "s3:*",
                Resource: "arn:aws:s3:::example-dev-reports/*",
              },
            ],
          }),
        }),
      ).to.equal(false);
    }
  });
});
