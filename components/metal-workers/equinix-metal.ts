import * as pulumi from "@pulumi/pulumi";

// What the workers need of Equinix Metal, by its tokens and without its package: the vendor was switched off on 30 June 2026, and with the
// package installed the engine would fetch its plugin for stacks that have no machine there. What a state still holds, this reads and deletes.

/** The last plugin there was. */
const version = "2.0.0";

/** Holds the token of one account. */
export class Provider extends pulumi.ProviderResource {
  constructor(
    name: string,
    args: { readonly authToken: pulumi.Input<string> },
    opts?: pulumi.ResourceOptions,
  ) {
    super("equinix-metal", name, args, { version, ...opts });
  }
}

export interface DeviceArgs {
  readonly hostname: pulumi.Input<string>;
  readonly projectId: pulumi.Input<string>;
  readonly metro: pulumi.Input<string>;
  readonly plan: pulumi.Input<string>;
  readonly operatingSystem: pulumi.Input<string>;
  readonly billingCycle: pulumi.Input<string>;
  readonly projectSshKeyIds: pulumi.Input<string>[];
  readonly tags: pulumi.Input<string>[];
}

/** A machine. */
export class Device extends pulumi.CustomResource {
  declare readonly accessPublicIpv4: pulumi.Output<string>;

  constructor(name: string, args: DeviceArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "equinix-metal:index/device:Device",
      name,
      { ...args, accessPublicIpv4: undefined },
      { version, ...opts },
    );
  }
}

export interface ProjectSshKeyArgs {
  readonly projectId: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
  readonly publicKey: pulumi.Input<string>;
}

/** A key that new machines of a project let in. */
export class ProjectSshKey extends pulumi.CustomResource {
  constructor(name: string, args: ProjectSshKeyArgs, opts?: pulumi.CustomResourceOptions) {
    super("equinix-metal:index/projectSshKey:ProjectSshKey", name, { ...args }, { version, ...opts });
  }
}

/** A device by its id, or by project and name. */
export interface DeviceQuery {
  readonly deviceId?: string;
  readonly hostname?: string;
  readonly projectId?: string;
}

export interface FoundDevice {
  readonly id: string;
  readonly hostname: string;
  readonly state: string;
}

/** @throws Error with the vendor's words, such as `no device found with hostname …`. */
export async function getDevice(query: DeviceQuery, opts: pulumi.InvokeOptions): Promise<FoundDevice> {
  const found: unknown = await pulumi.runtime.invoke(
    "equinix-metal:index/getDevice:getDevice",
    { ...query },
    { version, ...opts },
  );
  return found as FoundDevice;
}
