import { createRequire } from "node:module";
import { pulumiCommand } from "../../guard/printed-command";
import { UsageError } from "../terminal/errors";
import type * as azure from "./azure-store";
import { FileStore } from "./file-store";
import { withoutSecrets, type StateStore, type Variables } from "./store";

const load = createRequire(__filename);

/**
 * Opens a backend by its URL. Nothing is read yet.
 *
 * @param variables the environment: `AZURE_STORAGE_…` counts as it does for the engine.
 * @throws UsageError for a backend that is neither a folder nor a blob container.
 */
export function openStore(url: string, variables: Variables): StateStore {
  if (url.startsWith("file://")) {
    return new FileStore(url, variables);
  }
  if (url.startsWith("azblob://")) {
    const { AzureStore } = load("./azure-store") as typeof azure;
    return AzureStore.open(url, variables);
  }
  throw new UsageError(
    `${url === "" ? "No backend" : withoutSecrets(url)}: state is looked at and moved in folders (file://…) and Azure blob containers ` +
      `(azblob://CONTAINER?storage_account=NAME) only. Log in to one of these: \`${pulumiCommand`login URL`}\`.`,
  );
}
