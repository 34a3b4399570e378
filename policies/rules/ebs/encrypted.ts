import { checkDisksEncrypted, checkEncrypted } from "../../../guard/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "ebs/encrypted",
  description: "Volumes, and the disks of machines and of their templates, are encrypted at rest.",
  types: [
    "aws:ebs/volume:Volume",
    "aws:ebs/snapshotCopy:SnapshotCopy",
    "aws:ec2/instance:Instance",
    "aws:ec2/launchTemplate:LaunchTemplate",
  ],
  check: ({ wanted }) =>
    wanted.type.startsWith("aws:ebs/") ? checkEncrypted(wanted) : checkDisksEncrypted(wanted),
});
