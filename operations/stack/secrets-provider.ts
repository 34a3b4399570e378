import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { secretsProviderUrl } from "../../components/state-backend/address";
import { groundworkCommand } from "../../guard/printed-command";
import type { StackSettings } from "../../settings/load";
import { backendOf } from "../backend/backend";
import { keepState, readState } from "../backend/layout";
import { refsOf } from "../backend/refs";
import { providerOf, refuseSharedCiphertexts, resealed } from "../engine/encrypted-values";
import { engineEnvironment, engineFor } from "../engine/engine-access";
import { rehearsedStack, startSession } from "../engine/rehearsal-session";
import { readText, replaceText } from "../engine/stack-file-edit";
import { settingsOf } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { stackFile } from "../terminal/project";

export interface SecretsProviderOptions {
  /** What encrypts: a key's URL, or `passphrase`. Default: the key vault of groundwork:state. */
  readonly secretsProvider: string | undefined;
}

/** What the engine takes. Source: https://www.pulumi.com/docs/iac/concepts/secrets/#available-encryption-providers */
const schemes = ["azurekeyvault://", "awskms://", "gcpkms://", "hashivault://"] as const;

/**
 * Makes a stack in the backend with what encrypts its secrets, and writes that into the stack file; nothing else there changes.
 *
 * @throws UsageError for a passphrase at level production, and for a stack that there is already.
 */
export async function initStack(
  context: CommandContext,
  stack: string,
  { secretsProvider }: SecretsProviderOptions,
): Promise<ExitCode> {
  const { output } = context;
  const url = urlFor(context, stack, secretsProvider, "init");
  return withEngine(context, stack, url, async (engine) => {
    const { provider } = engine;
    // What is encrypted there already is under what the file says: first the stack as it says, then the other key.
    const moves = Object.keys(provider).length > 0 && providerNamed(provider) !== engine.url;
    engine.refuseAliases();
    await engine.run(["stack", "init", "--no-select", ...(moves ? [] : ["--secrets-provider", engine.url])], {
      expected: [
        /already exists/,
        () =>
          new UsageError(
            `The backend has a stack ${stack} already. \`${groundworkCommand`stack change-secrets-provider ${stack}`}\` puts it under ` +
              "another key. Nothing was touched.",
          ),
      ],
    });
    if (moves) await engine.run(["stack", "change-secrets-provider", engine.url]);
    engine.write();
    output.document({ stack, file: engine.fileName, secretsProvider: url, result: "made" });
    output.print(`${stack} is made, and what is secret in it is encrypted by ${url} (${engine.fileName}).`);
    output.print(
      `Commit ${engine.fileName}, and go on with \`${groundworkCommand`secrets ${stack} check`}\` and \`${groundworkCommand`up ${stack}`}\`.`,
    );
    return exitCodes.done;
  });
}

/**
 * Encrypts what is secret in a stack's file and state by another key, and reads both back: they must say what they said before. The
 * state as it was is kept.
 */
