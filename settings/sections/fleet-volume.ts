import { z } from "zod";
import { format, setting } from "../describe";

/** Directories that the system itself lives in: a disk mounted over one hides it. */
const systemDirectories = ["bin", "boot", "dev", "etc", "lib", "lib64", "proc", "run", "sbin", "sys", "usr"];

const mountPoint = format(
  z
    .string()
    .max(200)
    .regex(/^(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/)
    .refine((text) => !systemDirectories.includes(text.split("/")[1] ?? "") && !/^\/(var|opt)$/.test(text), {
      error: "would hide the system's own files",
    })
    .refine((text) => !text.startsWith("/opt/groundwork"), { error: "would hide the boot scripts" }),
  {
    allowed:
      "an absolute path of letters, digits, dots, underscores and hyphens, not of the system (/etc, /usr, /var itself, …)",
    examples: ["/srv/git"],
  },
);

const fleetVolumeSettings = z.strictObject({
  size: setting(z.number().int().min(1).max(16_384), {
    description: "Size. It can grow, never shrink; a machine makes its filesystem fit when it boots.",
    unit: "GiB",
    examples: [100],
  }),
  type: setting(z.enum(["gp3", "io2", "st1", "sc1"]).default("gp3"), {
    description: "Kind of EBS volume.",
    why: "gp3 is right for nearly everything; st1 and sc1 are hard disks, for sequential reads.",
  }),
  iops: setting(z.number().int().min(100).max(64_000).optional(), {
    description: "Operations a second: of gp3 (3000 to 16000, up to 500 a GiB) and of io2 (needed there).",
    unit: "operations a second",
    defaultText: "3000 for gp3",
  }),
  throughput: setting(z.number().int().min(125).max(1000).optional(), {
    description: "Throughput of gp3: up to a quarter of a MiB for each of its operations.",
    unit: "MiB a second",
    defaultText: "125",
  }),
  mountPoint: setting(mountPoint, {
    description: "Where the machine mounts it before anything of the role starts.",
  }),
  filesystem: setting(z.enum(["xfs", "ext4"]).default("xfs"), {
    description:
      "What a blank volume is formatted with. One that holds anything is mounted as it is, never formatted.",
    why: "xfs is what Amazon Linux itself uses.",
  }),
  snapshotId: setting(
    z
      .string()
      .regex(/^snap-([0-9a-f]{8}|[0-9a-f]{17})$/)
      .optional(),
    {
      description:
        "Snapshot that the volume is created from. A later change is refused: it would replace the volume.",
      allowed: "an id of the form snap- and 8 or 17 hexadecimal digits",
      defaultText: "none: a blank volume",
    },
  ),
  ownKey: setting(z.boolean().default(false), {
    description:
      "Whether it is encrypted with the key of groundwork:encryption.disks. Decided when the volume is made: a later change is refused, as it would replace " +
      "the volume, and so is another key there.",
    why: "false: AWS's own, which volumes had before there was a setting.",
  }),
  onDeletion: setting(z.enum(["snapshot", "keep", "delete"]).default("snapshot"), {
    description:
      "What happens to it when it is removed from the settings, which needs an approval (docs/guard.md): `snapshot` (a last " +
      "snapshot, then it is deleted), `keep` (it stays in the account, and nothing manages it any more), `delete` (it is " +
      "deleted, and everything on it).",
    why: "snapshot: it costs little, and is the last copy.",
  }),
});

export const fleetVolumesSettings = setting(
  z
    .record(
      format(z.string().regex(/^[a-z]([a-z0-9-]{0,14}[a-z0-9])?$/), {
        allowed:
          "up to 16 lower-case letters, digits and hyphens, beginning with a letter, not ending in a hyphen",
      }),
      fleetVolumeSettings,
    )
    .default({}),
  {
    description:
      "Volumes that outlive machines: encrypted, guarded, in availabilityZone. Whichever machine is the role's takes them at boot.",
    allowed: "a mapping of names to volumes, up to 10",
    examples: [{ repositories: { size: 200, mountPoint: "/srv/git" } }],
  },
);
