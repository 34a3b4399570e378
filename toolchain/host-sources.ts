import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";

/** The Go module from which the engine and the stand-in Node language host are built. */
export const engineModule = path.join(__dirname, "engine");

/** Hash of the stand-in host's sources, tests left out: when it changes, the host is built again, the engine is not. */
export async function hashHostSources(module: string = engineModule): Promise<string> {
  const directory = path.join(module, "pulumi-language-nodejs");
  const names = (await fs.readdir(directory)).filter(
    (name) => name.endsWith(".go") && !name.endsWith("_test.go"),
  );
  const hash = createHash("sha256");
  for (const name of names.sort()) {
    hash
      .update(`${name}\0`)
      .update(await fs.readFile(path.join(directory, name)))
      .update("\0");
  }
  return hash.digest("hex");
}
