import { silence } from "../../../settings/alarms/table";
import { told, type Check } from "../check";

/** Whether anybody is told when something fails that a person has to look at now. */
export const alarms: Check = async ({ settings }) => {
  const what = silence(settings);
  return Promise.resolve(
    what === undefined
      ? []
      : told("warning", what, {
          setting: "groundwork:alarms.topics.critical",
          mend: `Name an SNS topic that somebody reads: \`aws sns create-topic --name oncall --region ${settings.context.region}\` makes one, and docs/alarms.md says how people subscribe to it`,
        }),
  );
};
