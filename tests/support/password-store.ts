import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readEnvironment } from "../../settings/environment";
import { installed } from "./real-parts";

/** `pass` and GnuPG, as they are installed. */
export const passwordStore = installed(
  ["pass", "gpg", "gpg-agent", "gpgconf"],
  "pass and GnuPG (Debian: apt-get install pass gnupg)",
);

/** A password store with a key of its own, in folders that go with it. */
export class PasswordStore {
  private constructor(
    private readonly directory: string,
    /** Who reads this store. */
    readonly environment: Readonly<NodeJS.ProcessEnv>,
  ) {}

  /** @param passphrase of the store's key; without one it opens by itself. */
  static create(passphrase = ""): PasswordStore {
    // A short name: the agent's sockets lie in there, and a socket's name has 107 bytes at most.
    const directory = mkdtempSync(path.join(tmpdir(), "gwp-"));
    chmodSync(directory, 0o700);
    const store = new PasswordStore(directory, {
      ...readEnvironment(directory).variables,
      GNUPGHOME: directory,
      PASSWORD_STORE_DIR: path.join(directory, "store"),
    });
    const key = "throw-away@example.com";
    const generate = ["--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase];
    store.run("gpg", [...generate, "--quick-generate-key", key, "future-default", "default", "never"]);
    store.run("pass", ["init", key]);
    return store;
  }

  /** Puts an entry in, whole. */
  insert(entry: string, text: string): void {
    this.run("pass", ["insert", "--multiline", "--force", entry], text);
  }

  /** The agent forgets what it was told, as after a night. */
  lock(): void {
    this.run("gpgconf", ["--kill", "gpg-agent"]);
  }

  remove(): void {
    this.run("gpgconf", ["--kill", "all"]);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private run(program: string, args: readonly string[], input = ""): void {
    const { status, stderr } = spawnSync(program, args, {
      env: this.environment,
      input,
      encoding: "utf8",
    });
    if (status !== 0) {
      throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
    }
  }
}
