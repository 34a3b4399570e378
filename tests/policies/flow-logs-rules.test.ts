import { flowLogs } from "../../policies/rules/ec2/flow-logs";
import { UNKNOWN, type Member } from "./harness";
import { describeStackRule } from "./table";

const VPC = "aws:ec2/vpc:Vpc";
const FLOW_LOG = "aws:ec2/flowLog:FlowLog";
const home: Member = { type: VPC, name: "network", props: { id: "vpc-1" } };
const far: Member = { type: VPC, name: "static-services-us-west-2", props: { region: "us-west-2" } };

describeStackRule(flowLogs, {
  passes: [
    { title: "one by its id", members: [home, { type: FLOW_LOG, name: "log", props: { vpcId: "vpc-1" } }] },
    {
      title: "one that is still to be made, by where the id comes from",
      members: [far, { type: FLOW_LOG, name: "log", props: { vpcId: UNKNOWN }, from: { vpcId: [far.name] } }],
    },
  ],
  refuses: [
    { title: "a VPC alone", members: [home], about: ["network"] },
    {
      title: "the flow log of another one",
      members: [home, far, { type: FLOW_LOG, name: "log", props: { vpcId: "vpc-1" } }],
      about: ["static-services-us-west-2"],
    },
  ],
  unknown: [
    {
      title: "whose flow log it is",
      members: [
        { ...home, props: { id: UNKNOWN } },
        { type: FLOW_LOG, name: "log", props: { vpcId: UNKNOWN } },
      ],
      about: ["network"],
    },
  ],
  ignores: [{ title: "a queue", members: [{ type: "aws:sqs/queue:Queue", name: "mail", props: {} }] }],
});
