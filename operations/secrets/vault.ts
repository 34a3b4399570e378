import * as path from "node:path";
import { parse } from "yaml";
import type { SecretName } from "../../settings/secrets";
import { ConfigCipher } from "../engine/config-cipher";
import type { CommandContext } from "../terminal/command-context";
import { engineEnvironment, engineFor } from "../engine/engine-access";
import { EngineStack } from "../engine/engine-stack";
import { FailedError } from "../terminal/errors";
import { stackFile } from "../terminal/project";
import { openRehearsalFolder } from "../engine/rehearsal-folder";
import { accountOf, rehearsedStack, startSession, type RehearsalSession } from "../engine/rehearsal-session";
import { readText, replaceText } from "../engine/stack-file-edit";
import { providerOf, withEncrypted } from "../engine/encrypted-values";

/** The secrets of a stack file, encrypted and decrypted by the engine. */
export class Vault {
  private constructor(
    private readonly context: CommandContext,
    private readonly stack: string,
    /** The stack's own file, or a rehearsal's copy. */
    readonly file: string,
    private readonly cipher: ConfigCipher,
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
      const cipher = new ConfigCipher(context, {
        pulumi: engine.pulumi,
        stack,
        projectDirectory: context.project.directory,
        environment: { ...own, ...rehearsed?.environment },
      });
      return await action(new Vault(context, stack, secretsFile(context, stack), cipher));
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
    return this.explained(this.cipher.valuesIn(this.file));
  }

  /**
   * Encrypts values and writes them into the file, all or none; what else is in there stays as it is.
   *
   * @throws FailedError when the engine does not, or when what it wrote is not what it was given.
   */
  async write(values: Readonly<Partial<Record<SecretName, string>>>): Promise<void> {
    const before = readText(this.file);
    const encrypted = await this.explained(
      this.cipher.encrypt(values as Readonly<Record<string, string>>, providerOf(parse(before))),
    );
    const file = path.basename(this.file);
    replaceText(
      this.file,
      before,
      withEncrypted(before, encrypted, { file, project: this.context.project.name }),
    );
  }

  private async explained<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof FailedError)) {
        throw error;
      }
      throw new FailedError(
        `The secrets of ${this.stack} could not be read or written; ${path.basename(this.file)} was not touched.\n${error.message}`,
      );
    }
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
