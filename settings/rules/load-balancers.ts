import { listenersOf } from "../sections/load-balancer";
import type { ListenerSettings } from "../sections/load-balancer";
import { entriesOf, finding, repeated, type Rule } from "./rule";

/** Rules over the load balancers of workloads. */
const loadBalancersAreRight: Rule = function* ({ workloads, region }) {
  for (const [key, workload] of Object.entries(workloads ?? {})) {
    const balancer = workload?.loadBalancer;
    if (balancer === undefined) {
      continue;
    }
    const at = (...path: (string | number)[]): (string | number)[] => [key, "loadBalancer", ...path];
    const { type, certificate, certificateArn, allowedCidrBlocks, idleTimeoutSeconds } = balancer;
    const listeners = balancer.listeners?.flatMap((listener) => (listener === undefined ? [] : [listener]));
    const ports = (balancer.listeners ?? []).map((listener) => listener?.port);
    for (const [index, port] of repeated(ports)) {
      yield finding("workloads", at("listeners", index, "port"), {
        message: `${port} is listed twice`,
        allowed: "each port once",
      });
    }
    const wholeListeners = listenersOf({
      certificate,
      certificateArn,
      listeners: listeners as ListenerSettings[] | undefined,
    });
    const tls = wholeListeners.some((listener) => listener.tls === true);
    if (tls && !("certificateArn" in balancer) && !("certificate" in balancer)) {
      yield finding("workloads", at("listeners"), {
        message: "a listener ends TLS without a certificate",
        allowed: "certificate or certificateArn, or no tls",
      });
    }
    if (!tls && (certificateArn ?? certificate) !== undefined) {
      yield finding("workloads", at(certificateArn === undefined ? "certificate" : "certificateArn"), {
        message: "no listener uses it",
        allowed: "a listener with tls: true, or no certificate",
      });
    }
    if (region !== undefined && certificateArn !== undefined && certificateArn.split(":")[3] !== region) {
      yield finding("workloads", at("certificateArn"), {
        message: `${JSON.stringify(certificateArn)} is not in ${region}`,
        allowed: "a certificate in aws:region: load balancers take no other",
      });
    }
    for (const [index, block] of repeated(allowedCidrBlocks)) {
      yield finding("workloads", at("allowedCidrBlocks", index), {
        message: `${JSON.stringify(block)} is listed twice`,
        allowed: "each block once",
      });
    }
    const blocks = [...entriesOf(allowedCidrBlocks)].length;
    if (blocks * wholeListeners.length > groupRules) {
      yield finding("workloads", at("allowedCidrBlocks"), {
        message: `${blocks} blocks for ${wholeListeners.length} listeners are ${blocks * wholeListeners.length} rules of a security group`,
        allowed: `up to ${groupRules} together; others need the group's rules too`,
      });
    }
    if (idleTimeoutSeconds !== undefined && type === "network") {
      yield finding("workloads", at("idleTimeoutSeconds"), {
        message: "a network load balancer has 350 seconds, which cannot be set here",
        allowed: "type: classic, or no idleTimeoutSeconds",
      });
    }
  }
};

/** A security group has 60 inbound rules by default; ten are left for what else the nodes' group has. */
const groupRules = 50;

export const loadBalancerRules: readonly Rule[] = [loadBalancersAreRight];
