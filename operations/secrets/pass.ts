import type { SecretDeclaration } from "../../settings/secrets";
import { FailedError, UsageError } from "../terminal/errors";

/** What a password store has under one name. */
export type StoreEntry =
  | { readonly kind: "found"; readonly value: string }
  | { readonly kind: "absent" }
  /** It is there and cannot be read; `why` in the words of pass or GnuPG, which name keys and no contents. */
  | { readonly kind: "unreadable"; readonly why: string };

export interface PassOptions {
  /** `PATH`, `HOME`, `PASSWORD_STORE_DIR`, `GNUPGHOME` and whatever else the person's own `pass` goes by. */
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  /** Whether somebody is there to unlock a key. Without, a locked key fails at once in place of waiting. */
  readonly interactive: boolean;
}

/**
 * Reads an entry of `pass`, the standard unix password manager (https://www.passwordstore.org). Its convention: the
 * first line is the password, and further lines are notes; a secret of several lines is the whole entry.
 *
 * @throws FailedError when there is no `pass`.
 */
export async function readEntry(
  entry: string,
  lines: SecretDeclaration["lines"],
  { environment, interactive }: PassOptions,
): Promise<StoreEntry> {
  const { default: execa } = await import("execa");
  const unasked = "--batch --pinentry-mode=error";
  const result = await execa("pass", ["show", "--", entry], {
    env: {
      ...environment,
      // For the words that are looked for below.
      LC_ALL: "C",
      ...(!interactive && {
        PASSWORD_STORE_GPG_OPTS: `${environment["PASSWORD_STORE_GPG_OPTS"] ?? ""} ${unasked}`.trim(),
      }),
    },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    // GnuPG asks for a passphrase on the terminal that is its standard input.
    stdin: interactive ? "inherit" : "ignore",
  });
  if ((result as { readonly code?: string }).code === "ENOENT") {
    throw new FailedError(
      "There is no `pass` on the PATH. Install it (Debian: apt-get install pass gnupg). Nothing was touched.",
    );
  }
  if (result.exitCode !== 0) {
    return /is not in the password store|password store is empty/.test(result.stderr)
      ? { kind: "absent" }
      : { kind: "unreadable", why: oneLine(result.stderr) };
  }
  // For a folder it prints what is in there, below its name.
  if (result.stdout.startsWith(`${entry}\n`)) {
    return { kind: "unreadable", why: "it is a folder" };
  }
  const value =
    lines === "several"
      ? result.stdout.replace(/[\r\n]+$/, "")
      : (/^[^\r\n]*/.exec(result.stdout)?.[0] ?? "");
  return { kind: "found", value };
}

/** Where secrets of a stack are looked for: `PREFIX/NAME`. Default: `groundwork/<stack>`, so that stacks keep apart. */
export function storePrefix(stack: string, given: string | undefined): string {
  const prefix = (given ?? `groundwork/${stack}`).replace(/^\/+|\/+$/g, "");
  if (prefix.split("/").some((part) => part === "." || part === "..") || /[\0\r\n]/.test(prefix)) {
    throw new UsageError(
      "--prefix: a folder of the password store, such as groundwork/dev, without . and .. in it. Nothing was touched.",
    );
  }
  return prefix;
}

function oneLine(text: string): string {
  const said = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return said.length === 0 ? "pass does not say why" : said.join("; ");
}
