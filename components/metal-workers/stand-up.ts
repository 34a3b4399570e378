import * as pulumi from "@pulumi/pulumi";
import { machinesToAdopt } from "./adoption";
import { createEquinixProvider } from "./equinix";
import { machinesInState, standingIn } from "./known-machines";
import { MetalWorkers, type MetalWorkersArgs } from "./metal-workers";
import { METAL_WORKERS } from "./slot-identity";

export interface StandUpArgs extends Omit<MetalWorkersArgs, "adopt" | "standing" | "equinixProvider"> {
  /** Makes instances, and tells which there are; for the source ec2. */
  readonly aws: pulumi.ProviderResource;
  /** The secret equinixApiToken; only for the source equinix. */
  readonly equinixApiToken?: pulumi.Input<string>;
}

/**
 * Looks for machines that exist and are not in the state, and then stands the workers up. Apart from the component, since
 * which machine is taken over has to be known before any is registered.
 *
 * @throws Error when a secret is missing, or when it cannot be told which machine is a slot's.
 */
export async function standUpMetalWorkers(
  { aws, equinixApiToken, ...args }: StandUpArgs,
  opts?: pulumi.ComponentResourceOptions,
): Promise<MetalWorkers> {
  const { context, settings } = args;
  if (settings.source.hosts !== undefined) {
    return new MetalWorkers(METAL_WORKERS, args, opts);
  }
  const known = await machinesInState();
  if (settings.source.equinix === undefined) {
    const adopt = await machinesToAdopt({ context, settings, provider: aws, known });
    return new MetalWorkers(METAL_WORKERS, { ...args, adopt, standing: standingIn(context, known) }, opts);
  }
  if (equinixApiToken === undefined) {
    throw new Error(`${METAL_WORKERS}: needs the secret groundwork:equinixApiToken.`);
  }
  await pulumi.log.warn(
    "groundwork:metalWorkers.source.equinix: Equinix Metal was switched off on 30 June 2026. No machine can be made or reached there; " +
      "ec2 and hosts are what there is.",
  );
  const equinixProvider = createEquinixProvider(equinixApiToken);
  const adopt = await machinesToAdopt({ context, settings, provider: equinixProvider, known });
  return new MetalWorkers(METAL_WORKERS, { ...args, adopt, equinixProvider }, opts);
}
