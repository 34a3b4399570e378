import { z } from "zod";
import { format, setting } from "../describe";
import { availabilityZone, cidrBlock, securityGroupId } from "../formats";
import { fleetLoadBalancerSettings } from "./fleet-load-balancer";
import { accessSettings, maintenanceWindowSettings, rollSettings } from "./fleet-roll";
import { fleetVolumesSettings } from "./fleet-volume";
import { portNumber } from "./load-balancer";
import { amazonLinuxRelease } from "./releases";
import { imageId, oneLine, secretReference, variableName } from "./static-services";

const roleName = format(z.string().regex(/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/), {
  allowed: "up to 20 lower-case letters, digits and hyphens, beginning with a letter, not ending in a hyphen",
});

const scalingSettings = z.strictObject({
  min: setting(z.number().int().min(1).max(200), { description: "Fewest machines.", unit: "machines" }),
  max: setting(z.number().int().min(1).max(200), { description: "Most machines.", unit: "machines" }),
  cpuPercent: setting(z.number().int().min(10).max(90).optional(), {
    description: "Add and remove machines so that they use this much of their processors on average.",
    unit: "percent",
  }),
  requestsPerMachinePerMinute: setting(z.number().int().min(1).max(10_000_000).optional(), {
    description:
      "Add and remove machines so that each gets this many requests from the load balancer. Needs loadBalancer.http.",
    unit: "requests a minute",
  }),
  warmupSeconds: setting(z.number().int().min(0).max(3600).default(300), {
    description: "How long a new machine is left out of the measurement after it has come into service.",
    unit: "seconds",
    why: "The load of a machine's first minutes is not typical.",
  }),
});

const ingressSettings = z.strictObject({
  description: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,200}$/)
      .optional(),
    {
      description: "What for.",
      allowed: "up to 200 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
      defaultText: "the role with protocol and port",
    },
  ),
  protocol: setting(z.enum(["tcp", "udp"]).default("tcp"), { description: "Protocol." }),
  port: setting(portNumber, { description: "Port of the machines, or the first of several." }),
  toPort: setting(portNumber.optional(), { description: "The last of several ports.", defaultText: "port" }),
  cidrBlocks: setting(z.array(cidrBlock).max(20).default([]), {
    description: "Blocks of addresses that may reach it.",
  }),
  securityGroups: setting(z.array(securityGroupId).max(20).default([]), {
    description: "Security groups whose members may reach it.",
  }),
  roles: setting(z.array(roleName).max(20).default([]), {
    description: "Other roles of this section, or this one, whose machines may reach it.",
  }),
});
export type FleetIngressSettings = z.infer<typeof ingressSettings>;

const actionName = format(z.string().regex(/^[a-z0-9-]+:[A-Za-z][A-Za-z0-9]*\*?$/), {
  allowed: "actions of IAM such as s3:GetObject; a * at the end stands for what begins so, never for all",
});

export const permissionSettings = z.strictObject({
  actions: setting(z.array(actionName).min(1), {
    description: "What may be done.",
    examples: [["s3:GetObject"]],
  }),
  resources: setting(
    z
      .array(
        format(z.string().regex(/^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9*-]*:[0-9*]*:\S+$/), {
          allowed: "an ARN, in which * stands for anything",
        }),
      )
      .min(1),
    { description: "On what.", examples: [["arn:aws:s3:::example-builds/*"]] },
  ),
});

const machineFile = z.strictObject({
  content: setting(z.string().max(12_000), {
    description:
      "Its content. It is in the machine's user data, where everybody with read access to EC2 sees it: nothing secret.",
  }),
  permissions: setting(
    z
      .string()
      .regex(/^0[0-7]{3}$/)
      .default("0644"),
    {
      description: "Its mode; it belongs to root.",
      allowed: 'four octal digits beginning with 0, in quotes: "0644"',
    },
  ),
});

