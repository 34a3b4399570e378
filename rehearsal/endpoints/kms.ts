import { unwrapped, wrapped } from "../key-service";
import { textOf } from "../interpreter/values";
import { ApiError, carryOut, readOf, type ApiCall, type Operation } from "./call";

// The operations by which the engine has its data key wrapped and opened, and what a key is: AWS KMS API reference, Encrypt, Decrypt and
// DescribeKey. There is every key that is asked for, enabled unless a file of cloud/ says otherwise.

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

const describeKey: Operation<{ readonly KeyId?: string }, unknown> = (input, call) =>
  carryOut(call, readOf("kms", "DescribeKey"), () => {
    const arn = keyArn(input.KeyId ?? "", call);
    const id = arn.split("/").at(-1) ?? "";
    const known = ["aws:kms/key:Key", "aws:kms/key:PendingDeletion"]
      .flatMap((type) => call.hands.ofType(type))
      .find((key) => key.id === id || key.id === arn);
    return {
      KeyMetadata: { Arn: arn, KeyId: id, KeyState: textOf(known?.outputs ?? {}, "keyState") || "Enabled" },
    };
  });

export const kmsOperations = { Encrypt: encrypt, Decrypt: decrypt, DescribeKey: describeKey };
