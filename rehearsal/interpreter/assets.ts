import { isRecord, type Value } from "./values";

/** The key under which the engine's wire format marks special objects. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";

/** Whether a value is an asset (one file's content) as the engine sends it. */
export function isAsset(value: Value | undefined): boolean {
  return isRecord(value) && value[signatureKey] === assetSignature;
}

/** Whether a value is an archive (several files) as the engine sends it. */
export function isArchive(value: Value | undefined): boolean {
  return isRecord(value) && value[signatureKey] === archiveSignature;
}

/**
 * The content hash of an asset or archive, by which two of them are compared; undefined when the value is neither, or
 * carries no hash.
 */
export function contentHash(value: Value | undefined): string | undefined {
  if (!isRecord(value) || !(isAsset(value) || isArchive(value))) return undefined;
  const hash = value["hash"];
  return typeof hash === "string" && hash !== "" ? hash : undefined;
}
