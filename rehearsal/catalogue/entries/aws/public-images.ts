/**
 * Releases of Amazon Linux 2023 that the rehearsal's AWS has images of, oldest first. The last but one: release v20261023 of
 * awslabs/amazon-eks-ami; the newest is plausible and no more.
 */
export const amazonLinuxReleases = [
  "2023.9.20251117.1",
  "2023.12.20260831.0",
  "2023.12.20261021.0",
  "2023.12.20261116.0",
];

/** EC2 deprecates images of Amazon Linux 90 days after their release: https://docs.aws.amazon.com/linux/al2023/ug/naming-and-versioning.html. */
export const daysToDeprecation = 90;
