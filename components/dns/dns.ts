import * as pulumi from "@pulumi/pulumi";
import { getHostedZoneIdOutput as classicZone } from "@pulumi/aws/elb/getHostedZoneId";
import { getHostedZoneIdOutput as networkZone } from "@pulumi/aws/lb/getHostedZoneId";
import { Record as DnsRecord, type RecordArgs } from "@pulumi/aws/route53/record";
import { Zone } from "@pulumi/aws/route53/zone";
import { recordValue, type RecordType } from "../../settings/dns-values";
import type { DnsSettings } from "../../settings/sections/dns";
import { guarded } from "../guard/guarded";
import type { StackContext } from "../../settings/stack-context";
import { parseLoadBalancerHost } from "./load-balancer-host";
import { servingHook } from "./serving-gate";

export interface DnsArgs {
  readonly context: StackContext;
  readonly settings: DnsSettings;
  /** Key of a workload to the host name of its load balancer; only those that have one. */
  readonly loadBalancers: Readonly<Record<string, pulumi.Output<string>>>;
}

/** A record as it is registered: its full name and type are known, and name the resource. */
type ZoneRecord = Omit<RecordArgs, "allowOverwrite" | "name" | "type"> & {
  readonly name: string;
  readonly type: RecordType;
};

/**
 * The environment's zone with its records: aliases that follow the load balancers of workloads, CNAMEs, free records, and
 * where the zone above lies in the same account the delegation in it.
 *
 * Aliases are A records only: the load balancers that Kubernetes makes here have IPv4 addresses and no others.
 */
export class Dns extends pulumi.ComponentResource {
  readonly zoneId: pulumi.Output<string>;
  /** The four servers that the zone above must delegate to. */
  readonly nameServers: pulumi.Output<string[]>;
  /** Every full name that has an address here: aliases, CNAMEs, and public names in the zone above; sorted. */
  readonly names: readonly string[];

  constructor(name: string, args: DnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:dns:Dns", name, {}, opts);
    const { context, settings, loadBalancers } = args;
    const { domain, ttl } = settings;
    const full = (record: string): string => (record === "@" ? domain : `${record}.${domain}`);

    const zone = new Zone(
      name,
      {
        name: domain,
        comment: `${context.project} ${context.stack}`,
        // Records that somebody made by hand keep the zone from being deleted.
        forceDestroy: false,
        tags: { Name: domain },
      },
      guarded("aws:route53/zone:Zone", context, { parent: this }),
    );
    this.zoneId = zone.zoneId;
    this.nameServers = zone.nameServers;

    const made = new Map<string, DnsRecord[]>();
    const serving = servingHook();
    const record = (recordArgs: ZoneRecord, dependsOn: DnsRecord[] = []): DnsRecord => {
      // Names that stand alone are called without their type, so that one that becomes the other is replaced, in order.
      const alone = recordArgs.type === "A" || recordArgs.type === "CNAME";
      const resource = new DnsRecord(
        `${name}-${recordArgs.name}${alone ? "" : `-${recordArgs.type}`}`,
        // Never over a record that is there already: it is somebody's.
        { ...recordArgs, allowOverwrite: false },
        // A name that changes its type (a CNAME that becomes an alias) cannot have both for a moment.
        {
          parent: this,
          deleteBeforeReplace: true,
          dependsOn,
          ...(recordArgs.aliases && { hooks: { beforeUpdate: [serving] } }),
        },
      );
      made.set(recordArgs.name, [...(made.get(recordArgs.name) ?? []), resource]);
      return resource;
    };

    const aliases = settings.aliases ?? ("frontend" in loadBalancers ? { frontend: "frontend" } : {});
    for (const [label, key] of Object.entries(aliases)) {
      const host = loadBalancers[key];
      if (host === undefined) {
        throw new Error(`dns: the alias ${label} is for the workload ${key}, which has no load balancer.`);
      }
      record({ zoneId: zone.zoneId, name: full(label), type: "A", aliases: [aliasOf(host, this)] });
    }
    for (const [label, target] of Object.entries(settings.cnames)) {
      record({ zoneId: zone.zoneId, name: full(label), type: "CNAME", ttl, records: [target] });
    }
    for (const { name: label, type, ttl: own, values } of settings.records) {
      record({
        zoneId: zone.zoneId,
        name: full(label),
        type,
        ttl: own ?? ttl,
        records: values.map((value) => recordValue(type, value)),
      });
    }

    const { parentZoneId, delegationTtl, publicNames } = settings;
    if (parentZoneId !== undefined) {
      const delegation = record({
        zoneId: parentZoneId,
        name: domain,
        type: "NS",
        ttl: delegationTtl,
        records: zone.nameServers,
      });
      for (const [publicName, target] of Object.entries(publicNames)) {
        // What the public uses comes last and goes first: it never points to nothing.
        record({ zoneId: parentZoneId, name: publicName, type: "CNAME", ttl, records: [full(target)] }, [
          delegation,
          ...(made.get(full(target)) ?? []),
        ]);
      }
    }

    const addressed = settings.records
      .filter(({ type }) => type === "A" || type === "AAAA" || type === "CNAME")
      .map((each) => each.name);
    const labels = [...Object.keys(aliases), ...Object.keys(settings.cnames), ...addressed];
    this.names = [...new Set([...labels.map(full), ...Object.keys(publicNames)])].sort();
    this.registerOutputs({ zoneId: this.zoneId, nameServers: this.nameServers, names: this.names });
  }
}

/**
 * Where an alias points to. The load balancer's hosted zone follows from its host name, which is known as soon as the
 * service has it: no second run, and nothing for a person to look up. The provider has the table and asks nobody.
 */
function aliasOf(
  host: pulumi.Output<string>,
  parent: pulumi.Resource,
): pulumi.Input<{ name: string; zoneId: string; evaluateTargetHealth: boolean }> {
  return host.apply((text) => {
    const { kind, region, host: plain } = parseLoadBalancerHost(text);
    const zone =
      kind === "network"
        ? networkZone({ loadBalancerType: "network", region }, { parent })
        : classicZone({ region }, { parent });
    return zone.id.apply((zoneId) => ({
      name: plain,
      zoneId,
      // There is one record, so that there is nothing to turn to when its targets are ill. A health that nobody acts on
      // would only add a reason why a name does not resolve.
      evaluateTargetHealth: false,
    }));
  });
}
