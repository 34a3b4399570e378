import * as pulumi from "@pulumi/pulumi";
import { slotNumbers, type MetalWorkersSettings } from "../../settings/sections/metal-workers";
import type { StackContext } from "../../settings/stack-context";
import { Ec2, type WorkerNetwork } from "./ec2";
import { Equinix } from "./equinix";
import { Hosts } from "./hosts";
import type { MachineSource } from "./machine-source";
import type { Adoptable } from "./adoption";
import type { Standing } from "./known-machines";
import { MetalWorker } from "./metal-worker";
import { METAL_WORKERS_TYPE, slotName, slotOfName } from "./slot-identity";
import { Turns } from "./turns";

export interface MetalWorkersArgs {
  readonly context: StackContext;
  readonly settings: MetalWorkersSettings;
  /** The stack's tags, for disks: they take none from the provider. */
  readonly tags: Readonly<Record<string, string>>;
  /** The stack's network; only EC2 instances need one. */
  readonly network?: WorkerNetwork;
  /** The secret workerSshKey: logs in to every machine. */
  readonly sshKey?: pulumi.Input<string>;
  /** The secret workerAccessToken. */
  readonly accessToken?: pulumi.Input<string>;
  /** Who makes Equinix devices (equinix.ts); only for that source. */
  readonly equinixProvider?: pulumi.ProviderResource;
  /** Machines that exist and are not in the state (adoption.ts). Default: none. */
  readonly adopt?: Adoptable;
  /** Where machines of EC2 stand already (known-machines.ts). Default: none do. */
  readonly standing?: Standing;
}

/**
 * Workers of Taskcluster on machines of their own, one for each slot. Everything of a slot is below its own
 * component, so that one can be made, changed and replaced without the others.
 */
export class MetalWorkers extends pulumi.ComponentResource {
  /** Slot to the address of its machine. */
  readonly addresses: pulumi.Output<Record<string, string>>;
  /** Slot to what the vendor knows its machine by. */
  readonly machineIds: pulumi.Output<Record<string, string>>;
  /** Slot to the public key that its machine is known by. */
  readonly hostKeys: pulumi.Output<Record<string, string>>;

  /** @throws Error when a secret is missing that the settings need; settings are checked for it before. */
  constructor(name: string, args: MetalWorkersArgs, opts?: pulumi.ComponentResourceOptions) {
    super(METAL_WORKERS_TYPE, name, {}, opts);
    const { context, settings } = args;
    const sshKey = needed(args.sshKey, "workerSshKey");
    const accessToken = needed(args.accessToken, "workerAccessToken");
    const slots = slotNumbers(settings.slots);
    const source = this.source(name, args);
    const turns = new Turns(slots, settings.parallel, slotOfUrn);
    const workers = slots.map((slot) => {
      const worker = new MetalWorker(
        slotName(slot),
        { context, slot, settings, source, turns, sshKey, accessToken, adopt: args.adopt?.get(slot) },
        { parent: this },
      );
      return [String(slot), worker] as const;
    });
    const each = (
      pick: (worker: MetalWorker) => pulumi.Output<string>,
    ): pulumi.Output<Record<string, string>> =>
      pulumi.output(Object.fromEntries(workers.map(([slot, worker]) => [slot, pick(worker)])));
    this.addresses = each(({ address }) => address);
    this.machineIds = each(({ machineId }) => machineId);
    this.hostKeys = each(({ hostKey }) => hostKey);
    this.registerOutputs({ addresses: this.addresses, hostKeys: this.hostKeys });
  }

  private source(name: string, args: MetalWorkersArgs): MachineSource {
    const { context, settings, tags, network, standing = new Map() } = args;
    const opts = { parent: this };
    if (settings.source.equinix !== undefined) {
      const provider = args.equinixProvider;
      if (provider === undefined) {
        throw new Error(`${name}: the source equinix needs its provider.`);
      }
      return new Equinix(name, { context, settings }, { ...opts, provider });
    }
    return settings.source.ec2 === undefined
      ? new Hosts(settings)
      : new Ec2(name, { context, settings, tags, standing, ...(network && { network }) }, opts);
  }
}

/** The slot that a resource is of: its component is in the URN, as a name or as a name's beginning. */
function slotOfUrn(urn: string): number | undefined {
  const name = urn.split("::").at(-1) ?? "";
  return slotOfName(/^docker-worker-\d+/.exec(name)?.[0] ?? "");
}

function needed(secret: pulumi.Input<string> | undefined, name: string): pulumi.Input<string> {
  if (secret === undefined) {
    throw new Error(`metal-workers: needs the secret groundwork:${name}.`);
  }
  return secret;
}