const bootSettings = z.strictObject({
  packages: setting(z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9+._-]{0,99}$/)).default([]), {
    description: "Packages of Amazon Linux's release to install.",
    allowed: "a list of names of packages",
    examples: [["docker", "git"]],
  }),
  files: setting(
    z
      .record(
        format(
          z
            .string()
            .max(200)
            .regex(/^(\/[A-Za-z0-9_@.-]+)+$/)
            .refine(
              (text) =>
                !/\/\.\.?(\/|$)/.test(text) && !/^\/(opt|etc|run|var\/lib)\/groundwork(\/|$)/.test(text),
              {
                error: "is not for settings to write",
              },
            ),
          { allowed: "an absolute path, not below /opt/groundwork, /etc/groundwork or a mountPoint" },
        ),
        machineFile,
      )
      .default({}),
    {
      description:
        "Files, written before anything else happens and before volumes are mounted. 16 KB compressed with all else.",
      examples: [{ "/etc/api/config.yaml": { content: "port: 8080\n" } }],
    },
  ),
  environment: setting(z.record(variableName, oneLine).default({}), {
    description:
      "Environment variables of setup and service. They are in the machine's user data: nothing secret.",
  }),
  secrets: setting(z.record(variableName, secretReference).default({}), {
    description:
      "Environment variables whose values the machine fetches with its own role, at each start of the service. Neither the " +
      "stack's state nor its file ever holds them.",
  }),
  setup: setting(z.array(z.string().min(1).max(4000)).default([]), {
    description:
      "Commands that make a bare machine one of its role: run by bash as root, in their order, once in a machine's life, with " +
      "packages installed and volumes mounted. The first that fails ends the boot.",
    examples: [["systemctl enable --now docker"]],
  }),
  service: setting(z.array(oneLine.min(1)).min(1).optional(), {
    description:
      "A program and its arguments, without a shell, which systemd keeps running. Stopped with SIGTERM when the machine is drained.",
    defaultText: "none: setup has started whatever runs",
    examples: [["/usr/bin/api", "--config", "/etc/api/config.yaml"]],
  }),
  ready: setting(z.string().min(1).max(4000).optional(), {
    description:
      "Command, run by bash every five seconds until it ends with 0: the machine comes into service then.",
    defaultText: "none: ready when setup has ended and the service has run for ten seconds",
    examples: ["curl -sf http://127.0.0.1:8080/healthz"],
  }),
  stop: setting(z.string().min(1).max(4000).optional(), {
    description:
      "Command, run by bash when the machine is drained, before the service is stopped. With all else it has roll.drainSeconds.",
    defaultText: "none",
  }),
  timeoutSeconds: setting(z.number().int().min(60).max(3600).default(900), {
    description:
      "How long a machine may take to become ready. Then it is terminated, and its group starts another.",
    unit: "seconds",
    why: "Packages and an image of usual size take some minutes.",
  }),
});

