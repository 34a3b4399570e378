import { notKnown, type Finding, type Wanted } from "./inputs";
import { isRecord, isUnknown, read } from "../unknown";

/** Ports that databases, caches, brokers and file servers listen on, and what does. */
export const databasePorts: Readonly<Record<number, string>> = {
  1433: "SQL Server",
  1521: "Oracle",
  2049: "NFS",
  3306: "MySQL",
  5432: "PostgreSQL",
  5439: "Redshift",
  5671: "AMQP",
  5672: "AMQP",
  6379: "Redis",
  8086: "InfluxDB",
  8182: "Neptune",
  9042: "Cassandra",
  9092: "Kafka",
  9094: "Kafka",
  9200: "OpenSearch",
  9300: "OpenSearch",
  11211: "Memcached",
  27017: "MongoDB",
};

/** Ports that give a shell or a desktop. */
export const adminPorts: Readonly<Record<number, string>> = {
  22: "SSH",
  3389: "RDP",
  5985: "WinRM",
  5986: "WinRM",
};

/** Types that let traffic into a security group. */
export const securityGroupTypes = [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
] as const;

interface Ingress {
  readonly properties: Readonly<Record<string, unknown>>;
  /** What stands before a property's name in a message. */
  readonly prefix: string;
  /** Properties that name who may come in: one block, or a list of them. */
  readonly sources: readonly string[];
  readonly protocol: string;
}

/**
 * No rule lets the world to one of the given ports. The world is any block larger than a /8 (IPv4) or a /16 (IPv6):
 * two halves of the internet are the internet.
 */
export function checkNotOpen(wanted: Wanted, ports: Readonly<Record<number, string>>): Finding[] {
  const lists = ingress(wanted);
  return Array.isArray(lists) ? lists.flatMap((rule) => checkRule(rule, ports)) : [lists];
}

function ingress({ type, inputs }: Wanted): Ingress[] | Finding {
  if (type === "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
    return [{ properties: inputs, prefix: "", sources: ["cidrIpv4", "cidrIpv6"], protocol: "ipProtocol" }];
  }
  const blocks = ["cidrBlocks", "ipv6CidrBlocks"];
  if (type === "aws:ec2/securityGroupRule:SecurityGroupRule") {
    const direction = read(inputs, "type");
    return direction === "egress"
      ? []
      : [{ properties: inputs, prefix: "", sources: blocks, protocol: "protocol" }];
  }
  const rules = read(inputs, "ingress");
  if (isUnknown(rules)) {
    return notKnown("ingress");
  }
  return (Array.isArray(rules) ? rules : []).flatMap((rule: unknown, index): Ingress[] => [
    // What is not an object is not known; an empty one would pass.
    {
      properties: isRecord(rule) ? rule : { cidrBlocks: rule },
      prefix: `ingress[${index}].`,
      sources: blocks,
      protocol: "protocol",
    },
  ]);
}

function checkRule(rule: Ingress, ports: Readonly<Record<number, string>>): Finding[] {
  const reached = reachedPorts(rule, ports);
  if (reached.length === 0) {
    return [];
  }
  return rule.sources.flatMap((source): Finding[] => {
    const value = read(rule.properties, source);
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.flatMap((block): Finding[] => {
      const property = `${rule.prefix}${source}`;
      if (isUnknown(block)) {
        return [notKnown(property)];
      }
      return typeof block === "string" && isWorld(block)
        ? [
            {
              property,
              message: `${property} has ${block}, which lets the world to ${reached.join(", ")}. Name the networks or security groups that need it.`,
            },
          ]
        : [];
    });
  });
}

/** Which of the ports a rule reaches; all of them when its ports are not known. */
function reachedPorts(rule: Ingress, ports: Readonly<Record<number, string>>): string[] {
  const protocol = read(rule.properties, rule.protocol);
  const from = read(rule.properties, "fromPort");
  const to = read(rule.properties, "toPort");
  const words = (entries: readonly [string, string][]): string[] =>
    entries.map(([port, name]) => `${name} (${port})`);
  const all = Object.entries(ports);
  if (protocol === "-1" || protocol === "all" || isUnknown(protocol) || isUnknown(from) || isUnknown(to)) {
    return words(all);
  }
  if (protocol === "icmp" || protocol === "icmpv6" || protocol === "58" || protocol === "1") {
    return [];
  }
  const first = typeof from === "number" ? from : 0;
  const last = typeof to === "number" ? to : 65_535;
  // AWS takes 0 to 0, and -1, for all ports where a protocol has none.
  const everything = first < 0 || (first === 0 && last === 0 && protocol !== "tcp" && protocol !== "udp");
  return words(all.filter(([port]) => everything || (Number(port) >= first && Number(port) <= last)));
}

export function isWorld(block: string): boolean {
  const isIpv6 = block.includes(":");
  // fc00::/7 is private as a whole.
  if (isIpv6 && /^f[cd]/i.test(block)) {
    return false;
  }
  const prefix = Number(block.split("/")[1] ?? (isIpv6 ? 128 : 32));
  return Number.isNaN(prefix) || prefix < (isIpv6 ? 16 : 8);
}

/** Nothing that holds data has an address on the internet. */
export function checkNotPublic({ inputs }: Wanted): Finding[] {
  const value = read(inputs, "publiclyAccessible");
  if (value === undefined || value === false || value === "false") {
    return [];
  }
  return isUnknown(value)
    ? [notKnown("publiclyAccessible")]
    : [
        {
          property: "publiclyAccessible",
          message: "publiclyAccessible is true. Set it to false and reach it from inside the network.",
        },
      ];
}

export const defaultGroupTypes: readonly string[] = ["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"];

/** A network's default security group, which whatever names none of its own gets, lets nothing in or out. */
export function checkDefaultGroupClosed({ inputs }: Wanted): Finding[] {
  return ["ingress", "egress"].flatMap((property): Finding[] => {
    const rules = read(inputs, property);
    if (isUnknown(rules)) {
      return [notKnown(property)];
    }
    return Array.isArray(rules) && rules.length > 0
      ? [
          {
            property,
            message: `${property} has rules. Leave it empty: what needs some gets a security group of its own.`,
          },
        ]
      : [];
  });
}
