import type * as pulumi from "@pulumi/pulumi";
import type { types } from "@pulumi/kubernetes";
import { portListOf, portsOf, type WorkloadSettings } from "../../settings/sections/workloads";
import { podIdentityEgress } from "../cluster/workload-identity";
import { selectorLabels } from "../kubernetes/labels";

type IngressRule = types.input.networking.v1.NetworkPolicyIngressRule;
type EgressRule = types.input.networking.v1.NetworkPolicyEgressRule;

/** Everywhere. */
const everywhere = "0.0.0.0/0";
/** Where EC2 tells a machine about itself, and gives out its credentials. */
const machineMetadata = "169.254.169.254/32";

export interface TrafficArgs {
  readonly key: string;
  readonly settings: WorkloadSettings;
  /** Workloads that may call it, or everything in the namespace. */
  readonly callers: readonly string[] | "namespace";
  /** Ports outside the cluster that it connects to whatever egressCidrBlocks says: of the mail server, of the database. */
  readonly outsidePorts: readonly pulumi.Input<number>[];
  /** Whether its pods get credentials of AWS. */
  readonly hasIdentity: boolean;
}

/** Who may call a workload and where it may connect to, beyond what the namespace allows everybody (DNS). */
export function networkPolicySpec(args: TrafficArgs): types.input.networking.v1.NetworkPolicySpec {
  return {
    podSelector: { matchLabels: selectorLabels(args.key) },
    policyTypes: ["Ingress", "Egress"],
    ingress: ingress(args),
    egress: egress(args),
  };
}

function ingress({ settings, callers }: TrafficArgs): IngressRule[] {
  const ports = portListOf(settings).map(({ port, protocol }) => ({ protocol, port }));
  if (ports.length === 0) {
    return [];
  }
  const from =
    callers === "namespace"
      ? [{ podSelector: {} }]
      : callers.map((caller) => ({ podSelector: { matchLabels: selectorLabels(caller) } }));
  return [
    ...(from.length > 0 ? [{ from, ports }] : []),
    // What comes through the load balancer comes from a node, or (network, Local) from the client itself: from where is
    // the load balancer's to decide, by its allowed blocks. Only the ports that it sends to.
    ...(settings.loadBalancer === undefined
      ? []
      : [{ from: [{ ipBlock: { cidr: everywhere } }], ports: exposedPorts(settings) }]),
  ];
}

function exposedPorts(settings: WorkloadSettings): { protocol: string; port: number }[] {
  const ports = portsOf(settings);
  const targets = settings.loadBalancer?.listeners?.map(({ target }) => target) ?? ["http"];
  const numbers = new Set(targets.flatMap((target) => ports[target] ?? []));
  return [...numbers].sort((a, b) => a - b).map((port) => ({ protocol: "TCP", port }));
}

function egress({ settings, outsidePorts, hasIdentity }: TrafficArgs): EgressRule[] {
  // Other workloads decide for themselves who calls them.
  const inside: EgressRule = { to: [{ podSelector: {} }] };
  const { egressCidrBlocks } = settings;
  if (egressCidrBlocks === undefined) {
    return [inside, { to: [{ ipBlock: { cidr: everywhere, except: [machineMetadata] } }] }];
  }
  return [
    inside,
    ...(egressCidrBlocks.length === 0
      ? []
      : [{ to: egressCidrBlocks.map((cidr) => ({ ipBlock: { cidr, ...withoutMetadata(cidr) } })) }]),
    ...outsidePorts.map((port) => ({
      to: [{ ipBlock: { cidr: everywhere, except: [machineMetadata] } }],
      ports: [{ protocol: "TCP", port }],
    })),
    ...(hasIdentity ? [podIdentityEgress] : []),
  ];
}

/** An exception must lie in its block. */
function withoutMetadata(cidr: string): { except?: string[] } {
  return contains(cidr, machineMetadata) ? { except: [machineMetadata] } : {};
}

function contains(block: string, inner: string): boolean {
  const [address = "", bits = "32"] = block.split("/");
  const [innerAddress = "", innerBits = "32"] = inner.split("/");
  const size = 2 ** (32 - Number(bits));
  return (
    Number(bits) < Number(innerBits) &&
    Math.floor(numberOf(address) / size) === Math.floor(numberOf(innerAddress) / size)
  );
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
