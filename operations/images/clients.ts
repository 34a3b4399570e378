import type * as autoscalingModule from "@aws-sdk/client-auto-scaling";
import type * as ec2Module from "@aws-sdk/client-ec2";
import type * as imagebuilderModule from "@aws-sdk/client-imagebuilder";
import type * as ssmModule from "@aws-sdk/client-ssm";
import { createRequire } from "node:module";
import type { AwsClientConfig } from "../engine/aws-clients";

const load = createRequire(__filename);

// Loaded when a command is called: together they take half a second.
export const autoscaling = (): typeof autoscalingModule =>
  load("@aws-sdk/client-auto-scaling") as typeof autoscalingModule;
export const ec2 = (): typeof ec2Module => load("@aws-sdk/client-ec2") as typeof ec2Module;
export const imagebuilder = (): typeof imagebuilderModule =>
  load("@aws-sdk/client-imagebuilder") as typeof imagebuilderModule;
export const ssm = (): typeof ssmModule => load("@aws-sdk/client-ssm") as typeof ssmModule;

/** What images are looked at, built and deployed with. */
export interface ImageClients {
  readonly autoscaling: autoscalingModule.AutoScalingClient;
  readonly ec2: ec2Module.EC2Client;
  readonly imagebuilder: imagebuilderModule.ImagebuilderClient;
  readonly ssm: ssmModule.SSMClient;
}

export function imageClients(config: AwsClientConfig): ImageClients {
  return {
    autoscaling: new (autoscaling().AutoScalingClient)(config),
    ec2: new (ec2().EC2Client)(config),
    imagebuilder: new (imagebuilder().ImagebuilderClient)(config),
    ssm: new (ssm().SSMClient)(config),
  };
}

export function closeClients(clients: ImageClients): void {
  for (const client of Object.values(clients) as readonly { destroy(): void }[]) {
    client.destroy();
  }
}

/** The worker group that a command is about. */
export interface ImageGroup {
  /** Key in the settings. */
  readonly key: string;
  /** Name of its Auto Scaling group. */
  readonly autoScalingGroup: string;
  /** Tags that its images have, all of them. */
  readonly tags: Readonly<Record<string, string>>;
  /** Name of the parameter that says which image is deployed. */
  readonly parameter: string;
  /** Name of its pipeline. */
  readonly pipeline: string;
}

/** Waits between two looks: short at first, then longer, never more than this. */
const longestPauseSeconds = 15;

/** Pauses between looks at something that takes minutes, in seconds: 0.5, 1, 2, … 15, 15. */
export function* pauses(): Iterable<number> {
  for (let seconds = 0.5; ; seconds = Math.min(2 * seconds, longestPauseSeconds)) {
    yield seconds;
  }
}

/** Passes time, or less of it when the signal comes. */
export function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    signal.addEventListener("abort", end);
    if (signal.aborted) {
      end();
    }
  });
}
