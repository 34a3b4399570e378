import * as fs from "node:fs/promises";
import * as path from "node:path";
import { engineVersion } from "./engine-version";
import { executableName, findOnPath, isExecutableFile } from "./executables";
import type { KnownVersions } from "./known-versions";
import { ask } from "./processes";

/** A `pulumi version` that takes longer than this hangs. */
const probeMilliseconds = 30_000;

export interface ProbeOptions {
  readonly path: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/**
 * What keeps a `pulumi` binary from being used here, for a person; undefined when nothing does.
 * Its version is asked of the binary, once for as long as the file stays the same.
 */
export async function unfitness(
  binary: string,
  options: ProbeOptions,
  known: KnownVersions,
): Promise<string | undefined> {
  const version = (await known.find(binary)) ?? (await askVersion(binary, options.env));
  if (typeof version !== "string") {
    return version.problem;
  }
  await known.remember(binary, version);
  if (version !== engineVersion) {
    return `it is version ${version}, and this project needs ${engineVersion}`;
  }
  return (await hasNodeHost(binary, options.path))
    ? undefined
    : `there is no ${executableName("pulumi-language-nodejs")} beside it or on the PATH, without which it cannot run this program`;
}

/** The version that a `pulumi` binary gives for itself, such as "3.259.0", or what went wrong. */
export async function askVersion(
  binary: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<string | { readonly problem: string }> {
  const answer = await ask(binary, ["version"], {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: probeMilliseconds,
  });
  if ("problem" in answer) {
    return answer;
  }
  const version = /^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)(?:\+\S*)?$/m.exec(answer.stdout)?.[1];
  return (
    version ?? { problem: `it answers "version" with ${JSON.stringify(answer.stdout)}, which is no version` }
  );
}

/** The engine starts the host from the PATH or from beside its own, real, file. */
async function hasNodeHost(binary: string, searchPath: string): Promise<boolean> {
  const beside = path.join(path.dirname(await fs.realpath(binary)), executableName("pulumi-language-nodejs"));
  return (
    (await isExecutableFile(beside)) || (await findOnPath("pulumi-language-nodejs", searchPath)).length > 0
  );
}