export async function changeSecretsProvider(
  context: CommandContext,
  stack: string,
  { secretsProvider }: SecretsProviderOptions,
): Promise<ExitCode> {
  const { output } = context;
  const url = urlFor(context, stack, secretsProvider, "change-secrets-provider");
  const backend = await backendOf(context, stack);
  const store = backend.open();
  const [ref] = refsOf(context, stack);
  const state = await readState(store, ref);
  if (state === undefined) {
    throw new UsageError(
      `The backend has no stack ${stack}: \`${groundworkCommand`stack init ${stack}`}\` makes it under a key at once. Nothing was touched.`,
    );
  }
  return withEngine(context, stack, url, async (engine) => {
    const from = providerNamed(engine.provider) ?? "nothing yet";
    if (!(await confirm(`Encrypt the secrets of ${stack} by ${url} in place of ${from}?`, context))) {
      output.document({ stack, secretsProvider: url, from, result: "declined" });
      output.print("Nothing was touched.");
      return exitCodes.done;
    }
    const before = await engine.inClear();
    engine.refuseAliases();
    const kept = await keepState(store, ref, state.data, "key");
    await engine.run(["stack", "change-secrets-provider", engine.url]);
    const after = await engine.inClear();
    if (!isDeepStrictEqual(after, before) || (await engine.encryptedBy()) !== engine.url) {
      throw new FailedError(
        `What the engine reads back of ${stack} is not what it was before; ${engine.fileName} was not touched. ` +
          `\`${groundworkCommand`state restore ${stack} --version ${kept}`}\` puts the state back.`,
      );
    }
    engine.write();
    const counted = { values: Object.keys(before.config).length, kept };
    output.document({
      stack,
      file: engine.fileName,
      secretsProvider: url,
      from,
      ...counted,
      result: "changed",
    });
    output.print(
      `The secrets of ${stack} are encrypted by ${url}: file and state were read back, and say what they said before.`,
    );
    output.print(
      `Commit ${engine.fileName}. The state as it was, under ${from}, is kept as ${kept}; earlier versions of the state and of the ` +
        "file stay under it too. Who knew it can read those: change the secrets that matter at their sources.",
    );
    return exitCodes.done;
  });
}

const calls = {
  init: (stack: string) => groundworkCommand`stack init ${stack} --secrets-provider URL`,
  "change-secrets-provider": (stack: string) =>
    groundworkCommand`stack change-secrets-provider ${stack} --secrets-provider URL`,
} as const;

/** @throws UsageError where there is none, for what the engine does not take, and for a passphrase at level production. */
function urlFor(
  context: CommandContext,
  stack: string,
  given: string | undefined,
  verb: keyof typeof calls,
): string {
  // A file that is wrong for its passphrase alone is what these two mend.
  const settings = settingsOf(context, stack, { passphraseIsTaken: true });
  const url = given ?? vaultOf(settings);
  const isProduction = settings.context.guardLevel === "production";
  const known = `${schemes.map((scheme) => `${scheme}…`).join(", ")}${isProduction ? "" : ", passphrase"}`;
  if (url === undefined) {
    throw new UsageError(
      `Nothing says what encrypts the secrets of ${stack}: neither groundwork:state.keyVault in Pulumi.${stack}.yaml, nor ` +
        `\`${calls[verb](stack)}\`. URL is one of ${known}. Nothing was touched.`,
    );
  }
  if (url === "passphrase" && isProduction) {
    throw new UsageError(
      `${stack} has the guard level production, and a passphrase cannot be taken back from who knows it: ` +
        `--secrets-provider is one of ${known}. Nothing was touched.`,
    );
  }
  if (url !== "passphrase" && !schemes.some((scheme) => url.startsWith(scheme))) {
    throw new UsageError(`--secrets-provider ${url}: the engine takes one of ${known}. Nothing was touched.`);
  }
  return url;
}

function vaultOf({ sections }: StackSettings): string | undefined {
  return sections.state && secretsProviderUrl(sections.state);
}

/** As a person would name it on the command line. */
function providerNamed(provider: Readonly<Record<string, string>>): string | undefined {
  return provider["secretsprovider"] ?? (provider["encryptionsalt"] === undefined ? undefined : "passphrase");
}

interface InClear {
  readonly config: Readonly<Record<string, unknown>>;
  readonly resources: unknown;
}

type Expected = readonly [pattern: RegExp, error: () => Error];

/** The engine in a folder of its own with a copy of the stack file: what it writes into files it writes into that one. */
class EngineBeside {
  constructor(
    private readonly stack: string,
    private readonly project: string,
    private readonly file: string,
    private readonly text: string,
    private readonly directory: string,
    private readonly pulumi: string,
    private readonly environment: Readonly<Record<string, string | undefined>>,
    /** What the engine is told to encrypt by: the key that was asked for, or what stands in for it in a rehearsal. */
    readonly url: string,
  ) {}

