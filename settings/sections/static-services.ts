import { z } from "zod";
import type { Draft } from "../draft";
import { format, setting } from "../describe";
import { kmsKeyArn, cidrBlock, regionName, securityGroupId, subnetId, vpcId } from "../formats";
import { logRetentionDays } from "./network";
import { amazonLinuxRelease } from "./releases";

/** `[registry[:port]/]path:tag`, as the reference grammar of container registries has it. */
const taggedImage =
  /^(?:[A-Za-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

const port = z.number().int().min(1).max(65_535);

const hostPort = format(
  z
    .string()
    .regex(/^[1-9]\d{0,4}$/)
    .refine((text) => Number(text) <= 65_535, { error: "is no port" }),
  { allowed: "a port from 1 to 65535" },
);

const portMap = (protocol: string): z.ZodDefault<z.ZodRecord<typeof hostPort, z.ZodNumber>> =>
  setting(z.record(hostPort, port).default({}), {
    description: `Port of the machine to port of the container, ${protocol}.`,
    allowed: "a mapping of ports to ports, each from 1 to 65535",
  });

export const variableName = format(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), {
  allowed: "letters, digits and underscores, not beginning with a digit",
});

/** The file that Docker reads variables from has one a line, and no way to write a line break. */
export const oneLine = format(z.string().regex(/^[^\r\n\0]*$/), {
  allowed: "a text without line breaks, in quotes where it looks like a number",
});

export const secretReference = z.strictObject({
  arn: setting(
    z
      .string()
      .regex(
        /^arn:aws:(secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}|ssm:[a-z0-9-]+:\d{12}:parameter\/[A-Za-z0-9_.\/-]+)$/,
      ),
    {
      description: "Where the value is: a secret in Secrets Manager, or a parameter in Parameter Store.",
      allowed:
        "the whole ARN of a secret (with the six characters at its end) or of a parameter, in any region",
      examples: ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:dns-signing-key-a1B2c3"],
    },
  ),
  jsonKey: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9_.-]{1,128}$/)
      .optional(),
    {
      description: "Which key of it, where the value is a JSON object.",
      defaultText: "the value as it is",
    },
  ),
  kmsKeyArn: setting(kmsKeyArn.optional(), {
    description: "The key that it is encrypted with, when that is a key of your own.",
    defaultText: "the account's own key for secrets, which needs no permission",
  }),
});

const regionSettings = z.strictObject({
  vpcId: setting(vpcId.optional(), {
    description: "A VPC that exists, for the machines to stand in. Goes with subnetIds.",
    defaultText:
      "in aws:region the stack's network, where there is a network section; otherwise a small VPC of the static services' own",
  }),
  subnetIds: setting(z.array(subnetId).min(1).optional(), {
    description: "Subnets of vpcId.",
    allowed: "a list of one or more subnet ids",
  }),
  securityGroups: setting(z.array(securityGroupId).default([]), {
    description: "Security groups besides the service's own. Not where the VPC is the static services' own.",
  }),
});

export const imageId = format(z.string().regex(/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/), {
  allowed: "an id of the form ami- and 8 or 17 hexadecimal digits",
});

