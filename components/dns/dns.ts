import * as pulumi from "@pulumi/pulumi";
import type { Record as DnsRecord } from "@pulumi/aws/route53/record";
import { Zone } from "@pulumi/aws/route53/zone";
import type { DnsSettings } from "../../settings/sections/dns";
import { guarded } from "../guard/guarded";
import type { StackContext } from "../../settings/stack-context";
import { createCertificate, delegationHook } from "./certificate";
import { servingHook } from "./serving-gate";
import { ZoneRecords, type AliasTarget } from "./zone-records";

export interface DnsArgs {
  readonly context: StackContext;
  readonly settings: DnsSettings;
  /** Keys of workloads that have a load balancer: the frontend has an alias when nothing is said of aliases. */
  readonly reached: readonly string[];
  /** Who sees the private zones; needed where there are any. */
  readonly vpcId?: pulumi.Input<string> | undefined;
}

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

  private readonly records: ZoneRecords;
  /** By the names of the private zones. */
  private readonly inside: ReadonlyMap<string, ZoneRecords>;
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

    this.records = new ZoneRecords(name, { domain, zoneId: zone.zoneId, ttl, parent: this });
    for (const [label, target] of Object.entries(settings.cnames)) {
      this.records.record({
        zoneId: zone.zoneId,
        name: this.full(label),
        type: "CNAME",
        ttl,
        records: [target],
      });
    }
    this.records.add(settings.records);
    const { parentZoneId, delegationTtl, publicNames } = settings;
    if (parentZoneId !== undefined) {
      this.delegation = this.records.record({
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
    this.inside = new Map(
      Object.entries(settings.privateZones).map(([inner, { records, ttl: own }]) => [
        inner,
        this.createPrivateZone(inner, records, own),
      ]),
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
    const { publicNames, parentZoneId, privateZones, ttl } = this.args.settings;
    const serving = servingHook();
    this.records.point(this.aliases, targets, serving);
    for (const [inner, records] of this.inside) {
      records.point(privateZones[inner]?.aliases ?? {}, targets, serving);
    }
    for (const [publicName, target] of Object.entries(publicNames)) {
      if (parentZoneId === undefined) {
        continue;
      }
      // What the public uses comes last and goes first: it never points to nothing.
      const dependsOn = [
        ...(this.delegation === undefined ? [] : [this.delegation]),
        ...(this.records.made.get(this.full(target)) ?? []),
      ];
      this.records.record(
        { zoneId: parentZoneId, name: publicName, type: "CNAME", ttl, records: [this.full(target)] },
        { dependsOn },
      );
    }
  }

  private full(label: string): string {
    return this.records.full(label);
  }

  private createPrivateZone(domain: string, records: DnsSettings["records"], ttl: number): ZoneRecords {
    const { context, vpcId } = this.args;
    if (vpcId === undefined) {
      throw new Error(`dns: the private zone ${domain} wants a network that sees it.`);
    }
    const name = `${this.name}-private-${domain}`;
    const { zoneId } = new Zone(
      name,
      {
        name: domain,
        comment: `${context.project} ${context.stack}, private`,
        vpcs: [{ vpcId }],
        forceDestroy: false,
        tags: { Name: domain },
      },
      guarded("aws:route53/zone:Zone", context, { parent: this }),
    );
    const made = new ZoneRecords(name, { domain, zoneId, ttl, parent: this });
    made.add(records);
    return made;
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
