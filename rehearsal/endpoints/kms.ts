import { unwrapped, wrapped } from "../key-service";
import { ApiError, carryOut, readOf, type ApiCall, type Operation } from "./call";

// The two operations by which the engine has its data key wrapped and opened: AWS KMS API reference, Encrypt and Decrypt.

function keyArn(keyId: string, { account, region }: ApiCall): string {
  return keyId.startsWith("arn:")
    ? keyId
    : `arn:aws:kms:${region}:${account}:${keyId.replace(/^(?!alias\/)/, "key/")}`;
}

const encrypt: Operation<{ readonly KeyId?: string; readonly Plaintext?: string }, unknown> = (input, call) =>
  carryOut(call, readOf("kms", "Encrypt"), () => {
    const keyId = keyArn(input.KeyId ?? "", call);
    return { CiphertextBlob: wrapped(keyId, input.Plaintext ?? ""), KeyId: keyId };
  });

const decrypt: Operation<{ readonly CiphertextBlob?: string }, unknown> = (input, call) =>
  carryOut(call, readOf("kms", "Decrypt"), () => {
    const opened = unwrapped(input.CiphertextBlob ?? "");
    if (opened === undefined) throw new ApiError("InvalidCiphertextException", "");
    return { Plaintext: opened.plaintext, KeyId: opened.keyId, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
  });

export const kmsOperations = { Encrypt: encrypt, Decrypt: decrypt };
