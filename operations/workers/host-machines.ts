import type { MetalWorkersSettings } from "../../settings/sections/metal-workers";
import type { FoundMachine, Machines } from "./machine";

type Hosts = NonNullable<MetalWorkersSettings["source"]["hosts"]>;

/** How long ssh-keyscan waits for one machine. */
const scanSeconds = 10;

export interface HostsOptions {
  readonly hosts: Hosts;
  /** The port where a machine has none of its own. */
  readonly port: number;
  /** Asks a machine for its keys. Default: ssh-keyscan. Undefined where nobody is to be asked: in a rehearsal. */
  readonly scan: Scan | undefined;
}

/** Public keys that SSH shows at an address, `TYPE BASE64` each; none where nothing answers. */
export type Scan = (host: string, port: number) => Promise<readonly string[]>;

/** Machines that exist: each is asked whether it answers, and with the key that the settings say. */
export function hostMachines({ hosts, port, scan }: HostsOptions): Machines {
  return {
    source: "hosts",
    find: () =>
      Promise.all(
        Object.entries(hosts).map(
          async ([slot, { address, port: own = port, hostKey }]): Promise<FoundMachine> => {
            const state = scan === undefined ? "not asked" : stateOf(await scan(address, own), hostKey);
            return {
              source: "hosts",
              id: `${address}:${own}`,
              name: address,
              slot: Number(slot),
              state,
              kind: "",
              address,
              createdAt: undefined,
              price: { kind: "unknown", why: "it is not made by this program" },
            };
          },
        ),
      ),
    remove: () => Promise.reject(new Error("A machine that exists is never removed.")),
    close: () => undefined,
  };
}

function stateOf(keys: readonly string[], hostKey: string): string {
  if (keys.length === 0) {
    return "does not answer";
  }
  const wanted = hostKey.split(" ").slice(0, 2).join(" ");
  return keys.includes(wanted) ? "answers" : "answers with another host key";
}

export const sshKeyScan: Scan = async (host, port) => {
  const { default: execa } = await import("execa");
  const { stdout } = await execa("ssh-keyscan", ["-T", String(scanSeconds), "-p", String(port), "--", host], {
    reject: false,
    stdin: "ignore",
    timeout: (scanSeconds + 5) * 1000,
  });
  return stdout
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(" ").slice(1, 3).join(" "));
};
