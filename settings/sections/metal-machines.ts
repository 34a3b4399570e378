import { z } from "zod";
import { format, setting } from "../describe";
import { cidrBlock, securityGroupId, subnetId, vpcId } from "../formats";

/** The highest number of a slot. */
export const LAST_SLOT = 999;

const slotKey = format(z.string().regex(/^(0|[1-9]\d{0,2})$/), {
  allowed: `the number of a slot, from 0 to ${LAST_SLOT}`,
});

/** What stands behind `ssh-keyscan`'s host, and in *.pub: a type and base64. */
const publicKey = format(
  z
    .string()
    .regex(
      /^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) AAAA[A-Za-z0-9+/]{60,1000}={0,2}( [^\r\n]*)?$/,
    ),
  {
    allowed: "a public key on one line: its type (ssh-ed25519 and so on) and its base64 text",
    examples: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4sBM1p9VX4hPnpCMYZrjCdcTOtVqRMrcvxVcWDbVZf"],
  },
);

/** A name or an address that a machine is reached by. */
const hostAddress = format(
  z
    .string()
    .max(253)
    .regex(
      /^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|[0-9a-fA-F:]*:[0-9a-fA-F:.]+)$/,
    ),
  { allowed: "a host name, an IPv4 address or an IPv6 address, without a port" },
);

const userName = format(z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/), {
  allowed: "the name of a Linux user that is root or may use sudo without a password",
});

const port = z.number().int().min(1).max(65_535);

const equinixSource = z.strictObject({
  projectId: setting(z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/), {
    description: "The Equinix Metal project that the machines are in.",
    allowed: "a UUID in lower case",
    examples: ["6a73cbe1-4f0c-4a0e-9d6a-2f1b7c1d8e90"],
  }),
  metro: setting(z.string().regex(/^[a-z]{2}$/), {
    description: "Where the machines stand. Facilities (sjc1) are closed to new machines; sv is their metro.",
    allowed: "the code of a metro, two lower-case letters",
    examples: ["sv"],
  }),
  plan: setting(z.string().regex(/^[a-z0-9]+(\.[a-z0-9]+)+$/), {
    description: "What machine.",
    allowed: "the slug of a plan, such as c3.small.x86",
    examples: ["c3.small.x86"],
  }),
  operatingSystem: setting(z.enum(["ubuntu_22_04", "ubuntu_24_04"]).default("ubuntu_22_04"), {
    description: "What is installed on a new machine. A change replaces all machines.",
    why: "The steps install packages of Ubuntu.",
  }),
  billingCycle: setting(z.enum(["hourly", "monthly", "yearly"]).default("hourly"), {
    description: "How the machines are paid for.",
  }),
});

const ec2Source = z.strictObject({
  instanceType: setting(z.string().regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/), {
    description:
      "Any x86 type, on demand. Loopback devices need no bare metal: their modules load in any virtual machine. A change stops every machine, " +
      "`parallel` at a time, and starts it as the other type, at another public address; tasks on it are lost unless it is drained.",
    why: "Bare metal costs some ten times what a virtual machine does that runs as many tasks. It is for tasks that measure the machine itself.",
    allowed: "an x86 instance type with 1 vCPU and 2 GiB for each task at a time, and 2 GiB besides",
    examples: ["m7i.2xlarge"],
  }),
  nestedVirtualization: setting(z.boolean().default(false), {
    description:
      "Whether tasks may start virtual machines of their own (/dev/kvm), such as Android's emulator. Only for virtual machines of C8i, M8i and " +
      "R8i; bare metal can without. A change stops and starts every machine.",
    why: "Most tasks are containers, and do not need it.",
  }),
  amiId: setting(
    z
      .string()
      .regex(/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/)
      .optional(),
    {
      description:
        "An image of your own, made from Ubuntu 22.04 or 24.04 for x86. A change replaces all machines.",
      defaultText: "groundwork:releases ubuntu",
      allowed: "an id of the form ami- and 8 or 17 hexadecimal digits",
      examples: ["ami-0a1b2c3d4e5f60718"],
    },
  ),
  vpcId: setting(vpcId.optional(), {
    description: "A VPC that exists, for the machines to stand in. Goes with subnetIds.",
    defaultText: "the stack's network",
  }),
  subnetIds: setting(z.array(subnetId).min(1).optional(), {
    description:
      "Public subnets of vpcId. A new machine goes where the fewest are; one that stands stays where it is as long as its subnet is listed.",
    allowed: "a list of one or more subnet ids",
    defaultText: "the network's publicWorkerSubnets, or its publicSubnets where it has no such",
  }),
  securityGroups: setting(z.array(securityGroupId).default([]), {
    description: "Security groups besides the workers' own, which lets in SSH and nothing else.",
  }),
  pricePerHour: setting(z.number().positive().max(1000).optional(), {
    description: "What one machine costs, for `groundwork doctor`. EC2 itself tells no prices.",
    unit: "US dollars an hour",
    defaultText: "unknown",
  }),
  rootVolumeSize: setting(z.number().int().min(50).max(16_384).default(200), {
    description: "Size of the machine's disk: system, images, caches. Encrypted gp3.",
    unit: "GiB",
    why: "Four tasks with an image of some 10 GB each, their caches, and the threshold below which no task is taken.",
  }),
});

