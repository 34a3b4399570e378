import { checkFlowLogs } from "../../../guard/rules/flow-logs";
import { stackRule } from "../../rule";

export const flowLogs = stackRule({
  name: "ec2/flow-logs",
  description: "Every VPC has a flow log, except at guard level disposable.",
  why: "Who came in is asked months later, and nothing else knows it.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-6",
  check: (resources, { level }) => (level === "disposable" ? [] : checkFlowLogs(resources)),
});
