import * as fs from "node:fs";
import * as path from "node:path";
import type { StackIdentity } from "./load";
import type { Problem } from "./problem";
import { isMapping } from "./schema-walk";
import { engineKey } from "./stack-file-config";
import { Places } from "./stack-file-places";
import { isDecisive } from "./unknown-keys";
import { readText, readYaml } from "./yaml-file";

const name = "Pulumi.yaml";

/**
 * What Pulumi.yaml sets that groundwork would not see: the engine merges its `config` into every stack's configuration,
 * while groundwork's commands judge the stack file alone. By configuration key.
 *
 * @param directory the folder of Pulumi.yaml; without such a file nothing is set.
 * @throws SettingsError when it is no YAML.
 */
export function projectFileProblems(
  directory: string,
  identity: StackIdentity,
): ReadonlyMap<string, Problem> {
  const file = path.join(directory, name);
  const problems = new Map<string, Problem>();
  if (!fs.existsSync(file)) {
    return problems;
  }
  const { document, lines, content } = readYaml(readText(file, identity), name, identity);
  const places = new Places(document, lines, name);
  const { config, stackConfigDir, name: project } = isMapping(content) ? content : {};
  for (const written of isMapping(config) ? Object.keys(config) : []) {
    const key = engineKey(written, String(project)) ?? written;
    if (isDecisive(key) || key.startsWith(`${String(project)}:`)) {
      problems.set(key, {
        path: key,
        message: `is set in ${name}: the engine would hand it to the program, and groundwork's commands would not see it`,
        allowed: `the stacks' own files, Pulumi.<stack>.yaml`,
        suggestion: `Move it to Pulumi.${identity.stack}.yaml, and to the file of every other stack that needs it.`,
        location: places.of(["config", written], true),
      });
    }
  }
  // The older name of `stackConfigDir` is `config`.
  const folder = typeof config === "string" ? "config" : "stackConfigDir";
  if (typeof config === "string" || stackConfigDir !== undefined) {
    problems.set(folder, {
      path: folder,
      message: "has the engine read stack files from another folder than groundwork's commands do",
      allowed: `stack files beside ${name}`,
      location: places.of([folder], true),
    });
  }
  return problems;
}
