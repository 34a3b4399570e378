import * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { SecretSource } from "../../settings/sections/workload-secrets";
import type { WorkloadSettings } from "../../settings/sections/workloads";

export interface SecretObjectsArgs {
  readonly valueOf: (source: SecretSource, where: string) => pulumi.Output<string>;
  readonly metadata: { readonly namespace: string; readonly labels: Record<string, string> };
  readonly options: pulumi.CustomResourceOptions;
}

/**
 * Secrets are named anew with each change, so that the pods are replaced by ones that have it, and the old ones keep theirs.
 *
 * @returns Its name.
 */
export function createSecret(
  name: string,
  { metadata, options }: SecretObjectsArgs,
  stringData: Record<string, pulumi.Input<string>>,
  type?: string,
): pulumi.Output<string> {
  const args = { metadata, immutable: true, ...(type !== undefined && { type }), stringData };
  return new Secret(name, args, options).metadata.name;
}

/** A container's secret variables. @param where Before the names of its settings, for errors. */
export function createEnvironment(
  name: string,
  args: SecretObjectsArgs,
  secrets: WorkloadSettings["secrets"],
  where: string,
): readonly pulumi.Output<string>[] {
  const values = Object.entries(secrets).map(
    ([variable, source]) => [variable, args.valueOf(source, `${where}secrets.${variable}`)] as const,
  );
  return values.length === 0 ? [] : [createSecret(name, args, Object.fromEntries(values))];
}

/** Logins of registries, in the form that kubelets take from Docker. */
export function createLogins(
  name: string,
  args: SecretObjectsArgs,
  registries: WorkloadSettings["imagePullSecrets"],
): readonly pulumi.Output<string>[] {
  const logins = Object.entries(registries).map(([registry, { username, password }]) =>
    args.valueOf(password, `imagePullSecrets.${registry}`).apply((text) => {
      const auth = Buffer.from(`${username}:${text}`).toString("base64");
      const host = registry === "docker.io" ? "https://index.docker.io/v1/" : registry;
      return [host, { username, password: text, auth }] as const;
    }),
  );
  if (logins.length === 0) {
    return [];
  }
  const auths = pulumi.all(logins).apply((all) => JSON.stringify({ auths: Object.fromEntries(all) }));
  const data = { ".dockerconfigjson": pulumi.secret(auths) };
  return [createSecret(name, args, data, "kubernetes.io/dockerconfigjson")];
}
