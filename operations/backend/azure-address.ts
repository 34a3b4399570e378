import { UsageError } from "../terminal/errors";
import type { Variables } from "./store";

/** Where a blob container is, as the engine reads its URL. */
export interface AzureAddress {
  /** `https://weaveworksdevstate.blob.core.windows.net`, with a shared access signature where there is one. */
  readonly serviceUrl: string;
  readonly account: string;
  readonly container: string;
  /** In front of every key; empty, or ending with a slash. */
  readonly prefix: string;
}

const parameters = ["storage_account", "domain", "protocol", "localemu", "cdn"];

/**
 * Reads `azblob://CONTAINER[/FOLDER]?storage_account=NAME…` and the environment as the engine's own library does
 * (gocloud.dev/blob/azureblob: NewServiceURL), so that both find the same container.
 *
 * @throws UsageError for a URL that the engine would not take either.
 */
export function azureAddress(url: string, variables: Variables): AzureAddress {
  const parsed = new URL(url);
  const query = parsed.searchParams;
  const unknown = [...query.keys()].find((key) => !parameters.includes(key));
  if (unknown !== undefined) {
    throw new UsageError(
      `${url}: "${unknown}" is no parameter of azblob://. Known: ${parameters.join(", ")}.`,
    );
  }
  const account = query.get("storage_account") ?? variables.AZURE_STORAGE_ACCOUNT ?? "";
  if (account === "" || parsed.host === "") {
    throw new UsageError(
      `${url} names no storage account: write azblob://CONTAINER?storage_account=NAME, or set AZURE_STORAGE_ACCOUNT.`,
    );
  }
  const domain = query.get("domain") ?? given(variables.AZURE_STORAGE_DOMAIN) ?? "blob.core.windows.net";
  const protocol = query.get("protocol") ?? given(variables.AZURE_STORAGE_PROTOCOL) ?? "https";
  const emulated = isTrue(query.get("localemu") ?? variables.AZURE_STORAGE_IS_LOCAL_EMULATOR);
  const host =
    emulated || /^(127\.0\.0\.1|localhost)/.test(domain)
      ? `${domain}/${account}`
      : isTrue(query.get("cdn") ?? variables.AZURE_STORAGE_IS_CDN)
        ? domain
        : `${account}.${domain}`;
  const signature = given(variables.AZURE_STORAGE_SAS_TOKEN);
  const folder = parsed.pathname.replace(/^\/+|\/+$/g, "");
  return {
    serviceUrl: `${protocol}://${host}${signature === undefined ? "" : `?${signature.replace(/^\?/, "")}`}`,
    account,
    container: parsed.host,
    prefix: folder === "" ? "" : `${folder}/`,
  };
}

function given(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

function isTrue(value: string | undefined): boolean {
  return ["1", "t", "T", "TRUE", "true", "True"].includes(value ?? "");
}
