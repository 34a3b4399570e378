import * as path from "node:path";
import { readEnvironment } from "../../settings/environment";
import { findEngine } from "../../toolchain";
import { findOnPath } from "../../toolchain/executables";
import { apiServerBinary } from "../kubernetes/support/build-api-server";
// The process that was called takes away what its workers have written.
import "./scratch";

/**
 * Brings the engine before any test's time is counted: where it has to be built that takes minutes, once a machine. The API server
 * of tests/kubernetes, which takes as long, begins meanwhile; its tests wait for it.
 */
export async function mochaGlobalSetup(): Promise<void> {
  const {
    pulumiBinary,
    path: searchPath,
    cacheDirectory,
    variables,
  } = readEnvironment(path.resolve(__dirname, "../.."));
  const named = process.argv.filter((word) => word.endsWith(".test.ts"));
  const wantsApiServer = named.length === 0 || named.some((file) => file.includes("tests/kubernetes/"));
  if (wantsApiServer && (await findOnPath("go", searchPath)).length > 0) {
    // What is wrong with it is told by its tests, which try it again.
    apiServerBinary().catch(() => undefined);
  }
  await findEngine({
    binary: pulumiBinary,
    path: searchPath,
    cacheDirectory,
    env: variables,
    onProgress: (message) => process.stderr.write(`${message}\n`),
  });
}
