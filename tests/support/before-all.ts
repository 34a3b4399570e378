import * as path from "node:path";
import { readEnvironment } from "../../settings/environment";
import { findEngine } from "../../toolchain";
// The process that was called takes away what its workers have written.
import "./scratch";

/** Brings the engine before any test's time is counted: where it has to be built that takes minutes, once a machine. */
export async function mochaGlobalSetup(): Promise<void> {
  const {
    pulumiBinary,
    path: searchPath,
    cacheDirectory,
    variables,
  } = readEnvironment(path.resolve(__dirname, "../.."));
  await findEngine({
    binary: pulumiBinary,
    path: searchPath,
    cacheDirectory,
    env: variables,
    onProgress: (message) => process.stderr.write(`${message}\n`),
  });
}
