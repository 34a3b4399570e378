import {
  BlobServiceClient,
  RestError,
  StorageSharedKeyCredential,
  type ContainerClient,
} from "@azure/storage-blob";
import { createRequire } from "node:module";
import type * as identity from "@azure/identity";
import { azureAddress, type AzureAddress } from "./azure-address";
import { azureProblem, codeOf } from "./azure-problems";
import {
  ConflictError,
  type Condition,
  type Content,
  type StateStore,
  type StoredFile,
  type StoredVersion,
  type Variables,
} from "./store";

const load = createRequire(__filename);

/** A backend in an Azure blob container. */
export class AzureStore implements StateStore {
  private constructor(
    readonly url: string,
    private readonly address: AzureAddress,
    private readonly container: ContainerClient,
  ) {}

  static open(url: string, variables: Variables): AzureStore {
    const address = azureAddress(url, variables);
    return new AzureStore(
      url,
      address,
      serviceClient(address, variables).getContainerClient(address.container),
    );
  }

  async list(prefix: string): Promise<readonly StoredFile[]> {
    return this.asking(async () => {
      const found: StoredFile[] = [];
      for await (const { name, properties } of this.container.listBlobsFlat({ prefix: this.full(prefix) })) {
        found.push(this.file(name, properties));
      }
      return found;
    });
  }

  async read(key: string): Promise<Content | undefined> {
    return this.asking(async () => {
      const answer = await this.container.getBlobClient(this.full(key)).download();
      return { data: await collected(answer.readableStreamBody), tag: answer.etag ?? "" };
    }, key);
  }

  async write(key: string, data: Buffer, condition?: Condition): Promise<void> {
    await this.asking(async () => {
      const conditions =
        condition === undefined
          ? {}
          : "absent" in condition
            ? { ifNoneMatch: "*" }
            : { ifMatch: condition.tag };
      await this.container
        .getBlockBlobClient(this.full(key))
        .upload(data, data.length, { conditions, blobHTTPHeaders: { blobContentType: "application/json" } });
      return undefined;
    }, key);
  }

  async remove(key: string, tag?: string): Promise<void> {
    await this.asking(async () => {
      const conditions = tag === undefined ? {} : { ifMatch: tag };
      await this.container.getBlobClient(this.full(key)).deleteIfExists({ conditions });
      return undefined;
    }, key);
  }

  async versions(key: string): Promise<readonly StoredVersion[] | undefined> {
    return this.asking(async () => {
      const found: StoredVersion[] = [];
      const listing = this.container.listBlobsFlat({ prefix: this.full(key), includeVersions: true });
      for await (const { name, properties, versionId, isCurrentVersion } of listing) {
        if (name === this.full(key) && versionId !== undefined) {
          found.push({ ...this.file(name, properties), id: versionId, current: isCurrentVersion === true });
        }
      }
      // Versioning is off, or, as in the emulator, not there at all.
      return found.length === 0 ? undefined : found.sort((a, b) => (a.id < b.id ? 1 : -1));
    });
  }

  async readVersion(key: string, id: string): Promise<Buffer | undefined> {
    return this.asking(async () => {
      const answer = await this.container.getBlobClient(this.full(key)).withVersion(id).download();
      return collected(answer.readableStreamBody);
    }, key);
  }

  private full(key: string): string {
    return this.address.prefix + key;
  }

  private file(name: string, properties: { lastModified: Date; contentLength?: number }): StoredFile {
    return {
      key: name.slice(this.address.prefix.length),
      modified: properties.lastModified,
      size: properties.contentLength ?? 0,
    };
  }

  /** What is not there is undefined; what somebody else changed is a conflict; the rest is told in a person's words. */
  private async asking<T>(action: () => Promise<T>, key?: string): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (key !== undefined && error instanceof RestError) {
        if (codeOf(error) === "BlobNotFound") {
          return undefined as T;
        }
        if (error.statusCode === 412 || codeOf(error) === "BlobAlreadyExists") {
          throw new ConflictError(key);
        }
      }
      throw azureProblem(error, this.address);
    }
  }
}

/** The same order as in the engine's library: account key, signature, connection string, and then a login. */
function serviceClient(address: AzureAddress, variables: Variables): BlobServiceClient {
  const { AZURE_STORAGE_ACCOUNT: account, AZURE_STORAGE_KEY: key } = variables;
  if (given(account) && given(key)) {
    return new BlobServiceClient(
      address.serviceUrl,
      new StorageSharedKeyCredential(account ?? "", key ?? ""),
    );
  }
  if (given(variables.AZURE_STORAGE_SAS_TOKEN)) {
    return new BlobServiceClient(address.serviceUrl);
  }
  const connection =
    variables.AZURE_STORAGE_CONNECTION_STRING ?? variables.AZURE_STORAGEBLOB_CONNECTIONSTRING;
  if (given(connection)) {
    return BlobServiceClient.fromConnectionString(connection ?? "");
  }
  const { DefaultAzureCredential } = load("@azure/identity") as typeof identity;
  return new BlobServiceClient(address.serviceUrl, new DefaultAzureCredential());
}

function given(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

async function collected(stream: NodeJS.ReadableStream | undefined): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream ?? []) {
    parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts);
}
