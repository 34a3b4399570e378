import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import type { Listener } from "./host/server";

/** Opens the placeholders of a rehearsal, and nothing else: it is written here for everybody to read. */
export const rehearsalPassphrase = "rehearsal";

/** The access key of whoever rehearses: real ones have no X, so that nobody takes it for one. */
export const rehearsalAccessKeyId = "AKIAREHEARSALXXXXXXX";

/** Where a rehearsal keeps the engine's own things. */
export function stateDirectory(directory: string): string {
  return join(directory, "state");
}

/**
 * Makes the engine's own folder, in which it shall not log. The engine writes down by itself what it does in each command, encrypted
 * (3.5 MB for a preview of 300 resources, and an eighth of its CPU time), so that a failure among real clouds can be looked into.
 * What was rehearsed can be rehearsed again, with `--debug`. No option keeps it from that; but it does without where it cannot make the
 * folder for it. A folder that is there by now stays, and is logged into.
 */
export function makeHome(directory: string): void {
  const home = homeDirectory(directory);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const logs = join(home, "logs");
  if (!existsSync(logs)) {
    writeFileSync(logs, "Nothing is logged in a rehearsal: this file keeps the engine from it.\n");
  }
}

function homeDirectory(directory: string): string {
  return join(directory, "home");
}

/**
 * The environment in which `pulumi` acts on a rehearsal and can reach nothing else: its own backend, home and
 * passphrase, the rehearsal's providers in place of plugins, and no credentials of any cloud.
 *
 * Set these over the environment that there is: an empty value stands for "must not be set".
 *
 * @param directory The rehearsal's folder, absolute.
 */
export function rehearsalEnvironment(
  directory: string,
  listeners: readonly Listener[],
): Record<string, string> {
  const nowhere = join(directory, "no-such-file");
  return {
    PULUMI_BACKEND_URL: pathToFileURL(stateDirectory(directory)).href,
    PULUMI_HOME: homeDirectory(directory),
    PULUMI_CONFIG_PASSPHRASE: rehearsalPassphrase,
    PULUMI_CONFIG_PASSPHRASE_FILE: "",
    PULUMI_DEBUG_PROVIDERS: listeners.map(({ package: name, port }) => `${name}:${String(port)}`).join(","),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_ACCESS_TOKEN: "",
    AWS_ACCESS_KEY_ID: rehearsalAccessKeyId,
    AWS_SECRET_ACCESS_KEY: "rehearsal",
    AWS_SESSION_TOKEN: "",
    AWS_PROFILE: "",
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    ARM_USE_MSI: "false",
    ARM_CLIENT_SECRET: "",
    ARM_CLIENT_ID: "",
    ARM_TENANT_ID: "",
    ARM_SUBSCRIPTION_ID: "",
    AZURE_CLIENT_SECRET: "",
    AZURE_STORAGE_KEY: "",
    AZURE_STORAGE_SAS_TOKEN: "",
    METAL_AUTH_TOKEN: "",
    KUBECONFIG: nowhere,
  };
}