const hostSettings = z.strictObject({
  address: setting(hostAddress, {
    description: "Where SSH reaches the machine.",
    examples: ["worker-0.example.net"],
  }),
  hostKey: setting(publicKey, {
    description:
      "The machine's own public key, as /etc/ssh/ssh_host_ed25519_key.pub has it. With another one, nothing is sent to the machine.",
  }),
  user: setting(userName.optional(), { description: "Who logs in.", defaultText: "ssh.user" }),
  port: setting(port.optional(), { description: "Port of SSH.", defaultText: "ssh.port" }),
});

/** Where the machines come from. */
export const sourceSettings = setting(
  z.strictObject({
    equinix: setting(equinixSource.optional(), {
      description:
        "Devices of Equinix Metal, made and deleted with their slots. The vendor was switched off on 30 June 2026: for stacks whose state " +
        "still has some.",
    }),
    ec2: setting(ec2Source.optional(), {
      description: "EC2 instances in the stack's account and region, made and deleted with their slots.",
    }),
    hosts: setting(z.record(slotKey, hostSettings).optional(), {
      description: "Machines that exist, of any vendor: one for each slot.",
      allowed: "a mapping of slot numbers to machines",
    }),
  }),
  {
    description: "Where machines come from. Exactly one of the three.",
    allowed: "exactly one of equinix, ec2 and hosts",
  },
);

/** How they are reached. */
export const sshSettings = z.strictObject({
  user: setting(userName.optional(), {
    description: "Who logs in; root, or somebody who may use sudo without a password.",
    defaultText: "ubuntu for ec2, root otherwise",
  }),
  port: setting(port.default(22), { description: "Port of SSH." }),
  publicKey: setting(publicKey.optional(), {
    description:
      "The public half of the secret workerSshKey; new machines let in who has the other. Needed for equinix and ec2. A change of it " +
      "replaces every machine of ec2; one of equinix lets in the old key until `groundwork workers replace`.",
  }),
  allowedCidrBlocks: setting(z.array(cidrBlock).min(1).optional(), {
    description:
      "From where SSH reaches the machines. Needed for ec2; whoever runs this program has to come from here.",
    allowed: "a list of one or more IPv4 blocks, not 0.0.0.0/0",
    examples: [["203.0.113.0/24"]],
  }),
  hostKeys: setting(z.record(slotKey, publicKey).default({}), {
    description:
      "The public keys of machines that equinix or ec2 made, read from their console by a person, by slot. With one, nothing is trusted " +
      "at first sight.",
    defaultText:
      "none: the key that a new machine shows first is kept in the state, and no other is taken after",
  }),
  connectSeconds: setting(z.number().int().min(10).max(3600).default(900), {
    description: "How long a machine may take, from when it is there, until SSH answers.",
    unit: "seconds",
    why: "Bare metal tests its memory before it boots; ten minutes are usual.",
  }),
});
