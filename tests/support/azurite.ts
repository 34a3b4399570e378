import { BlobServiceClient, StorageSharedKeyCredential, type ContainerClient } from "@azure/storage-blob";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readEnvironment } from "../../settings/environment";

/** The emulator's own account: https://learn.microsoft.com/azure/storage/common/storage-use-azurite, for everybody to read. */
const ownAccount = "devstoreaccount1";
const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** Azure's own emulator of blob storage, on a free port, its data in a folder that goes with it. */
export class Azurite {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    readonly port: number,
    private readonly account: string,
  ) {}

  /** @param account a storage account of this name in place of the emulator's own. */
  static async start(account = ownAccount): Promise<Azurite> {
    const directory = mkdtempSync(path.join(tmpdir(), "groundwork-azurite-"));
    const port = await freePort();
    const main = require.resolve("azurite/dist/src/blob/main.js");
    const args = ["--blobHost", "127.0.0.1", "--blobPort", String(port), "--location", directory];
    const child = spawn(
      process.execPath,
      [main, ...args, "--skipApiVersionCheck", "--silent", "--disableTelemetry"],
      {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...readEnvironment(directory).variables, AZURITE_ACCOUNTS: `${account}:${key}` },
      },
    );
    const azurite = new Azurite(child, directory, port, account);
    await new Promise<void>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`Azurite ended with ${String(code)}.`)));
      child.stdout?.on("data", (text: Buffer) => {
        if (text.toString().includes("successfully listens")) resolve();
      });
    });
    return azurite;
  }

  /** What `pulumi login` takes, for a container that is there. */
  async backend(container: string): Promise<string> {
    await this.container(container).createIfNotExists();
    return `azblob://${container}?storage_account=${this.account}&domain=127.0.0.1:${String(this.port)}&protocol=http&localemu=true`;
  }

  container(name: string): ContainerClient {
    return new BlobServiceClient(
      `http://127.0.0.1:${String(this.port)}/${this.account}`,
      new StorageSharedKeyCredential(this.account, key),
    ).getContainerClient(name);
  }

  /** As a person who has the account's key. */
  get environment(): { readonly AZURE_STORAGE_ACCOUNT: string; readonly AZURE_STORAGE_KEY: string } {
    return { AZURE_STORAGE_ACCOUNT: this.account, AZURE_STORAGE_KEY: key };
  }

  async stop(): Promise<void> {
    this.child.removeAllListeners("exit");
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGKILL");
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
