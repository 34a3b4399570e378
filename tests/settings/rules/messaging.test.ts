import { expect } from "chai";
import { changed, problemsOf, type Config } from "../support";

const messaging = (change: Config): ReturnType<typeof problemsOf> =>
  problemsOf(changed({ "groundwork:messaging": change }));
const queue = (change: Config): ReturnType<typeof problemsOf> => messaging({ queues: { mail: change } });

describe("settings rules: messaging", () => {
  it("refuses a queue whose dead-letter queue's name is too long", () => {
    const key = "q".repeat(72);
    expect(messaging({ queues: { [key]: {} } })).to.deep.equal([
      {
        path: `groundwork:messaging.queues.${key}`,
        message: `the dead-letter queue's name "dev_${key}_dead" has 81 characters`,
        allowed: "up to 80 characters, the stack's name, _dead and .fifo included",
      },
    ]);
    expect(messaging({ queues: { ["q".repeat(71)]: {} } })).to.deep.equal([]);
  });

  it("counts .fifo", () => {
    const paths = (length: number): readonly string[] =>
      messaging({ queues: { ["q".repeat(length)]: { fifo: true } } }).map(({ message }) => message);
    expect(paths(67)).to.deep.equal([
      `the dead-letter queue's name "dev_${"q".repeat(67)}_dead.fifo" has 81 characters`,
    ]);
    expect(paths(66)).to.deep.equal([]);
  });

  it("refuses a queue with the name of another's dead-letter queue", () => {
    expect(messaging({ queues: { mail: {}, mail_dead: {} } })).to.deep.equal([
      {
        path: "groundwork:messaging.queues.mail_dead",
        message: '"mail_dead" is the name of the dead-letter queue of "mail"',
        allowed: "a key other than another queue's with _dead",
      },
    ]);
    expect(messaging({ queues: { letters_dead: {} } })).to.deep.equal([]);
  });

  it("refuses a queue under the control prefix, the default one too", () => {
    const problem = {
      path: "groundwork:messaging.queues.control_app",
      message: '"dev_control_app" lies under the control prefix "dev_control_"',
      allowed: "a queue outside the prefix: what lies under it is the application's to make and delete",
    };
    expect(messaging({ queues: { control_app: {} } })).to.deep.equal([problem]);
    expect(messaging({ controlPrefix: "dev_con", queues: { control_app: {} } })).to.deep.equal([
      { ...problem, message: '"dev_control_app" lies under the control prefix "dev_con"' },
    ]);
    expect(messaging({ controlPrefix: "dev_app_", queues: { control_app: {} } })).to.deep.equal([]);
  });

  it("refuses a control prefix that reaches other queues than the stack's own control queues", () => {
    const problem = (prefix: string): unknown => ({
      path: "groundwork:messaging.controlPrefix",
      message: `"${prefix}" would reach queues that are not the stack's own control queues`,
      allowed: "dev_ and at least one character more, such as dev_control_",
    });
    expect(messaging({ controlPrefix: "prod_control_" })).to.deep.equal([problem("prod_control_")]);
    expect(messaging({ controlPrefix: "development_" })).to.deep.equal([problem("development_")]);
    expect(messaging({ controlPrefix: "dev_", queues: {} })).to.deep.equal([problem("dev_")]);
    expect(messaging({ controlPrefix: "dev-control-" })).to.deep.equal([]);
  });

  it("refuses messages that are gone before they have failed often enough", () => {
    expect(
      queue({ visibilityTimeoutSeconds: 1200, maxReceiveCount: 3, messageRetentionSeconds: 3600 }),
    ).to.deep.equal([
      {
        path: "groundwork:messaging.queues.mail.messageRetentionSeconds",
        message:
          "found 3600: a message that fails 3 times, 1200 seconds each, is gone before it reaches the dead-letter queue",
        allowed: "more than 3600: visibilityTimeoutSeconds times maxReceiveCount",
      },
    ]);
    expect(
      queue({ visibilityTimeoutSeconds: 1200, maxReceiveCount: 2, messageRetentionSeconds: 3600 }),
    ).to.deep.equal([]);
  });

  it("refuses messages that are gone before anybody can see them", () => {
    const change = {
      delaySeconds: 900,
      messageRetentionSeconds: 900,
      visibilityTimeoutSeconds: 1,
      alarms: { ageSeconds: 60 },
    };
    const config = {
      ...changed({ "groundwork:messaging": { queues: { mail: change } } }),
      "groundwork:guard": { level: "disposable" },
    };
    expect(problemsOf(config)).to.deep.equal([
      {
        path: "groundwork:messaging.queues.mail.delaySeconds",
        message: "found 900, with messageRetentionSeconds 900: nobody would see a message",
        allowed: "less than 900",
      },
    ]);
  });

  it("refuses an alarm that comes after the loss", () => {
    expect(queue({ messageRetentionSeconds: 3600, alarms: { ageSeconds: 3600 } })).to.deep.equal([
      {
        path: "groundwork:messaging.queues.mail.alarms.ageSeconds",
        message: "found 3600, with messageRetentionSeconds 3600: messages would be gone first",
        allowed: "less than 3600",
      },
    ]);
    expect(queue({ messageRetentionSeconds: 3600, alarms: { ageSeconds: 3599 } })).to.deep.equal([]);
  });

  it("refuses an alarm topic of another region", () => {
    expect(messaging({ alarmTopicArns: ["arn:aws:sns:us-east-1:123456789012:oncall"] })).to.deep.equal([
      {
        path: "groundwork:messaging.alarmTopicArns[0]",
        message: '"arn:aws:sns:us-east-1:123456789012:oncall" is not in eu-west-1',
        allowed: "a topic in aws:region: CloudWatch alarms notify no other",
      },
    ]);
    expect(messaging({ alarmTopicArns: ["arn:aws:sns:eu-west-1:210987654321:oncall"] })).to.deep.equal([]);
  });

  it("refuses an alarm topic that is listed twice", () => {
    const arn = "arn:aws:sns:eu-west-1:123456789012:oncall";
    expect(messaging({ alarmTopicArns: [arn, arn] })).to.deep.equal([
      {
        path: "groundwork:messaging.alarmTopicArns[1]",
        message: `"${arn}" is listed twice`,
        allowed: "each topic once",
      },
    ]);
  });
});
