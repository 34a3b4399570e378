import type { Entries, InputRule } from "../../../interpreter/entry";
import { textOf, textsAt } from "../../../interpreter/values";
import { nameIsFree } from "./common-rules";

/** Categories of events of an instance. Source: RDS User Guide, "Amazon RDS event categories and event messages". */
const categories = new Set([
  ...["availability", "backup", "configuration change", "creation", "deletion", "failover", "failure"],
  ...["low storage", "maintenance", "notification", "read replica", "recovery", "restoration", "security"],
  "security patching",
]);

/** Source: RDS API Reference, CreateEventSubscription: SourceType where there are SourceIds, and its errors. */
const eventsFit: InputRule = (inputs, cloud, { place: { region } }) => {
  const sources = textsAt(inputs, "sourceIds");
  const type = textOf(inputs, "sourceType");
  if (sources.length > 0 && type === "") {
    return {
      code: "InvalidParameterCombination",
      message: "SourceType is required when SourceIds is specified",
    };
  }
  const topic = textOf(inputs, "snsTopic");
  if (topic.split(":")[3] !== region) {
    return {
      code: "SNSInvalidTopic",
      message: `SNS has responded that there is a problem with the SNS topic specified: ${topic}`,
    };
  }
  if (type !== "db-instance") return undefined;
  const unknown = textsAt(inputs, "eventCategories").find((category) => !categories.has(category));
  if (unknown !== undefined) {
    return {
      code: "SubscriptionCategoryNotFound",
      message: `Could not find event category: ${unknown}`,
      status: 404,
    };
  }
  const there = cloud.ofType("aws:rds/instance:Instance").map(({ outputs }) => textOf(outputs, "identifier"));
  const missing = sources.find((source) => !there.includes(source));
  return missing === undefined
    ? undefined
    : { code: "SourceNotFound", message: `Could not find source: ${missing}`, status: 404 };
};

export const entries: Entries = {
  "aws:rds/eventSubscription:EventSubscription": {
    api: {
      service: "RDS",
      title: "RDS Event Subscription",
      create: "CreateEventSubscription",
      update: "ModifyEventSubscription",
      delete: "DeleteEventSubscription",
    },
    id: ({ inputs }) => textOf(inputs, "name"),
    outputs: ({ place: { account } }) => ({ customerAwsId: account }),
    unique: [
      nameIsFree("name", {
        code: "SubscriptionAlreadyExist",
        message: (name) => `Subscription already exists: ${name}`,
      }),
    ],
    refuseInputs: [eventsFit],
  },
};
