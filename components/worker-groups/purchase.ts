import type { types } from "@pulumi/aws";
import type { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import type { WorkerGroupSettings } from "../../settings/sections/worker-groups";
import type { MachineTemplateArgs } from "../machines/launch-template";
import { spotPrice } from "./group-data";

/** Whether a group has machines that can be taken away. */
export function hasSpot(settings: WorkerGroupSettings): boolean {
  return settings.overrides.length === 0 ? settings.profile === "spot" : onDemandShare(settings) < 100;
}

/** Percent of what is above the base; of a mixed instances group. */
function onDemandShare({ onDemandPercentage, profile }: WorkerGroupSettings): number {
  return onDemandPercentage ?? (profile === "spot" ? 0 : 100);
}

/** Of a template. One that asks for spot machines itself is none for a mixed instances group. */
export function templatePurchase(settings: WorkerGroupSettings): MachineTemplateArgs["more"] {
  const maxPrice = spotPrice(settings);
  return settings.profile === "spot" && settings.overrides.length === 0
    ? {
        instanceMarketOptions: {
          marketType: "spot",
          // What Auto Scaling takes: it starts another one when this one is gone.
          spotOptions: { spotInstanceType: "one-time", ...(maxPrice !== undefined && { maxPrice }) },
        },
      }
    : {};
}

type GroupPurchase =
  | { readonly launchTemplate: types.input.autoscaling.GroupLaunchTemplate }
  | { readonly mixedInstancesPolicy: types.input.autoscaling.GroupMixedInstancesPolicy };

/**
 * What a group starts. By the template's number: `$Latest` would start no refresh, and could not be taken back.
 */
export function groupPurchase(template: LaunchTemplate, settings: WorkerGroupSettings): GroupPurchase {
  const version = template.latestVersion.apply(String);
  if (settings.overrides.length === 0) {
    return { launchTemplate: { id: template.id, version } };
  }
  const spotMaxPrice = spotPrice(settings);
  return {
    mixedInstancesPolicy: {
      instancesDistribution: {
        onDemandAllocationStrategy: "prioritized",
        onDemandBaseCapacity: settings.onDemandBase ?? 0,
        onDemandPercentageAboveBaseCapacity: onDemandShare(settings),
        spotAllocationStrategy: "price-capacity-optimized",
        ...(hasSpot(settings) && spotMaxPrice !== undefined && { spotMaxPrice }),
      },
      launchTemplate: {
        launchTemplateSpecification: { launchTemplateId: template.id, version },
        overrides: [settings.instanceType, ...settings.overrides].map((instanceType) => ({ instanceType })),
      },
    },
  };
}
