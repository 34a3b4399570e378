import { RestError } from "@azure/storage-blob";
import { FailedError } from "../terminal/errors";
import type { AzureAddress } from "./azure-address";

/** The container is not there, or not yet for this person. */
class UnreachableError extends FailedError {
  constructor(
    message: string,
    /** `missing`: no such account or container; `denied`: it is there, and this person may not. */
    readonly reason: "missing" | "denied",
  ) {
    super(message);
    this.name = "UnreachableError";
  }
}

/**
 * An answer of Azure in words that say what to do. Codes: the Blob Storage REST reference,
 * https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes.
 */
export function azureProblem(error: unknown, { account, container }: AzureAddress): Error {
  const where = `container ${container} of storage account ${account}`;
  if (!(error instanceof RestError)) {
    return error instanceof Error && /Credential|Authentication/.test(error.name)
      ? new UnreachableError(
          `Nobody is logged in to Azure here, so the ${where} cannot be read: \`az login\`, or set AZURE_CLIENT_ID, ` +
            `AZURE_TENANT_ID and AZURE_CLIENT_SECRET.\n${firstLine(error.message)}`,
          "denied",
        )
      : (error as Error);
  }
  const code = codeOf(error);
  switch (code) {
    case "ContainerNotFound":
    case "ContainerBeingDeleted":
      return new UnreachableError(
        `There is no ${where}. \`./groundwork state init STACK\` makes it.`,
        "missing",
      );
    case "ENOTFOUND":
      return new UnreachableError(`There is no storage account ${account}, or no network here.`, "missing");
    case "AuthorizationPermissionMismatch":
    case "AuthorizationFailure":
    case "AuthenticationFailed":
    case "KeyBasedAuthenticationNotPermitted":
    case "NoAuthenticationInformation":
      return new UnreachableError(
        `The ${where} lets nobody in with these credentials (${code}). ${advice(code)}`,
        "denied",
      );
    default:
      return new FailedError(
        `The ${where} answers ${code ?? String(error.statusCode)}: ${firstLine(error.message)}`,
      );
  }
}

/** The service's code: in the body, or, where an answer has none, in a header. */
export function codeOf(error: RestError): string | undefined {
  return error.code ?? error.response?.headers.get("x-ms-error-code");
}

function advice(code: string): string {
  switch (code) {
    case "AuthorizationPermissionMismatch":
      return (
        "The login is right, the role is missing: Storage Blob Data Contributor (groundwork:state principals). A role " +
        "that was granted a moment ago counts after some minutes."
      );
    case "AuthorizationFailure":
      return "This network may not be among those allowed (groundwork:state allowedCidrBlocks).";
    case "KeyBasedAuthenticationNotPermitted":
      return "Account keys are off: take AZURE_STORAGE_KEY and AZURE_STORAGE_SAS_TOKEN out of the environment and `az login`.";
    default:
      return "`az login`, and see that AZURE_STORAGE_KEY and AZURE_STORAGE_SAS_TOKEN are not set to something old.";
  }
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
