import { mayStandFree } from "../../../guard/approvals/approved-inputs";
import { checkCloudLocks } from "../../../guard/rules/inputs";
import { statefulType } from "../../../guard/catalogue/stateful-types";
import { resourceRule } from "../../rule";

export const cloudLocks = resourceRule({
  name: "guard/cloud-locks",
  description:
    "What holds data has the cloud's own deletion locks on: they hold against consoles and other programs too.",
  why: "They hold when everything else is gone around.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-8",
  types: (type) => statefulType(type) !== undefined,
  check: ({ urn, wanted, context }) =>
    mayStandFree(context.approvals, urn) ? [] : checkCloudLocks(wanted, context.level),
});
