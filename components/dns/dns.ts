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
import { createCertificate, delegationHook } from "./certificate";
import { servingHook } from "./serving-gate";

/** Seconds that resolvers may keep a name which moves: what its clients wait for when it does. */
const MOVING_TTL = 60;

/** What a name can be given to. */
export type AliasTarget =
  /** A load balancer that Kubernetes has made: its hosted zone follows from its name. */
  | { readonly host: pulumi.Output<string> }
  | { readonly dnsName: pulumi.Output<string>; readonly zoneId: pulumi.Output<string> }
  | { readonly addresses: pulumi.Output<string[]> };

export interface DnsArgs {
  readonly context: StackContext;
  readonly settings: DnsSettings;
  /** Keys of workloads that have a load balancer: the frontend has an alias when nothing is said of aliases. */
  readonly reached: readonly string[];
}

/** A record as it is registered: its full name and type are known, and name the resource. */
type ZoneRecord = Omit<RecordArgs, "allowOverwrite" | "name" | "type"> & {
  readonly name: string;
  readonly type: RecordType;
};

/**
 * The environment's zone: free records, CNAMEs, certificates, and where the zone above lies in the same account the delegation in it.
 * Aliases come when what they name is there (`point`), which may want a certificate first.
 *
 * Aliases are A records only: the load balancers of a stack have IPv4 addresses and no others.
 */
export class Dns extends pulumi.ComponentResource {
  readonly zoneId: pulumi.Output<string>;
  /** The four servers that the zone above must delegate to. */
  readonly nameServers: pulumi.Output<string[]>;
  /** Every full name that has an address here: aliases, CNAMEs, and public names in the zone above; sorted. */
  readonly names: readonly string[];
  /** Name in the settings to the ARN of a certificate that is issued. */
  readonly certificates: Readonly<Record<string, pulumi.Output<string>>>;
  /** What CloudWatch knows them by, for alarms. */
  readonly watched: Readonly<Record<string, pulumi.Input<string>>>;

  private readonly made = new Map<string, DnsRecord[]>();
  private readonly aliases: Readonly<Record<string, string>>;
  private readonly delegation?: DnsRecord;

  constructor(
    private readonly name: string,
    private readonly args: DnsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("groundwork:dns:Dns", name, {}, opts);
    const { context, settings, reached } = args;
    const { domain, ttl } = settings;
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
    this.aliases = settings.aliases ?? (reached.includes("frontend") ? { frontend: "frontend" } : {});

    for (const [label, target] of Object.entries(settings.cnames)) {
      this.record({ zoneId: zone.zoneId, name: this.full(label), type: "CNAME", ttl, records: [target] });
    }
    for (const { name: label, type, ttl: own, values } of settings.records) {
      this.record({
        zoneId: zone.zoneId,
        name: this.full(label),
        type,
        ttl: own ?? ttl,
        records: values.map((value) => recordValue(type, value)),
      });
    }
    const { parentZoneId, delegationTtl, publicNames } = settings;
    if (parentZoneId !== undefined) {
      this.delegation = this.record({
        zoneId: parentZoneId,
        name: domain,
        type: "NS",
        ttl: delegationTtl,
        records: zone.nameServers,
      });
    }
    this.certificates = this.createCertificates();
    this.watched = Object.fromEntries(
      Object.entries(this.certificates).map(([key, arn]) => [`certificate:${key}`, arn]),
    );

    const addressed = settings.records
      .filter(({ type }) => type === "A" || type === "AAAA" || type === "CNAME")
      .map((each) => each.name);
    const labels = [...Object.keys(this.aliases), ...Object.keys(settings.cnames), ...addressed];
    this.names = [
      ...new Set([...labels.map((label) => this.full(label)), ...Object.keys(publicNames)]),
    ].sort();
    this.registerOutputs({ zoneId: this.zoneId, nameServers: this.nameServers, names: this.names });
  }

  /**
   * Gives the aliases to what they name, and the public their names. Called once.
   *
   * @param targets As the settings call them: `frontend`, `fleet:api`, `staticService:dns`.
   */
  point(targets: Readonly<Record<string, AliasTarget>>): void {
    const { publicNames, parentZoneId, ttl } = this.args.settings;
    const serving = servingHook();
    for (const [label, key] of Object.entries(this.aliases)) {
      const target = targets[key];
      if (target === undefined) {
        throw new Error(`dns: the alias ${label} is for ${key}, which nothing is reached by.`);
      }
      const where = { zoneId: this.zoneId, name: this.full(label), type: "A" } as const;
      if ("addresses" in target) {
        this.record({ ...where, ttl, records: target.addresses });
      } else {
        this.record({ ...where, aliases: [aliasOf(target, this)] }, { hooks: { beforeUpdate: [serving] } });
      }
    }
    for (const [publicName, target] of Object.entries(publicNames)) {
      if (parentZoneId === undefined) {
        continue;
      }
      // What the public uses comes last and goes first: it never points to nothing.
      const dependsOn = [
        ...(this.delegation === undefined ? [] : [this.delegation]),
        ...(this.made.get(this.full(target)) ?? []),
      ];
      this.record(
        { zoneId: parentZoneId, name: publicName, type: "CNAME", ttl, records: [this.full(target)] },
        { dependsOn },
      );
    }
  }

  /** Gives a name to what may become another thing at any time: kept for a minute, and moved when what it needs is there. */
  follow(label: string, host: pulumi.Input<string>, dependsOn: readonly pulumi.Resource[]): void {
    this.record(
      { zoneId: this.zoneId, name: this.full(label), type: "CNAME", ttl: MOVING_TTL, records: [host] },
      { dependsOn: [...dependsOn] },
    );
  }

  private full(label: string): string {
    const { domain } = this.args.settings;
    return label === "@" ? domain : `${label}.${domain}`;
  }

  private record(args: ZoneRecord, options: pulumi.CustomResourceOptions = {}): DnsRecord {
    // Names that stand alone are called without their type, so that one that becomes the other is replaced, in order.
    const alone = args.type === "A" || args.type === "CNAME";
    const resource = new DnsRecord(
      `${this.name}-${args.name}${alone ? "" : `-${args.type}`}`,
      // Never over a record that is there already: it is somebody's.
      { ...args, allowOverwrite: false },
      // A name that changes its type (a CNAME that becomes an alias) cannot have both for a moment.
      { ...options, parent: this, deleteBeforeReplace: true },
    );
    this.made.set(args.name, [...(this.made.get(args.name) ?? []), resource]);
    return resource;
  }

  private createCertificates(): Dns["certificates"] {
    const { certificates, domain, parentZoneId, publicNames } = this.args.settings;
    const hooks =
      parentZoneId === undefined && Object.keys(certificates).length > 0
        ? [delegationHook(domain, this.nameServers)]
        : [];
    const made = new Map<string, DnsRecord>();
    return Object.fromEntries(
      Object.entries(certificates).map(([key, { names }]) => {
        const proven = names.map((name) =>
          parentZoneId !== undefined && name in publicNames
            ? { name, zoneId: parentZoneId }
            : { name: this.full(name), zoneId: this.zoneId },
        );
        return [
          key,
          createCertificate(`${this.name}-${key}`, {
            names: proven,
            hooks,
            made,
            proofs: this.name,
            dependsOn: this.delegation === undefined ? [] : [this.delegation],
            parent: this,
          }),
        ];
      }),
    );
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
  target: Exclude<AliasTarget, { readonly addresses: unknown }>,
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
