import { unwrapped, wrapped } from "../key-service";
import type { CloudRecord } from "../cloud/store";
import { textOf, textsAt } from "../interpreter/values";
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
    const known = keyAsked(arn, call);
    return {
      KeyMetadata: { Arn: arn, KeyId: id, KeyState: textOf(known?.outputs ?? {}, "keyState") || "Enabled" },
    };
  });

/** Of one that no file has, nobody knows what its policy says. */
const getKeyPolicy: Operation<{ readonly KeyId?: string }, unknown> = (input, call) =>
  carryOut(call, readOf("kms", "GetKeyPolicy"), () => {
    const arn = keyArn(input.KeyId ?? "", call);
    const known = keyAsked(arn, call);
    if (known === undefined) throw new ApiError("NotFoundException", `Key '${arn}' does not exist`);
    return { Policy: textOf(known.outputs, "policy") };
  });

const listGrants: Operation<{ readonly KeyId?: string; readonly GranteePrincipal?: string }, unknown> = (
  input,
  call,
) =>
  carryOut(call, readOf("kms", "ListGrants"), () => {
    const arn = keyArn(input.KeyId ?? "", call);
    return {
      Grants: call.hands
        .ofType("aws:kms/grant:Grant")
        .filter(
          ({ outputs }) =>
            arn.endsWith(textOf(outputs, "keyId")) &&
            [undefined, textOf(outputs, "granteePrincipal")].includes(input.GranteePrincipal),
        )
        .map(({ outputs }) => ({ KeyId: arn, Operations: textsAt(outputs, "operations") })),
    };
  });

function keyAsked(arn: string, { hands }: ApiCall): CloudRecord | undefined {
  const id = arn.split("/").at(-1) ?? "";
  return ["aws:kms/key:Key", "aws:kms/key:PendingDeletion"]
    .flatMap((type) => hands.ofType(type))
    .find((key) => key.id === id || key.id === arn);
}

export const kmsOperations = {
  Encrypt: encrypt,
  Decrypt: decrypt,
  DescribeKey: describeKey,
  GetKeyPolicy: getKeyPolicy,
  ListGrants: listGrants,
};
