import type * as pulumi from "@pulumi/pulumi";
import type { types } from "@pulumi/kubernetes";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { rdsAuthorities } from "../../settings/rds-authorities";
import { databaseAuthoritiesPath } from "../../settings/sections/workload-secrets";
import type { WorkloadSettings } from "../../settings/sections/workloads";
import { podIdentityCredentials } from "../cluster/workload-identity";
import { createSecret, type SecretObjectsArgs } from "./secret-objects";

type Volume = types.input.core.v1.Volume;
type VolumeMount = types.input.core.v1.VolumeMount;

/** What the containers of a pod have mounted: the same in each. */
export interface Mounts {
  readonly volumes: readonly Volume[];
  readonly volumeMounts: readonly VolumeMount[];
}

export interface MountsArgs extends SecretObjectsArgs {
  readonly key: string;
  readonly settings: Pick<WorkloadSettings, "files" | "volumes" | "writablePaths">;
  /** Undefined where no database role is used. */
  readonly authoritiesOfRegion: string | undefined;
  /** Whether its pods get credentials of AWS. */
  readonly hasIdentity: boolean;
}

const filesVolume = "files";

/** Name of the claim of a volume. */
export function claimName(key: string, volume: string): string {
  return `${key}-${volume}`;
}

/**
 * Writable folders, files and disks of a workload. Files are in one ConfigMap and one Secret, which are never changed: other
 * content is another object with another name, so that the pods are replaced by ones that have it.
 */
export function createMounts(name: string, args: MountsArgs): Mounts {
  const { key, settings, hasIdentity } = args;
  const { volume: token, volumeMount: tokenMount } = podIdentityCredentials;
  const folders = byName(settings.writablePaths).map(([mountPath, sizeLimit], index) => ({
    volume: { name: `writable-${index}`, emptyDir: { sizeLimit } },
    mount: { name: `writable-${index}`, mountPath },
  }));
  const disks = byName(settings.volumes).map(([disk, { mountPath }]) => ({
    volume: { name: `volume-${disk}`, persistentVolumeClaim: { claimName: claimName(key, disk) } },
    mount: { name: `volume-${disk}`, mountPath },
  }));
  const files = createFiles(name, args);
  return {
    volumes: [
      ...folders.map(({ volume }) => volume),
      ...files.volumes,
      ...disks.map(({ volume }) => volume),
      ...(hasIdentity ? [token] : []),
    ],
    volumeMounts: [
      ...folders.map(({ mount }) => mount),
      ...files.volumeMounts,
      ...disks.map(({ mount }) => mount),
      ...(hasIdentity ? [tokenMount] : []),
    ],
  };
}

function createFiles(name: string, args: MountsArgs): Mounts {
  const { settings, authoritiesOfRegion, valueOf, metadata, options } = args;
  const plain: Record<string, string> = {};
  const secret: Record<string, pulumi.Input<string>> = {};
  const paths = new Map<string, string>();
  for (const [index, [path, { content, secret: source }]] of byName(settings.files).entries()) {
    const entry = `file-${index}`;
    paths.set(path, entry);
    if (source === undefined) {
      plain[entry] = content ?? "";
    } else {
      secret[entry] = valueOf(source, `files.${path}`);
    }
  }
  if (authoritiesOfRegion !== undefined) {
    paths.set(databaseAuthoritiesPath, "database-authorities");
    plain["database-authorities"] = authorities(authoritiesOfRegion);
  }
  const sources: types.input.core.v1.VolumeProjection[] = [];
  if (Object.keys(plain).length > 0) {
    const map = new ConfigMap(`${name}-files`, { metadata, immutable: true, data: plain }, options);
    sources.push({ configMap: { name: map.metadata.name } });
  }
  if (Object.keys(secret).length > 0) {
    sources.push({ secret: { name: createSecret(`${name}-files`, args, secret) } });
  }
  return {
    // For the program's user by its group, as fsGroup of the pod has it, and for nobody else.
    volumes: sources.length === 0 ? [] : [{ name: filesVolume, projected: { defaultMode: 0o440, sources } }],
    volumeMounts: [...paths].map(([mountPath, subPath]) => ({
      name: filesVolume,
      mountPath,
      subPath,
      readOnly: true,
    })),
  };
}

function authorities(region: string): string {
  const found = rdsAuthorities(region);
  if (found === undefined) {
    throw new Error(`No certificate authorities of RDS are known for region ${region}.`);
  }
  return found;
}

export function byName<T>(values: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
