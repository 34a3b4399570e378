import { existsSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { groundworkCommand } from "../../guard/printed-command";
import { overlap, parseBlock } from "../../settings/ip-blocks";
import { SettingsError } from "../../settings/problem";
import { parseStackFile } from "../../settings/stack-file";
import { blocksOfOthers } from "../plan/other-stacks";
import type { CommandContext } from "../terminal/command-context";
import { ask } from "../terminal/confirm";
import { oneOf, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { stackFile } from "../terminal/project";
import { newStackFile, sizes, type Size } from "./new-stack-file";

export interface NewStackOptions {
  readonly awsAccount?: string;
  readonly region?: string;
  readonly prefix?: string;
  readonly domain?: string;
  readonly size?: string;
}

/**
 * Writes the file of a new stack, in which nothing belongs to another one: asks for account, region, size, and (where the size has
 * something that needs them) a prefix of names that are the world's, and a domain.
 *
 * @throws UsageError for a stack that has a file, and for answers that make a wrong one; nothing is written then.
 */
export async function newStack(
  context: CommandContext,
  stack: string,
  options: NewStackOptions,
): Promise<ExitCode> {
  const { project, output } = context;
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(stack)) {
    throw new UsageError(
      `A stack cannot be called ${JSON.stringify(stack)}: letters, digits, hyphens, underscores and dots, 100 at most. Nothing was touched.`,
    );
  }
  const file = stackFile(project, stack);
  if (existsSync(file)) {
    throw new UsageError(
      `${path.basename(file)} is there already; nothing is overwritten. Nothing was touched.`,
    );
  }
  const account = options.awsAccount ?? (await ask("Number of its AWS account?", "--aws-account", context));
  const region = options.region ?? (await ask("AWS region?", "--region", context, "eu-west-1"));
  const size = sizeOf(
    options.size ?? (await ask(`How much to begin with: ${oneOf(sizes)}?`, "--size", context, "small")),
  );
  const prefix =
    options.prefix ??
    (size === "small"
      ? stack
      : await ask("Prefix of names that are the world's, such as the bucket's?", "--prefix", context));
  const domain =
    options.domain ??
    (size === "whole" ? await ask("Domain of a zone of its own (none: -)?", "--domain", context, "-") : "-");
  const text = newStackFile({
    stack,
    account,
    region,
    prefix,
    size,
    block: freeBlock(file, stack),
    ...(domain !== "-" && { domain }),
  });
  refuseWrongAnswers(text, path.basename(file), { project: project.name, stack });
  writeFileSync(file, text, { flag: "wx" });
  output.document({ stack, file: path.basename(file), size, next: groundworkCommand`rehearse ${stack}` });
  output.print(`${path.basename(file)} is written: ${size}. docs/settings.md has what else there is.`);
  output.print(`Try it, without an account anywhere: \`${groundworkCommand`rehearse ${stack}`}\``);
  return exitCodes.done;
}

function sizeOf(text: string): Size {
  const size = sizes.find((known) => known === text);
  if (size === undefined) {
    throw new UsageError(`--size ${text}: ${oneOf(sizes)}. Nothing was touched.`);
  }
  return size;
}

/** The whole file is judged as it would be. */
function refuseWrongAnswers(
  text: string,
  file: string,
  identity: { readonly project: string; readonly stack: string },
): void {
  try {
    parseStackFile(text, file, identity, { secretsAreSupplied: true });
  } catch (error) {
    if (error instanceof SettingsError) {
      throw new UsageError(
        `With these answers ${file} would be wrong. Nothing was touched.\n${error.message}`,
        error.problems,
      );
    }
    throw error;
  }
}

/** The first 10.N.0.0/16 that no other stack file has: two that overlap can never be peered. */
function freeBlock(file: string, stack: string): string {
  const taken = blocksOfOthers(file, stack);
  const free = Array.from({ length: 256 }, (_, number) => `10.${number}.0.0/16`).find((text) => {
    const block = parseBlock(text);
    return block !== undefined && !taken.some((other) => overlap(block, other));
  });
  if (free === undefined) {
    throw new UsageError("The other stacks have all of 10.0.0.0/8. Nothing was touched.");
  }
  return free;
}