export const fleetSettings = z.strictObject({
  instanceTypes: setting(
    z
      .array(z.string().regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/))
      .min(1)
      .max(10),
    {
      description:
        "EC2 instance types, all of one architecture. The first is taken, the next when AWS is out of it.",
      allowed: "a list of up to 10 instance types, each once",
      examples: [["m7g.large", "m6g.large"]],
    },
  ),
  amazonLinuxRelease: setting(amazonLinuxRelease.optional(), {
    description:
      "Release of Amazon Linux 2023 that the machines run, if it differs from that of the stack. Not with amiId.",
    defaultText: "groundwork:releases amazonLinux",
  }),
  amiId: setting(imageId.optional(), {
    description:
      "A machine image of your own, in aws:region, made from Amazon Linux 2023: with cloud-init, systemd, AWS CLI 2, and dnf for " +
      "packages. It goes before the release of the stack. Not with amazonLinuxRelease.",
  }),
  count: setting(z.number().int().min(1).max(200).optional(), {
    description: "Number of machines, if they do not scale by themselves.",
    unit: "machines",
    defaultText: "1 without scaling",
  }),
  scaling: setting(scalingSettings.optional(), {
    description: "Scale the number of machines with their load, instead of count.",
    defaultText: "none: count",
  }),
  subnets: setting(z.enum(["public", "private", "worker", "publicWorker"]).optional(), {
    description:
      "Which subnets of the stack's network. In public and publicWorker ones machines have public addresses. worker and publicWorker " +
      "have no way to the databases: for machines that run other people's code, as builds do.",
    defaultText: "public with an address, otherwise private",
  }),
  availabilityZone: setting(availabilityZone.optional(), {
    description:
      "The one zone of the role. Needed with volumes, which cannot leave theirs: a change is refused.",
    defaultText: "all zones of the network",
  }),
  volumes: fleetVolumesSettings,
  address: setting(z.boolean().default(false), {
    description:
      "Whether the role has a static public address, which its machine takes at boot. Protected: once released, it may be given to somebody else.",
  }),
  loadBalancer: setting(fleetLoadBalancerSettings.optional(), {
    description:
      "Load balancers before the role: an Application one for http, a Network one for tcp and udp.",
    defaultText: "none",
  }),
  healthCheck: setting(
    z
      .strictObject({
        type: setting(z.enum(["EC2", "ELB"]).optional(), {
          description:
            "Who says that a machine is lost, so that its group replaces it: EC2 (it runs) or the load balancer, too (its probe answers).",
          defaultText: "ELB with a load balancer, otherwise EC2",
        }),
        graceSeconds: setting(z.number().int().min(0).max(7200).default(120), {
          description: "How long failed health checks are ignored after a machine has come into service.",
          unit: "seconds",
          why: "Some rounds of the probe; machines come into service only when they are ready.",
        }),
      })
      .prefault({}),
    { description: "When a machine is replaced." },
  ),
  ingress: setting(z.array(ingressSettings).max(50).default([]), {
    description:
      "Who may reach the machines, besides their load balancers. Nobody else does; SSH is closed unless it is listed here.",
    examples: [[{ port: 9418, roles: ["builder"] }]],
  }),
  securityGroups: setting(z.array(securityGroupId).max(4).default([]), {
    description: "Security groups besides the role's own.",
    why: "AWS puts five on a machine.",
  }),
  permissions: setting(z.array(permissionSettings).max(20).default([]), {
    description: "What the machines may do in AWS besides what they need to boot and to be drained.",
    examples: [[{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::example-builds/*"] }]],
  }),
  metadataHopLimit: setting(z.literal([1, 2]).default(1), {
    description: "2 lets containers on the machines use the machines' permissions; 1 keeps them out.",
    why: "1: the permissions are seldom meant for what runs in containers.",
  }),
  rootVolumeSize: setting(z.number().int().min(8).max(1024).default(16), {
    description: "Size of the machines' root disk, which is deleted with them. Encrypted gp3.",
    unit: "GiB",
  }),
  boot: setting(bootSettings.prefault({}), { description: "What makes a machine one of its role." }),
  roll: setting(rollSettings.prefault({}), {
    description: "How `./groundwork fleet STACK roll ROLE` replaces machines.",
  }),
  maintenanceWindow: setting(maintenanceWindowSettings.optional(), {
    description:
      "When machines may be replaced; a roll at another time is refused. Needed with volumes or an address: there the role " +
      "is down during a roll.",
    defaultText: "any time",
    examples: [{ days: ["sun"], start: "02:00", durationMinutes: 120, timeZone: "Europe/London" }],
  }),
  access: setting(accessSettings.prefault({}), {
    description:
      "Who may have a session on the machines, by `./groundwork access STACK ROLE grant PERSON --for 2h`.",
  }),
  tags: setting(z.record(z.string().regex(/^[A-Za-z0-9_.:/=+@-]{1,128}$/), oneLine.max(256)).default({}), {
    description: "Tags of machines and disks, besides the stack's.",
  }),
});
export type FleetSettings = z.infer<typeof fleetSettings>;

export const fleetsSettings = setting(z.record(roleName, fleetSettings), {
  description:
    "Fleets of machines by role (api, vpn, git, …), each an Auto Scaling group. A change of the machines shows on new ones only; " +
    "`./groundwork fleet STACK roll ROLE` replaces those that run.",
  allowed: "a mapping of roles to fleets",
});
export type FleetsSettings = z.infer<typeof fleetsSettings>;
