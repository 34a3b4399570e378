import type * as pulumi from "@pulumi/pulumi";
import { getHostedZoneIdOutput as classicZone } from "@pulumi/aws/elb/getHostedZoneId";
import { getHostedZoneIdOutput as networkZone } from "@pulumi/aws/lb/getHostedZoneId";
import { Record as DnsRecord, type RecordArgs } from "@pulumi/aws/route53/record";
import { recordValue, type RecordType } from "../../settings/dns-values";
import type { DnsSettings } from "../../settings/sections/dns";
import { parseLoadBalancerHost } from "./load-balancer-host";

/** What a name can be given to. */
export type AliasTarget =
  /** A load balancer that Kubernetes has made: its hosted zone follows from its name. */
  | { readonly host: pulumi.Output<string> }
  | { readonly dnsName: pulumi.Output<string>; readonly zoneId: pulumi.Output<string> }
  | { readonly addresses: pulumi.Output<string[]> }
  /** Something of another zone, which no alias can stand for. It may become another one at any time, once what it waits for is there. */
  | { readonly name: pulumi.Output<string>; readonly dependsOn?: readonly pulumi.Resource[] };

/** Seconds that resolvers may keep a name which moves: what its clients wait for when it does. */
const MOVING_TTL = 60;

/** A record as it is registered: its full name and type are known, and name the resource. */
type ZoneRecord = Omit<RecordArgs, "allowOverwrite" | "name" | "type"> & {
  readonly name: string;
  readonly type: RecordType;
};

/** The records of one zone, and how they are called. */
export class ZoneRecords {
  /** By their full names. */
  readonly made = new Map<string, DnsRecord[]>();

  constructor(
    private readonly name: string,
    private readonly zone: {
      readonly domain: string;
      readonly zoneId: pulumi.Input<string>;
      readonly ttl: number;
      readonly parent: pulumi.Resource;
    },
  ) {}

  full(label: string): string {
    const { domain } = this.zone;
    return label === "@" ? domain : `${label}.${domain}`;
  }

  add(records: DnsSettings["records"]): void {
    const { ttl, zoneId } = this.zone;
    for (const { name: label, type, ttl: own, values } of records) {
      this.record({
        zoneId,
        name: this.full(label),
        type,
        ttl: own ?? ttl,
        records: values.map((value) => recordValue(type, value)),
      });
    }
  }

  /**
   * Gives names to what serves.
   *
   * @param targets As the settings call them: `frontend`, `fleet:api`, `staticService:dns`, `database`.
   * @param serving Waits, before an alias moves, until what it moves to serves.
   */
  point(
    aliases: Readonly<Record<string, string>>,
    targets: Readonly<Record<string, AliasTarget>>,
    serving: pulumi.ResourceHook,
  ): void {
    const { parent, ttl, zoneId } = this.zone;
    for (const [label, key] of Object.entries(aliases)) {
      const target = targets[key];
      if (target === undefined) {
        throw new Error(`dns: the alias ${this.full(label)} is for ${key}, which nothing is reached by.`);
      }
      const where = { zoneId, name: this.full(label), type: "A" } as const;
      if ("addresses" in target) {
        this.record({ ...where, ttl, records: target.addresses });
      } else if ("name" in target) {
        const dependsOn = [...(target.dependsOn ?? [])];
        this.record({ ...where, type: "CNAME", ttl: MOVING_TTL, records: [target.name] }, { dependsOn });
      } else {
        this.record({ ...where, aliases: [aliasOf(target, parent)] }, { hooks: { beforeUpdate: [serving] } });
      }
    }
  }

  record(args: ZoneRecord, options: pulumi.CustomResourceOptions = {}): DnsRecord {
    // Names that stand alone are called without their type, so that one that becomes the other is replaced, in order.
    const alone = args.type === "A" || args.type === "CNAME";
    const resource = new DnsRecord(
      `${this.name}-${args.name}${alone ? "" : `-${args.type}`}`,
      // Never over a record that is there already: it is somebody's.
      { ...args, allowOverwrite: false },
      // A name that changes its type (a CNAME that becomes an alias) cannot have both for a moment.
      { ...options, parent: this.zone.parent, deleteBeforeReplace: true },
    );
    this.made.set(args.name, [...(this.made.get(args.name) ?? []), resource]);
    return resource;
  }
}

/**
 * There is one record, so that there is nothing to turn to when its targets are ill. A health that nobody acts on would only add a
 * reason why a name does not resolve.
 */
const evaluateTargetHealth = false;

/**
 * Where an alias points to. The load balancer's hosted zone follows from its host name, which is known as soon as the
 * service has it: no second run, and nothing for a person to look up. The provider has the table and asks nobody.
 */
function aliasOf(
  target: Exclude<AliasTarget, { readonly addresses: unknown } | { readonly name: unknown }>,
  parent: pulumi.Resource,
): pulumi.Input<{
  name: pulumi.Input<string>;
  zoneId: pulumi.Input<string>;
  evaluateTargetHealth: boolean;
}> {
  if ("dnsName" in target) {
    return { name: target.dnsName, zoneId: target.zoneId, evaluateTargetHealth };
  }
  return target.host.apply((text) => {
    const { kind, region, host: plain } = parseLoadBalancerHost(text);
    const zone =
      kind === "network"
        ? networkZone({ loadBalancerType: "network", region }, { parent })
        : classicZone({ region }, { parent });
    return zone.id.apply((zoneId) => ({ name: plain, zoneId, evaluateTargetHealth }));
  });
}
