import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { groundworkCommand } from "../../guard/printed-command";
import { namespace } from "../../settings/unknown-keys";
import type { CommandContext } from "../terminal/command-context";
import { FailedError } from "../terminal/errors";
import type { EngineOptions } from "./automation";
import { providerOf, type Encrypted } from "./encrypted-values";

/**
 * A stack's secrets provider, as the engine reaches it: a passphrase, a key of a cloud, or a service. Values go to the engine on its
 * standard input, and never into the arguments or the environment of a process, where everybody on the machine could read them.
 */
export class ConfigCipher {
  constructor(
    private readonly context: Pick<CommandContext, "environment">,
    private readonly options: Pick<EngineOptions, "pulumi" | "stack" | "projectDirectory" | "environment">,
  ) {}

  /**
   * Encrypts values, by name, as they would stand in a stack file; that file is not touched.
   *
   * @param provider what the stack file says that it is encrypted by (`providerOf`).
   * @throws FailedError when the engine does not, or when what it wrote is not what it was given.
   */
  async encrypt(
    values: Readonly<Record<string, string>>,
    provider: Readonly<Record<string, string>>,
  ): Promise<Encrypted> {
    return withScratch(stringify(provider), async (file, read) => {
      for (const [name, value] of Object.entries(values)) {
        await this.run(["config", "set", "--secret", `${namespace}:${name}`, "--config-file", file], value);
      }
      const kept = await this.valuesIn(file);
      if (Object.entries(values).some(([name, value]) => kept[name] !== value)) {
        throw new FailedError("The engine wrote another value than it was given. Nothing was touched.");
      }
      return encryptedIn(read());
    });
  }

  /** The values in clear, by name. @throws FailedError with the engine's words: a wrong passphrase, another key, an altered value. */
  decrypt({ values, provider }: Encrypted): Promise<Readonly<Record<string, string>>> {
    const config = Object.fromEntries(Object.entries(values).map(([key, secure]) => [key, { secure }]));
    return withScratch(stringify({ ...provider, config }), (file) => this.valuesIn(file));
  }

  /** Everything of the project's own in a stack file, in clear, by name. @throws FailedError with the engine's words. */
  async valuesIn(file: string): Promise<Readonly<Record<string, string>>> {
    const printed = await this.run(["config", "--show-secrets", "--json", "--config-file", file]);
    const config = JSON.parse(printed) as Readonly<Record<string, { readonly value?: string }>>;
    return Object.fromEntries(
      Object.entries(config).flatMap(([key, { value }]) =>
        key.startsWith(`${namespace}:`) && value !== undefined
          ? [[key.slice(namespace.length + 1), value]]
          : [],
      ),
    );
  }

  private async run(args: readonly string[], input?: string): Promise<string> {
    const { pulumi, stack, projectDirectory, environment } = this.options;
    const { default: execa } = await import("execa");
    const result = await execa(pulumi, [...args, "--stack", stack, "--non-interactive"], {
      cwd: projectDirectory,
      env: { ...this.context.environment.variables, ...environment },
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
    const { stack } = this.options;
    const advice = /no stack named/.test(said)
      ? `The backend knows no stack ${stack}, and secrets are encrypted for one. Make it with \`${groundworkCommand`stack init ${stack}`}\`.`
      : /passphrase/.test(said)
        ? "PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, must hold the stack's passphrase."
        : undefined;
    return [said.trim(), ...(advice === undefined ? [] : [advice])].join("\n");
  }
}

/** A stack file of its own that only its owner can read, for the time of an action. */
async function withScratch<T>(
  text: string,
  action: (file: string, read: () => string) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(path.join(tmpdir(), "groundwork-secrets-"));
  const file = path.join(directory, "Pulumi.secrets.yaml");
  try {
    writeFileSync(file, text, { mode: 0o600 });
    return await action(file, () => readFileSync(file, "utf8"));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
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
