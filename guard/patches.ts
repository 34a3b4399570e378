/**
 * The type of the objects that a Kubernetes type patches: `kubernetes:core/v1:PersistentVolume` of
 * `kubernetes:core/v1:PersistentVolumePatch`; undefined for what is no patch.
 */
export function patchedType(type: string): string | undefined {
  return /^(kubernetes:[^:]+:\w+)Patch$/.exec(type)?.[1];
}
