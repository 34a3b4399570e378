/** What can be told of a load balancer by its name in AWS's DNS. */
export interface LoadBalancerHost {
  /** `classic` is an application one too: nothing in the name tells them apart, and they share their hosted zones. */
  readonly kind: "classic" | "network";
  readonly region: string;
  /** What ELB calls it. */
  readonly name: string;
  /** What follows the name in its host name: digits or a hash. */
  readonly id: string;
  /** The name without what clients may put before it. */
  readonly host: string;
}

/** China's names end with more; other partitions (the isolated ones, the European one) have other domains and are not served. */
const ending = "amazonaws\\.com(?:\\.cn)?";
const region = "([a-z]{2}(?:-[a-z]+)+-\\d)";

// The order of the labels tells the two apart. What follows the name, digits or a hash, is documented nowhere as fixed.
/** `name-1234567890.eu-west-1.elb.amazonaws.com` */
const classic = new RegExp(`^([a-z0-9-]+)\\.${region}\\.elb\\.${ending}$`);
/** `name-0123456789abcdef.elb.eu-west-1.amazonaws.com` */
const network = new RegExp(`^([a-z0-9-]+)\\.elb\\.${region}\\.${ending}$`);

/**
 * Kind and region of the load balancer that a host name is of: with both its hosted zone is known, which an alias record
 * needs, and which Kubernetes does not tell. The forms are those of the Elastic Load Balancing user guides.
 *
 * @param host as the status of a service has it; in upper or lower case, `dualstack.` before it or not.
 * @throws Error for any other name, and for none.
 */
export function parseLoadBalancerHost(host: string | undefined): LoadBalancerHost {
  const name = (host ?? "")
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^dualstack\./, "");
  for (const [kind, pattern] of [
    ["network", network],
    ["classic", classic],
  ] as const) {
    const [, label = "", found] = pattern.exec(name) ?? [];
    if (found !== undefined && found.startsWith("cn-") === name.endsWith(".cn")) {
      // No name begins with internal- but by ELB itself.
      const [, plain = "", id = ""] = /^(.*)-([^-]*)$/.exec(label.replace(/^internal-/, "")) ?? [];
      return { kind, region: found, host: name, name: plain, id };
    }
  }
  throw new Error(
    `${JSON.stringify(host ?? "")} is not the name of an AWS load balancer: NAME-DIGITS.REGION.elb.amazonaws.com (classic) or ` +
      "NAME-HASH.elb.REGION.amazonaws.com (network). An alias record can point to no other; look at the service that should have one " +
      "(`kubectl describe service`), or point to the name with a CNAME (groundwork:dns.cnames).",
  );
}

/**
 * What CloudWatch knows a load balancer by that Kubernetes has made. Of a network one it is the end of its ARN, which is nowhere in
 * Kubernetes: assumed is that host name and ARN have one id, as in the examples of "Network Load Balancers" and of "CloudWatch metrics
 * for your Network Load Balancer". Where that is not so the metric has no data, and its alarm takes that for a failure: it is seen at once.
 */
export function loadBalancerDimension(host: string): string {
  const { id, kind, name } = parseLoadBalancerHost(host);
  return kind === "network" ? `net/${name}/${id}` : name;
}
