import { checkDisksEncrypted, checkEncrypted } from "../../../guard/rules/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "ebs/encrypted",
  description: "Volumes, and the disks of machines and of their templates, are encrypted at rest.",
  why: "It cannot be switched on later, and a snapshot of an open disk is open too.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-3",
  types: [
    "aws:ebs/volume:Volume",
    "aws:ebs/snapshotCopy:SnapshotCopy",
    "aws:ec2/instance:Instance",
    "aws:ec2/launchTemplate:LaunchTemplate",
  ],
  check: ({ wanted }) =>
    wanted.type.startsWith("aws:ebs/") ? checkEncrypted(wanted) : checkDisksEncrypted(wanted),
});
