import type { CloudRecord } from "../../../cloud/store";
import type { CloudView, InputRule, Place, Refusal } from "../../../interpreter/entry";
import { isRecord, listOf, recordOf, textOf, type Values } from "../../../interpreter/values";
import { policyAllows, type PolicyRequest } from "./iam-policy";

// Services use a key of one's own as far as its policy lets them. A key that is not among the cloud's is taken on trust.

const keyType = "aws:kms/key:Key";

/** The account's own key for disks that name none: a file of cloud/ with `keyArn`. */
export const defaultDiskKeyType = "aws:ebs/defaultKmsKey:DefaultKmsKey";

function keyOf(named: string, cloud: CloudView): CloudRecord | undefined {
  return cloud.ofType(keyType).find(({ id, outputs }) => named === id || named === textOf(outputs, "arn"));
}

/**
 * Whether machines of Auto Scaling groups start with disks under a key. Source: Amazon EC2 Auto Scaling User Guide, "Required AWS KMS
 * key policy for use with encrypted volumes"; the keys of AWS itself let in who comes by EC2 (`kms:ViaService`).
 */
export function keyServesGroups(policy: string, { account, region }: Place): boolean {
  const role = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
  return ["kms:GenerateDataKeyWithoutPlaintext", "kms:Decrypt", "kms:CreateGrant"].every((action) =>
    policyAllows(policy, {
      principals: [`arn:aws:iam::${account}:role/${role}`],
      action,
      resource: "*",
      context: {
        "aws:principalaccount": account,
        "aws:principalarn": `arn:aws:iam::${account}:role/${role}`,
        "kms:calleraccount": account,
        "kms:viaservice": `ec2.${region}.amazonaws.com`,
        "kms:grantisforawsresource": "true",
      },
    }),
  );
}

/** Why no machine starts from a template: its disks are under a key that Auto Scaling may not use. */
export function refuseDiskKeys(data: Values, place: Place, cloud: CloudView): Refusal | undefined {
  const byDefault = textOf(cloud.ofType(defaultDiskKeyType)[0]?.outputs ?? {}, "keyArn");
  const keys = listOf(data, "blockDeviceMappings")
    .filter(isRecord)
    .map((device) => keyOf(textOf(recordOf(device, "ebs"), "kmsKeyId") || byDefault, cloud));
  const fits = keys.every(
    (key) => key === undefined || keyServesGroups(textOf(key.outputs, "policy"), place),
  );
  return fits
    ? undefined
    : {
        code: "Client.InvalidKMSKey.InvalidState",
        message:
          "Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state. Launching EC2 instance failed.",
      };
}

/** Source: Amazon CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service". */
export const logsMayUseKey: InputRule = (inputs, cloud, { place: { account, region } }) => {
  const key = keyOf(textOf(inputs, "kmsKeyId"), cloud);
  const arn = `arn:aws:logs:${region}:${account}:log-group:${textOf(inputs, "name")}`;
  const request: Omit<PolicyRequest, "action"> = {
    principals: [`logs.${region}.amazonaws.com`],
    resource: "*",
    context: { "kms:encryptioncontext:aws:logs:arn": arn },
  };
  const may = ["kms:GenerateDataKey", "kms:Decrypt"].every((action) =>
    policyAllows(textOf(key?.outputs ?? {}, "policy"), { ...request, action }),
  );
  if (key === undefined || may) return undefined;
  const message = `The specified KMS key does not exist or is not allowed to be used with Arn '${arn}'`;
  return { code: "InvalidParameterException", message };
};
