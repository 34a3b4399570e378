import { fleetData } from "../../../components/fleets/fleet-data";
import { fleetSettings } from "../../../settings/sections/fleets";
import { stackContext } from "../../support/settings";
import { Stage } from "./stage";

export const GROUP = "groundwork-dev-fleet-git";
export const INSTANCE = "i-0000000000000000a";
export const REPORT = "/groundwork/dev/fleets/git/report";
export const FAILURE = "/groundwork/dev/fleets/git/failure";
export const VOLUME = "vol-0123456789abcdef0";
export const DISK = `dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${VOLUME.replace("-", "")}`;

/** Settings of a machine with a volume of its own, with what a test adds. */
export const withVolume = {
  availabilityZone: "eu-west-1b",
  volumes: { repositories: { size: 100, mountPoint: "/srv/git", filesystem: "ext4" } },
};

/** Lines for a stand-in: what AWS then says of the volume. */
export const volumeIs = (state: string, holder = "None", attachment = "None", zone = "eu-west-1b"): string =>
  `printf '${VOLUME}\\t${state}\\t${zone}\\t${holder}\\t${attachment}\\n' >"$STAND_INS/aws_ec2_describe-volumes"`;

/** Lines for a stand-in: a blank disk of 16 MiB comes up. */
const diskComesUp = `mkdir -p "$(dirname "$GROUNDWORK_ROOT/${DISK}")"; truncate -s 16M "$GROUNDWORK_ROOT/${DISK}"`;

/**
 * A machine of the role on which everything goes well, with the files that cloud-init has written. Filesystems are made and
 * told apart by the real programs, on a file that stands in for the disk.
 */
export function machine(changes: Record<string, unknown> = {}): Stage {
  const settings = fleetSettings.parse({
    instanceTypes: ["t4g.medium"],
    amazonLinuxRelease: "2023.9.20251117.1",
    ...changes,
  });
  const stage = new Stage({
    "instance-id": INSTANCE,
    "placement/region": "eu-west-1",
    "placement/availability-zone": "eu-west-1b",
    "local-ipv4": "127.0.0.1",
  });
  for (const command of ["mount", "umount", "mountpoint", "xfs_growfs", "resize2fs"]) {
    stage.install(command);
  }
  for (const program of ["blkid", "mkfs", "mkfs.ext4"]) {
    stage.installReal(program, `/usr/sbin/${program}`);
  }
  stage.write("etc/groundwork/role.json", JSON.stringify(fleetData(stackContext(), "git", settings)));
  stage.write("etc/groundwork/report-to", `${REPORT}\n`);
  stage.write("etc/groundwork/fail-to", `${FAILURE}\n`);
  inGroup(stage, "Pending:Wait");
  stage.answers("aws ssm get-parameter", '{"status":"none"}\n');
  stage.answers("aws ec2 describe-addresses", "eipalloc-0123\tNone\n");
  stage.answers("aws ec2 describe-volumes", `${VOLUME}\tavailable\teu-west-1b\tNone\tNone\n`);
  stage.does("aws ec2 attach-volume", `${volumeIs("in-use", INSTANCE, "attached")}\n${diskComesUp}`);
  stage.does("aws ec2 detach-volume", volumeIs("available"));
  stage.fails("mountpoint --quiet", "not a mountpoint");
  stage.answers("systemctl show", "0\n");
  stage.answers("systemctl is-active", "active\n");
  return stage;
}

export function inGroup(stage: Stage, state: string): void {
  stage.answers("aws autoscaling describe-auto-scaling-instances", `${GROUP}\t3\t${state}\n`);
}

/** What was written to a parameter, in its order. */
export function said(stage: Stage, parameter: string): readonly Record<string, string>[] {
  return stage
    .calls(`aws ssm put-parameter --name ${parameter} `)
    .map((call) => JSON.parse(call.slice(call.indexOf("{"))) as Record<string, string>);
}
