import type { CloudView } from "../../../interpreter/entry";
import { textOf, type Values } from "../../../interpreter/values";

// What EKS offers, as far as the rehearsal knows. Source of the versions:
// https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html; which of its versions an add-on has where is
// plausible and no more.

/**
 * What EKS makes, oldest first; a cluster that names none gets the last but one, as EKS is slow to make a new one its default. The
 * extended support of 1.31 ended on 26 November 2026: then EKS makes none, and upgrades those that stand by itself.
 */
export const kubernetesVersions = ["1.32", "1.33", "1.34", "1.35", "1.36"] as const;
export const defaultVersion = "1.35";

/** The release of the nodes' image that is recommended for a version of Kubernetes; the day is plausible and no more. */
export function newestRelease(kubernetes: string): string {
  return `${kubernetes}.9-20261110`;
}

export function minor(version: string): number {
  return Number(version.split(".")[1] ?? "0");
}

/** Add-ons of EKS and of its community, without the minor version that moves with Kubernetes. */
const addons: Readonly<Record<string, (kubernetes: number) => string>> = {
  "vpc-cni": () => "v1.20.4",
  "kube-proxy": (kubernetes) => `v1.${kubernetes}.3`,
  coredns: (kubernetes) => `v1.${Math.max(11, kubernetes - 21)}.1`,
  "eks-pod-identity-agent": () => "v1.3.9",
  "aws-ebs-csi-driver": () => "v1.50.1",
  "aws-efs-csi-driver": () => "v2.1.13",
  "metrics-server": () => "v0.8.0",
  "snapshot-controller": () => "v8.3.0",
  "eks-node-monitoring-agent": () => "v1.4.1",
  "amazon-cloudwatch-observability": () => "v4.5.0",
  "cert-manager": () => "v1.18.2",
  "external-dns": () => "v0.19.0",
};

/** Not a type of the provider: what EKS has made its default since. A file with `addonName` and `addonVersion` moves one. */
export const movedDefaultType = "aws:eks/addon:DefaultVersion";

/**
 * The version of an add-on that EKS takes by default for a version of Kubernetes; undefined for an add-on that nobody
 * offers. AWS moves it some times a year (aws/containers-roadmap #1973).
 */
export function addonVersion(addon: string, kubernetes: string, cloud: CloudView): string | undefined {
  const moved = cloud.everywhere(movedDefaultType).find(({ inputs }) => inputs["addonName"] === addon);
  if (moved !== undefined) return textOf(moved.inputs, "addonVersion");
  const version = addons[addon]?.(minor(kubernetes));
  return version === undefined ? undefined : `${version}-eksbuild.1`;
}

/**
 * Whether an add-on has the version that is asked for: of most any; of the proxy those that may stand beside the control plane, none
 * newer and three minors older at most. Source: https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html, which
 * takes https://kubernetes.io/releases/version-skew-policy/#kube-proxy over; eksctl-io/eksctl #4344 shows an older one in EKS's answer.
 */
export function offersAddonVersion(addon: string, version: string, kubernetes: string): boolean {
  const match = /^v\d+\.(\d+)\.\d+-eksbuild\.\d+$/.exec(version);
  if (match === null) return false;
  const older = minor(kubernetes) - Number(match[1]);
  return addon !== "kube-proxy" || (version.startsWith("v1.") && older >= 0 && older <= 3);
}

/** Of a cluster or of its inputs. */
export function versionOf(values: Values | undefined): string {
  return textOf(values ?? {}, "version") || defaultVersion;
}
