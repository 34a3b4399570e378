import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { groundworkCommand } from "../../guard/printed-command";
import { FailedError, oneOf, UsageError } from "./errors";

/** Where the program lies. */
export interface Project {
  /** The folder of Pulumi.yaml. */
  readonly directory: string;
  /** `name` in Pulumi.yaml. */
  readonly name: string;
}

/** @throws FailedError when the folder holds no readable Pulumi.yaml. */
export function projectAt(directory: string): Project {
  const file = path.join(directory, "Pulumi.yaml");
  if (!existsSync(file)) {
    throw new FailedError(`There is no ${file}: groundwork is not whole here.`);
  }
  const { name } = parse(readFileSync(file, "utf8")) as { readonly name?: unknown };
  if (typeof name !== "string") {
    throw new FailedError(`${file} has no name.`);
  }
  return { directory, name };
}

/** The stacks that the project has a file for, `Pulumi.<stack>.yaml`. */
export function stackNames(project: Pick<Project, "directory">): string[] {
  return readdirSync(project.directory)
    .map((file) => /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .sort();
}

/** A stack was named that has no file. */
export class UnknownStackError extends UsageError {
  constructor(
    readonly stackName: string,
    /** Those that have one. */
    readonly known: readonly string[],
  ) {
    super(
      `There is no stack "${stackName}": no file Pulumi.${stackName}.yaml. Known: ${oneOf(known)}. ` +
        `\`${groundworkCommand`new ${stackName}`}\` begins one.`,
    );
    this.name = "UnknownStackError";
  }
}

/** @throws UnknownStackError for a stack without a file, naming those that have one. */
export function requireStack(project: Project, stack: string): void {
  const names = stackNames(project);
  if (!names.includes(stack)) {
    throw new UnknownStackError(stack, names);
  }
}

export function stackFile(project: Project, stack: string): string {
  return path.join(project.directory, `Pulumi.${stack}.yaml`);
}

/** The policy packs that every preview and every change runs with. */
export function policyPacks(project: Project): string[] {
  const pack = path.join(project.directory, "policies");
  if (!existsSync(path.join(pack, "PulumiPolicy.yaml"))) {
    throw new FailedError(
      `No policy pack at ${pack}. Without it nothing is previewed and nothing is changed.`,
    );
  }
  return [pack];
}
