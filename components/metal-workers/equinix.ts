import * as pulumi from "@pulumi/pulumi";
import type { MetalWorkersSettings } from "../../settings/sections/metal-workers";
import { physicalName } from "../names";
import type { StackContext } from "../../settings/stack-context";
import { Device, ProjectSshKey, Provider } from "./equinix-metal";
import { keyOf } from "./hosts";
import type { Machine, MachineSource } from "./machine-source";
import { equinixTags, slotHostname } from "./slot-identity";

export type EquinixSettings = NonNullable<MetalWorkersSettings["source"]["equinix"]>;

/** Who makes Equinix Metal devices for this stack. */
export interface EquinixArgs {
  readonly context: StackContext;
  readonly settings: MetalWorkersSettings;
}

/** The provider of Equinix Metal. Of no component: machines are looked for before there is one. */
export function createEquinixProvider(apiToken: pulumi.Input<string>): Provider {
  return new Provider("equinix", { authToken: pulumi.secret(apiToken) });
}

/** Devices of Equinix Metal: no user data, and nobody's key but the workers' own. */
export class Equinix implements MachineSource {
  private readonly equinix: EquinixSettings;
  private readonly provider: pulumi.ProviderResource | undefined;
  private readonly keyId: pulumi.Output<string>;

  /**
   * @param name Of the pool, whose key is of no slot.
   * @param opts With the provider.
   */
  constructor(
    name: string,
    private readonly args: EquinixArgs,
    opts: pulumi.CustomResourceOptions,
  ) {
    const { context, settings } = args;
    const { equinix } = settings.source;
    if (equinix === undefined || settings.ssh.publicKey === undefined) {
      throw new Error(`${name}: the source equinix needs source.equinix and ssh.publicKey.`);
    }
    this.equinix = equinix;
    this.provider = opts.provider;
    const key = new ProjectSshKey(
      name,
      {
        projectId: equinix.projectId,
        name: physicalName(context, name),
        publicKey: keyOf(settings.ssh.publicKey),
      },
      opts,
    );
    this.keyId = key.id;
  }

  machine(name: string, slot: number, opts: pulumi.CustomResourceOptions): Machine {
    const { context, settings } = this.args;
    const { projectId, metro, plan, operatingSystem, billingCycle } = this.equinix;
    const device = new Device(
      name,
      {
        hostname: slotHostname(context, slot),
        projectId,
        metro,
        plan,
        operatingSystem,
        billingCycle,
        projectSshKeyIds: [this.keyId],
        tags: [...equinixTags(context, slot)],
      },
      {
        ...opts,
        provider: this.provider,
        // Two machines of one name would take each other's tasks for their own.
        deleteBeforeReplace: true,
        // The API does not tell it of a device, so that one that is taken over would be replaced for it. It counts when a
        // machine is made.
        ignoreChanges: ["projectSshKeyIds"],
        // Shown by the API for a day; nobody needs it, and it is not for the state.
        additionalSecretOutputs: ["rootPassword"],
        customTimeouts: { create: "40m" },
      },
    );
    const pinned = settings.ssh.hostKeys[String(slot)];
    return {
      id: device.id,
      address: device.accessPublicIpv4,
      port: settings.ssh.port,
      user: settings.ssh.user ?? "root",
      ...(pinned !== undefined && { hostKey: keyOf(pinned) }),
      stays: false,
    };
  }
}
