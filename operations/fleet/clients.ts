import type * as autoscalingModule from "@aws-sdk/client-auto-scaling";
import type * as cloudwatchModule from "@aws-sdk/client-cloudwatch";
import type * as ec2Module from "@aws-sdk/client-ec2";
import type * as elbModule from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as ssmModule from "@aws-sdk/client-ssm";
import { createRequire } from "node:module";
import type { AwsClientConfig } from "../engine/aws-clients";

const load = createRequire(__filename);

/** The parts of AWS that a fleet lives in, and the SDK's commands for them. */
export interface FleetClients {
  readonly autoscaling: autoscalingModule.AutoScalingClient;
  readonly cloudwatch: cloudwatchModule.CloudWatchClient;
  readonly ec2: ec2Module.EC2Client;
  readonly elb: elbModule.ElasticLoadBalancingV2Client;
  readonly ssm: ssmModule.SSMClient;
  readonly sdk: FleetSdk;
  close(): void;
}

interface FleetSdk {
  readonly autoscaling: typeof autoscalingModule;
  readonly cloudwatch: typeof cloudwatchModule;
  readonly ec2: typeof ec2Module;
  readonly elb: typeof elbModule;
  readonly ssm: typeof ssmModule;
}

/** Clients of one region and account. The SDK is loaded here and not before: it takes a second. */
export function fleetClients(config: AwsClientConfig): FleetClients {
  const sdk: FleetSdk = {
    autoscaling: load("@aws-sdk/client-auto-scaling") as typeof autoscalingModule,
    cloudwatch: load("@aws-sdk/client-cloudwatch") as typeof cloudwatchModule,
    ec2: load("@aws-sdk/client-ec2") as typeof ec2Module,
    elb: load("@aws-sdk/client-elastic-load-balancing-v2") as typeof elbModule,
    ssm: load("@aws-sdk/client-ssm") as typeof ssmModule,
  };
  const clients = {
    autoscaling: new sdk.autoscaling.AutoScalingClient(config),
    cloudwatch: new sdk.cloudwatch.CloudWatchClient(config),
    ec2: new sdk.ec2.EC2Client(config),
    elb: new sdk.elb.ElasticLoadBalancingV2Client(config),
    ssm: new sdk.ssm.SSMClient(config),
  };
  return {
    ...clients,
    sdk,
    close: () => {
      for (const client of Object.values(clients)) {
        client.destroy();
      }
    },
  };
}
