import { expect } from "chai";
import { Network } from "../../components/network/network";
import { type NetworkSettings, networkSettings } from "../../settings/sections/network";
import { isAllowed } from "../support/iam";
import { record, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const oneZone = {
  cidrBlock: "10.20.0.0/16",
  availabilityZones: ["eu-west-1a"],
  publicSubnets: ["10.20.0.0/24"],
};

function recordNetwork(settings: Record<string, unknown>): Promise<Recording<Network>> {
  const parsed = networkSettings.parse(settings);
  return record(() => new Network("network", { context: stackContext(), settings: parsed }));
}

describe("the flow log of a new network", () => {
  it("records accepted and refused traffic, in a log group with the retention of the settings", async () => {
    const recording = await recordNetwork({ ...oneZone, flowLogs: { retentionDays: 14 } });
    expect(recording.one("aws:cloudwatch/logGroup:LogGroup").inputs).to.deep.equal({
      name: "/groundwork/dev/flow-log",
      retentionInDays: 14,
    });
    const flowLog = recording.one("aws:ec2/flowLog:FlowLog");
    expect(flowLog.inputs).to.deep.include({
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: "arn:aws:logs:eu-west-1:111122223333:log-group:/groundwork/dev/flow-log",
    });
    expect(recording.dependencies(flowLog)).to.include("network-flow-log");
  });

  it("is written by a role that only the service may take, for this account", async () => {
    const { inputs } = (await recordNetwork(oneZone)).one("aws:iam/role:Role");
    expect(JSON.parse(String(inputs["assumeRolePolicy"]))).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "FlowLogsOfThisAccount",
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: ["sts:AssumeRole"],
          Condition: {
            StringEquals: { "aws:SourceAccount": "111122223333" },
            ArnLike: { "aws:SourceArn": "arn:aws:ec2:eu-west-1:111122223333:vpc-flow-log/*" },
          },
        },
      ],
    });
  });

  it("is written by a role that may write to its own log group and nothing else", async () => {
    const { inputs } = (await recordNetwork(oneZone)).one("aws:iam/rolePolicy:RolePolicy");
    const may = (action: string, resource: string): Promise<boolean> =>
      isAllowed({
        principal: "arn:aws:iam::111122223333:role/flow-log",
        policies: [String(inputs["policy"])],
        action,
        resource: `arn:aws:logs:eu-west-1:111122223333:log-group:${resource}`,
      });
    expect(await may("logs:PutLogEvents", "/groundwork/dev/flow-log:log-stream:eni-1")).to.equal(true);
    expect(await may("logs:CreateLogStream", "/groundwork/dev/flow-log:log-stream:eni-1")).to.equal(true);
    expect(await may("logs:PutLogEvents", "/groundwork/prod/flow-log:log-stream:eni-1")).to.equal(false);
    expect(await may("logs:DeleteLogGroup", "/groundwork/dev/flow-log")).to.equal(false);
  });

  it("is not there, nor anything of it, when the settings have none", async () => {
    const settings = { ...networkSettings.parse(oneZone), flowLogs: undefined } as NetworkSettings;
    const recording = await record(() => new Network("network", { context: stackContext(), settings }));
    for (const type of [
      "aws:ec2/flowLog:FlowLog",
      "aws:cloudwatch/logGroup:LogGroup",
      "aws:iam/role:Role",
      "aws:iam/rolePolicy:RolePolicy",
    ]) {
      expect(recording.ofType(type)).to.deep.equal([]);
    }
  });
});
