import { z } from "zod";
import { format, setting } from "../describe";
import { portNumber } from "./load-balancer";
import { secretReference } from "./static-services";

const hostName = format(
  z
    .string()
    .regex(
      /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
    ),
  { allowed: "a host name or an IPv4 address", examples: ["scheduler.example.com"] },
);

export const schedulerSettings = z.strictObject({
  apiAddress: setting(
    z.string().regex(/^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[A-Za-z0-9._~\/-]*[A-Za-z0-9._~-])?$/),
    {
      description:
        "The scheduler's API. A machine asks it, at /api/v1/info below this, which version of the worker to run.",
      allowed:
        "an address that begins with https:// (http:// only where it is no way around), without a slash at its end",
      examples: ["https://scheduler.example.com"],
    },
  ),
  host: setting(hostName, { description: "Where workers register, by SSH." }),
  port: setting(portNumber.default(2222), { description: "Port of `host`." }),
  publicKey: setting(
    z.union([
      format(
        z
          .string()
          .regex(/^(ssh-(rsa|ed25519)|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+\/]+={0,2}( [^\r\n\0]*)?$/),
        {
          allowed: "one line of a public key: ssh-ed25519 AAAA…",
        },
      ),
      secretReference,
    ]),
    {
      description:
        "The public key by which workers know the scheduler: the key itself, which is no secret, or where it is kept.",
      why: "Without it a worker would register with whoever answers at that address.",
      allowed: "one line of a public key, or {arn, jsonKey} of where it is kept",
    },
  ),
});

export const dataVolumeSettings = z.strictObject({
  kind: setting(z.enum(["ebs", "local", "root"]).default("ebs"), {
    description:
      "Where the worker keeps containers and caches: an EBS volume of its own, the NVMe disks of the instance (all of them, striped; " +
      "gone with the machine, as the volume is), or the root disk.",
  }),
  size: setting(z.number().int().min(10).max(16_384).optional(), {
    description: "Size of the EBS volume. Encrypted gp3, deleted with its machine.",
    unit: "GiB",
    defaultText: "130, with kind ebs",
  }),
  filesystem: setting(z.enum(["btrfs", "ext4"]).default("ext4"), {
    description:
      "File system of the data. It decides how the worker makes containers' volumes: by snapshots, or by overlays.",
    why: "ext4: the core packages of Amazon Linux 2023 have no tools for btrfs (amazonlinux/amazon-linux-2023#342), and nobody has seen them among the supplementary ones.",
  }),
  iops: setting(z.number().int().min(3000).max(16_000).optional(), {
    description: "Operations a second of the EBS volume. At most 500 for each GiB.",
    defaultText: "3,000, which gp3 has for nothing",
  }),
  throughput: setting(z.number().int().min(125).max(1000).optional(), {
    description: "Throughput of the EBS volume. At most a quarter of its operations a second.",
    unit: "MiB a second",
    defaultText: "125, which gp3 has for nothing",
  }),
});
