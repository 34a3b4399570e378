import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { groundworkCommand } from "../../guard/printed-command";
import type { SecretName } from "../../settings/secrets";
import { namespace } from "../../settings/unknown-keys";
import type { CommandContext } from "../terminal/command-context";
import { engineEnvironment, engineFor } from "../engine/engine-access";
import { EngineStack } from "../engine/engine-stack";
import { FailedError } from "../terminal/errors";
import { stackFile } from "../terminal/project";
import { openRehearsalFolder } from "../engine/rehearsal-folder";
import { accountOf, rehearsedStack, startSession, type RehearsalSession } from "../engine/rehearsal-session";
import { readText, replaceText } from "../engine/stack-file-edit";
import { providerOf, withEncrypted, type Encrypted } from "../engine/encrypted-values";

/**
 * The secrets of a stack file, encrypted and decrypted by the engine. Values go to it on its standard input, and never
 * into the arguments or the environment of a process, where everybody on the machine could read them.
 */
export class Vault {
  private constructor(
    private readonly context: CommandContext,
    private readonly stack: string,
    /** The stack's own file, or a rehearsal's copy. */
    readonly file: string,
    private readonly pulumi: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Opens a stack's secrets, lets `action` have them, and closes what was opened. */
  static async with<T>(
    context: CommandContext,
    stack: string,
    action: (vault: Vault) => Promise<T>,
  ): Promise<T> {
    const engine = await engineFor(context);
    const session: RehearsalSession | undefined =
      context.rehearsal === undefined
        ? undefined
        : await startSession(context, context.rehearsal, accountOf(context.project, stack));
    try {
      const own = { ...engineEnvironment(context), ...session?.environment };
      const rehearsed = session === undefined ? undefined : rehearsedStack(context, session, stack);
      if (rehearsed !== undefined && !rehearsed.exists) {
        await EngineStack.create({
          ...engine,
          stack,
          projectDirectory: rehearsed.initDirectory,
          environment: own,
        });
      }
      const environment = { ...own, ...rehearsed?.environment };
      return await action(new Vault(context, stack, secretsFile(context, stack), engine.pulumi, environment));
    } finally {
      await session?.stop();
    }
  }

  /**
   * Every secret of the file in clear, by name.
   *
   * @throws FailedError with the engine's words: a wrong passphrase, no such stack.
   */
  decrypt(): Promise<Readonly<Partial<Record<SecretName, string>>>> {
    return this.valuesIn(this.file);
  }

  /**
   * Encrypts values and writes them into the file, all or none; what else is in there stays as it is.
   *
   * @throws FailedError when the engine does not, or when what it wrote is not what it was given.
   */
  async write(values: Readonly<Partial<Record<SecretName, string>>>): Promise<void> {
    const directory = mkdtempSync(path.join(tmpdir(), "groundwork-secrets-"));
    try {
      const before = readText(this.file);
      const beside = path.join(directory, "Pulumi.secrets.yaml");
      writeFileSync(beside, stringify(providerOf(parse(before))), { mode: 0o600 });
      for (const [name, value] of Object.entries(values)) {
        await this.run(["config", "set", "--secret", `${namespace}:${name}`, "--config-file", beside], value);
      }
      const kept = await this.valuesIn(beside);
      if (Object.entries(values).some(([name, value]) => kept[name as SecretName] !== value)) {
        throw new FailedError("The engine wrote something else than it was given. Nothing was touched.");
      }
      const file = path.basename(this.file);
      const after = withEncrypted(before, encryptedIn(readText(beside)), {
        file,
        project: this.context.project.name,
      });
      replaceText(this.file, before, after);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  private async valuesIn(file: string): Promise<Readonly<Partial<Record<SecretName, string>>>> {
    const printed = await this.run(["config", "--show-secrets", "--json", "--config-file", file]);
    const config = JSON.parse(printed) as Readonly<Record<string, { readonly value?: string }>>;
    return Object.fromEntries(
      Object.entries(config).flatMap(([key, { value }]) =>
        key.startsWith(`${namespace}:`) ? [[key.slice(namespace.length + 1), value]] : [],
      ),
    );
  }

  private async run(args: readonly string[], input?: string): Promise<string> {
    const { default: execa } = await import("execa");
    const result = await execa(this.pulumi, [...args, "--stack", this.stack, "--non-interactive"], {
      cwd: this.context.project.directory,
      env: { ...this.context.environment.variables, ...this.environment },
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
      ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    });
    if (result.failed) {
      throw new FailedError(this.explained(withoutSecret(result.stderr, input)));
    }
    return result.stdout;
  }

  private explained(said: string): string {
    const advice = /no stack named/.test(said)
      ? `The backend knows no stack ${this.stack}, and secrets are encrypted for one. Make it with \`${groundworkCommand`stack init ${this.stack}`}\`.`
      : /passphrase/.test(said)
        ? "PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, has to hold the stack's passphrase."
        : undefined;
    return [
      `The secrets of ${this.stack} could not be read or written; ${path.basename(this.file)} was not touched.`,
      said.trim(),
      ...(advice === undefined ? [] : [advice]),
    ].join("\n");
  }
}

/** The file that holds a stack's secrets: its own, or with `--rehearse` the rehearsal's copy, made when it is not there. */
export function secretsFile(context: CommandContext, stack: string): string {
  if (context.rehearsal === undefined) {
    return stackFile(context.project, stack);
  }
  const directory = openRehearsalFolder(context.environment.rehearsalDirectory);
  return rehearsedStack(context, { directory }, stack).configFile;
}

/** What an engine says of a value that it does not take might have the value in it. */
function withoutSecret(text: string, secret: string | undefined): string {
  return (secret ?? "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .reduce((cleaned, line) => cleaned.replaceAll(line, "[secret]"), text);
}

function encryptedIn(text: string): Encrypted {
  const content = parse(text) as { readonly config: Readonly<Record<string, { readonly secure: string }>> };
  return {
    values: Object.fromEntries(Object.entries(content.config).map(([key, { secure }]) => [key, secure])),
    provider: providerOf(content),
  };
}
