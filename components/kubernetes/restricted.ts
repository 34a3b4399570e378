import type { types } from "@pulumi/kubernetes";

type PodSecurityContext = types.input.core.v1.PodSecurityContext;
type SecurityContext = types.input.core.v1.SecurityContext;

/** The user that images without one of their own commonly take (`nonroot` of the distroless images). */
const nonRootUser = 65532;

/**
 * A pod's part of what the pod security level `restricted` asks for: no root, and the runtime's own filter of system calls.
 *
 * @param user Numeric, because the node cannot tell whether a user by name is root. Its group is of the same number, and so
 *   is the group that volumes belong to, so that the user can write to them.
 */
export function restrictedPodSecurityContext(user: number = nonRootUser): PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    // Volumes with many files are not walked through at each start.
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/**
 * A container's part: no capability, no way to more rights than it began with, and a root file system that it cannot
 * write to (not asked for by `restricted`; writable folders are volumes).
 */
export function restrictedContainerSecurityContext(): SecurityContext {
  return {
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** Labels of a namespace in which the API server refuses every pod that is not restricted. */
export const restrictedNamespaceLabels: Readonly<Record<string, string>> = {
  "pod-security.kubernetes.io/enforce": "restricted",
  // Of whatever version the cluster runs: an upgrade brings its own idea of restricted, and is rehearsed for it.
  "pod-security.kubernetes.io/enforce-version": "latest",
  "pod-security.kubernetes.io/warn": "restricted",
  "pod-security.kubernetes.io/audit": "restricted",
};