export const staticServiceSettings = z.strictObject({
  imageTag: setting(z.string().regex(taggedImage), {
    description: "The container image with its tag. The tag is for people: what runs is the digest.",
    allowed: "repository:tag, without a digest",
    examples: ["example/dns:1.4.0"],
  }),
  imageHash: setting(z.string().regex(/^(sha256:)?[0-9a-f]{64}$/), {
    description:
      "The image's digest, as `docker buildx imagetools inspect IMAGE` shows it. A change brings new machines up before the old ones go.",
    why: "Without one a machine that is replaced at night might run something else than the one before it.",
    allowed: "64 hexadecimal digits, with or without sha256: in front",
    examples: ["sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
  }),
  instanceType: setting(z.string().regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/), {
    description: "EC2 instance type. It decides the architecture: the image must have one for it.",
    allowed: "an instance type such as t4g.small",
    examples: ["t4g.small"],
  }),
  amazonLinuxRelease: setting(amazonLinuxRelease.optional(), {
    description:
      "Release of Amazon Linux 2023 that the machines run, in all regions, where it is to be another than that of the stack. Packages come " +
      "from the same release. Not with amiIds.",
    defaultText: "groundwork:releases amazonLinux",
  }),
  amiIds: setting(z.record(regionName, imageId).optional(), {
    description:
      "Machine images of your own, by region: with cloud-init, systemd, AWS CLI 2, jq, and Docker or dnf to install it.",
  }),
  instances: setting(z.number().int().min(1).max(20).default(1), {
    description: "Machines in each region, each with an address of its own when ports are mapped.",
    unit: "machines",
  }),
  serviceCopiesPerInstance: setting(z.number().int().min(1).max(50).default(1), {
    description: "Containers on each machine. More than one only without runtimePortMap.",
    unit: "containers",
  }),
  regions: setting(z.record(regionName, regionSettings).optional(), {
    description: "Where the service runs, each region with `instances` machines.",
    defaultText: "aws:region",
    allowed: "a mapping of regions, `{}` for what needs nothing said",
    examples: [{ "eu-west-1": {}, "us-west-2": {} }],
  }),
  securityGroups: setting(z.array(securityGroupId).default([]), {
    description:
      "Security groups besides the service's own, when it runs in one region. With several they stand at `regions`.",
  }),
  subnets: setting(z.enum(["public", "private"]).optional(), {
    description:
      "Which subnets of the stack's network. Also whether a machine has a public address of its own while it has no " +
      "other; in a VPC of the static services' own it always has.",
    defaultText: "public with a port map, otherwise private",
  }),
  runtimeName: setting(
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/)
      .optional(),
    {
      description: "What the containers are called, their number behind it, and the tag of their log lines.",
      allowed: "up to 63 lower-case letters, digits, dots, underscores and hyphens",
      defaultText: "the service's key",
    },
  ),
  runtimeDescription: setting(oneLine.max(200).optional(), {
    description: "What the service is, in the description of its units.",
    defaultText: "Static service <key>",
  }),
  runtimePortMap: setting(z.strictObject({ tcp: portMap("TCP"), udp: portMap("UDP") }).prefault({}), {
    description:
      "Ports that are reached from outside. With one, each machine has a static address; without, nothing comes in and there is no address.",
    examples: [{ udp: { "53": 53 } }],
  }),
  allowedCidrBlocks: setting(z.array(cidrBlock).min(1).default(["0.0.0.0/0"]), {
    description: "Who may reach the mapped ports.",
    why: "Everybody: a service with a static address is meant to be found.",
    allowed: "a list of one or more IPv4 blocks",
  }),
  runtimeCommand: setting(z.array(oneLine).default([]), {
    description: "Command and arguments in place of the image's own.",
    defaultText: "the image's own",
    examples: [["dns", "--verbose"]],
  }),
  environment: setting(z.record(variableName, oneLine).default({}), {
    description:
      "Environment variables of the containers. They stand in the machine's user data, where everybody with read access " +
      "to EC2 sees them: nothing secret.",
    examples: [{ DOMAIN: "example.net" }],
  }),
  secrets: setting(z.record(variableName, secretReference).default({}), {
    description:
      "Environment variables whose values the machine fetches at each start, with its own role. Neither the stack's state nor its file ever holds them.",
  }),
  limits: setting(
    z
      .strictObject({
        user: setting(
          z
            .string()
            .regex(/^(image|\d{1,9}(:\d{1,9})?)$/)
            .default("65532:65532"),
          {
            description:
              "User, and group, that the containers run as, by number; `image` for the image's own, which is root where it names none.",
            allowed: "a number, two with a colon between them, or image",
            why: "65532 is nobody else's: what breaks out of the container owns nothing of the machine.",
          },
        ),
        capabilities: setting(
          z
            .array(z.string().regex(/^[A-Z][A-Z_]{2,30}$/))
            .max(20)
            .default([]),
          {
            description:
              "Linux capabilities that the containers keep; all others are dropped. Ports below 1024 need none.",
            allowed: "a list of names as Docker has them, without CAP_",
            examples: [["NET_RAW"]],
          },
        ),
        readOnly: setting(z.boolean().default(true), {
          description: "Whether the container's own files cannot be written. /tmp always can, in memory.",
        }),
        memoryPercent: setting(z.number().int().min(10).max(95).default(80), {
          description: "How much of the machine's memory all containers together may take.",
          unit: "percent",
          why: "80: a container that takes everything must not take the system with it.",
        }),
        processes: setting(z.number().int().min(16).max(32768).default(512), {
          description: "Processes and threads of each container.",
          unit: "processes",
        }),
      })
      .prefault({}),
    { description: "What the containers may do on their machine, and how much of it they may take." },
  ),
  logHost: setting(
    z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/)
      .optional(),
    {
      description: "Host that the containers' logs go to, as syslog (RFC 5424) over TLS. Goes with logPort.",
      allowed: "a host name, for which the server must have a certificate",
      defaultText: "none: logs go to CloudWatch",
      examples: ["logs.example.com"],
    },
  ),
  logPort: setting(port.optional(), {
    description: "Port of logHost.",
    defaultText: "none",
    examples: [6514],
  }),
  logRetentionDays: setting(z.literal([...logRetentionDays]).default(30), {
    description: "How long CloudWatch keeps the logs, where they go there.",
    unit: "days",
    why: "A month covers the time in which most incidents are looked into.",
  }),
  healthCheck: setting(
    z
      .strictObject({
        steadySeconds: setting(z.number().int().min(5).max(600).default(20), {
          description: "How long all containers must have run without a restart.",
          unit: "seconds",
        }),
        timeoutSeconds: setting(z.number().int().min(30).max(3600).default(300), {
          description: "How long a new machine has, from the start of its containers, to become healthy.",
          unit: "seconds",
        }),
        http: setting(
          z
            .strictObject({
              port: setting(port, { description: "Port of the machine, one of runtimePortMap.tcp." }),
              path: setting(z.string().regex(/^\/[^\s"'\\]*$/), {
                description: "Path that must answer with a status below 400.",
                allowed: "a path that begins with /, without spaces and quotes",
              }),
            })
            .optional(),
          { description: "Ask a path over HTTP as well.", defaultText: "none" },
        ),
        tcp: setting(
          z
            .strictObject({
              port: setting(port, { description: "Port of the machine, one of runtimePortMap.tcp." }),
            })
            .optional(),
          { description: "Connect to a port as well.", defaultText: "none" },
        ),
      })
      .prefault({}),
    {
      description:
        "When a new machine counts as healthy, so that it gets the address and the old one goes: all containers have run for a " +
        "while, those whose image has a health check say healthy, and what is asked for here answers.",
    },
  ),
  rootVolumeSize: setting(z.number().int().min(8).max(1024).default(16), {
    description: "Size of the machine's disk: system, image and container. Encrypted gp3.",
    unit: "GiB",
    why: "Amazon Linux takes 2 of the 8 that its image asks for; the rest is for images of usual size, twice.",
  }),
  nameTag: setting(oneLine.min(1).max(128).optional(), {
    description: "The machines' tag Name.",
    defaultText: "<project>-<stack>-<key>",
  }),
  serviceTag: setting(oneLine.min(1).max(128).optional(), {
    description: "The tag `service` of everything that belongs to it. No two services may have the same.",
    defaultText: "the service's key",
  }),
  tags: setting(z.record(z.string().regex(/^[A-Za-z0-9_.:/=+@-]{1,128}$/), oneLine.max(256)).default({}), {
    description: "Tags of machines and disks, besides the stack's.",
  }),
});
export type StaticServiceSettings = z.infer<typeof staticServiceSettings>;

export const staticServicesSettings = setting(
  z.record(
    format(z.string().regex(/^[a-z]([a-z0-9-]{0,22}[a-z0-9])?$/), {
      allowed:
        "up to 24 lower-case letters, digits and hyphens, beginning with a letter, not ending in a hyphen",
    }),
    staticServiceSettings,
  ),
  {
    description:
      "Services of one container image each, pinned by digest, on EC2 machines of their own that are replaced and never changed.",
    allowed: "a mapping of names to services",
  },
);
export type StaticServicesSettings = z.infer<typeof staticServicesSettings>;

/** Whether anything of a service is reached from outside. */
export function mapsPorts({ runtimePortMap }: Draft<Pick<StaticServiceSettings, "runtimePortMap">>): boolean {
  return Object.keys({ ...runtimePortMap?.tcp, ...runtimePortMap?.udp }).length > 0;
}
