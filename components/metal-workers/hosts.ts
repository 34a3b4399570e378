import type { MetalWorkersSettings } from "../../settings/sections/metal-workers";
import type { Machine, MachineSource } from "./machine-source";

/** Machines that exist: nothing is made, and nothing is deleted. */
export class Hosts implements MachineSource {
  constructor(private readonly settings: MetalWorkersSettings) {}

  machine(name: string, slot: number): Machine {
    const { source, ssh } = this.settings;
    const host = source.hosts?.[String(slot)];
    if (host === undefined) {
      throw new Error(`${name}: groundwork:metalWorkers.source.hosts has no machine for slot ${slot}.`);
    }
    const port = host.port ?? ssh.port;
    return {
      // Another key at the same address is another machine, or the same one installed anew.
      id: `${host.address}:${port} ${keyOf(host.hostKey)}`,
      address: host.address,
      port,
      user: host.user ?? ssh.user ?? "root",
      hostKey: keyOf(host.hostKey),
      stays: true,
    };
  }
}

/** A public key without its comment. */
export function keyOf(publicKey: string): string {
  return publicKey.split(" ").slice(0, 2).join(" ");
}
