import * as fs from "node:fs/promises";
import * as path from "node:path";
import { readEnvironment } from "../../../settings/environment";
import { buildPackages } from "../../../toolchain/build-with-go";
import { isExecutableFile } from "../../../toolchain/executables";
import { flush } from "../../../toolchain/files";
import { withLock } from "../../../toolchain/lock";
import { makeTemporary, removeLeftovers } from "../../../toolchain/temporaries";

const module = path.resolve(__dirname, "../apiserver");
const command = "k8s.io/kubernetes/cmd/kube-apiserver";

const say = (message: string): void => {
  process.stderr.write(`${message}\n`);
};

/**
 * The API server of the version that tests/kubernetes/apiserver/go.mod names: from the cache, or built with Go, once a
 * machine. From nothing that is some two to four minutes on two cores.
 *
 * @throws WayFailed when there is no fitting Go, or it fails.
 */
export async function apiServerBinary(): Promise<string> {
  const environment = readEnvironment(path.resolve(__dirname, "../../.."));
  const version = await apiServerVersion();
  const parent = path.join(environment.cacheDirectory, "kube-apiserver");
  const binary = path.join(parent, version, "bin", "kube-apiserver");
  if (await isExecutableFile(binary)) {
    return binary;
  }
  await fs.mkdir(parent, { recursive: true });
  const what = `the Kubernetes API server ${version}`;
  const build = async (): Promise<void> => {
    // Another may have built it while this one waited.
    if (await isExecutableFile(binary)) {
      return;
    }
    await removeLeftovers(parent);
    const temporary = await makeTemporary(parent);
    try {
      await buildPackages({
        what,
        packages: [command],
        directory: temporary,
        module,
        variables: { "k8s.io/component-base/version.gitVersion": version },
        path: environment.path,
        env: environment.variables,
        onProgress: say,
      });
      await flush(path.join(temporary, "bin", "kube-apiserver"));
      await fs.rename(temporary, path.join(parent, version));
    } finally {
      await fs.rm(temporary, { recursive: true, force: true });
    }
  };
  await withLock(path.join(parent, `${version}.lock`), say, build, undefined, what);
  return binary;
}

/** `v1.36.2`, from go.mod. */
async function apiServerVersion(): Promise<string> {
  const text = await fs.readFile(path.join(module, "go.mod"), "utf8");
  const version = /^\s*(?:require )?k8s\.io\/kubernetes (v\S+)/m.exec(text)?.[1];
  if (version === undefined) {
    throw new Error(`${module}/go.mod requires no k8s.io/kubernetes`);
  }
  return version;
}
