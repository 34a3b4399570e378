/** Kinds that belong to no namespace, by the API reference of Kubernetes 1.34. */
const clusterScoped = new Set([
  "APIService",
  "CSIDriver",
  "CSINode",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterTrustBundle",
  "CustomResourceDefinition",
  "DeviceClass",
  "FlowSchema",
  "IPAddress",
  "IngressClass",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "RuntimeClass",
  "ServiceCIDR",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
  "VolumeAttributesClass",
]);

/** `Deployment` of `kubernetes:apps/v1:Deployment`. */
export function kindOf(type: string): string {
  return (type.split(":").at(-1) ?? "").replace(/Patch$/, "");
}

export function isNamespaced(type: string): boolean {
  return !clusterScoped.has(kindOf(type));
}

/** `deployments`, as messages of the API server name a kind. */
function pluralOf(type: string): string {
  const kind = kindOf(type).toLowerCase();
  if (kind.endsWith("s")) return kind.endsWith("ss") ? `${kind}es` : kind;
  if (kind.endsWith("y")) return `${kind.slice(0, -1)}ies`;
  return `${kind}s`;
}

/** `deployments.apps`, `services`: the plural with its group, as messages of the API server have it. */
export function resourceOf(type: string): string {
  const group = (type.split(":")[1] ?? "").split("/")[0] ?? "";
  return group === "core" || group === "" ? pluralOf(type) : `${pluralOf(type)}.${group}`;
}

/** Whether it is an object of the API at all, and no chart, file or folder that a program unpacks. */
export function isObject(type: string): boolean {
  return !/^kubernetes:(?:helm\.sh|kustomize|yaml)[/:]/.test(type);
}