  get fileName(): string {
    return path.basename(this.file);
  }

  /** What encrypts the file's secrets now. */
  get provider(): Readonly<Record<string, string>> {
    return providerOf(parse(this.text));
  }

  async run(args: readonly string[], { expected }: { readonly expected?: Expected } = {}): Promise<string> {
    const { default: execa } = await import("execa");
    const result = await execa(this.pulumi, [...args, "--stack", this.stack, "--non-interactive"], {
      cwd: this.directory,
      env: this.environment,
      extendEnv: false,
      reject: false,
      stdin: "ignore",
    });
    if (!result.failed) return result.stdout;
    if (expected?.[0].test(result.stderr) === true) throw expected[1]();
    throw new FailedError(
      `\`pulumi ${args.join(" ")}\` failed; ${this.fileName} was not touched.\n${result.stderr.trim()}`,
    );
  }

  /** Everything that is secret, in this process alone. */
  async inClear(): Promise<InClear> {
    const config = JSON.parse(await this.run(["config", "--show-secrets", "--json"])) as InClear["config"];
    const { deployment } = JSON.parse(await this.run(["stack", "export", "--show-secrets"])) as {
      readonly deployment: { readonly resources?: unknown };
    };
    return { config, resources: deployment.resources };
  }

  /** What the state itself says that its secrets are encrypted by. */
  async encryptedBy(): Promise<string> {
    const { deployment } = JSON.parse(await this.run(["stack", "export"])) as {
      readonly deployment: {
        readonly secrets_providers?: { readonly type?: string; readonly state?: { readonly url?: string } };
      };
    };
    const { type, state } = deployment.secrets_providers ?? {};
    return state?.url ?? type ?? "";
  }

  /**
   * Before the state is touched: what is encrypted behind an alias, an anchor or a merge could not be written back.
   *
   * @throws UsageError where something is.
   */
  refuseAliases(): void {
    refuseSharedCiphertexts(this.text, this.fileName);
  }

  /** Brings what the engine has encrypted into the stack's own file. */
  write(): void {
    const theirs = readText(path.join(this.directory, this.fileName));
    replaceText(
      this.file,
      this.text,
      resealed(this.text, theirs, { file: this.fileName, project: this.project }),
    );
  }
}

async function withEngine<T>(
  context: CommandContext,
  stack: string,
  url: string,
  action: (engine: EngineBeside) => Promise<T>,
): Promise<T> {
  const { project, rehearsal, environment } = context;
  const engine = await engineFor(context);
  const { accountId, region } = settingsOf(context, stack, { passphraseIsTaken: true }).context;
  const session = rehearsal === undefined ? undefined : await startSession(context, rehearsal, accountId);
  const directory = mkdtempSync(path.join(tmpdir(), "groundwork-secrets-provider-"));
  try {
    const rehearsed = session && rehearsedStack(context, session, stack);
    const file = rehearsed?.configFile ?? stackFile(project, stack);
    const text = readText(file);
    writeFileSync(path.join(directory, path.basename(file)), text, { mode: 0o600 });
    copyFileSync(path.join(project.directory, "Pulumi.yaml"), path.join(directory, "Pulumi.yaml"));
    const variables = {
      ...environment.variables,
      ...engineEnvironment(context),
      ...session?.environment,
      ...rehearsed?.environment,
      PULUMI_OPTION_CONFIG_FILE: undefined,
    };
    // The engine reaches no key of Azure's or Google's but a real one: in a rehearsal one of its own stands in.
    const standIn =
      session === undefined || url === "passphrase" || url.startsWith("awskms://")
        ? url
        : `awskms:///alias/groundwork-${stack}?region=${region}`;
    return await action(
      new EngineBeside(stack, project.name, file, text, directory, engine.pulumi, variables, standIn),
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
    await session?.stop();
  }
}
