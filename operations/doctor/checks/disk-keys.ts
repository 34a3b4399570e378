import type * as ec2 from "@aws-sdk/client-ec2";
import type * as kms from "@aws-sdk/client-kms";
import { createRequire } from "node:module";
import { keyServesGroups } from "../../../rehearsal/catalogue/entries/aws/key-use";
import { asked, told, type Check, type Finding, type Patient } from "../check";
import { using } from "../../engine/aws-clients";
import { saysAbsent } from "./lookups";

const load = createRequire(__filename);

const autoScaling = "AWSServiceRoleForAutoScaling";

/**
 * Keys of the disks of machines that Auto Scaling starts: that of the setting, and where the account encrypts disks by default the
 * account's own. Under a key that Auto Scaling may not use no machine of any group starts, and only the group's activities tell why.
 */
export const diskKeys: Check = async (patient) => {
  const { cluster, encryption, fleets, staticServices, workerGroups } = patient.settings.sections;
  if ([cluster, fleets, staticServices, workerGroups].every((section) => section === undefined)) {
    return [];
  }
  const disks = encryption?.disks ?? "aws";
  const setting = "groundwork:encryption.disks";
  if (disks !== "aws") {
    return disks === "own" ? [] : asked({ setting }, () => judged(patient, disks, setting));
  }
  return asked({}, async () => {
    const key = await defaultKey(patient);
    return key === undefined ? [] : judged(patient, key, undefined);
  });
};

/** The key that the account encrypts disks with by default; undefined where it does not, or AWS's own does. */
async function defaultKey({ aws }: Patient): Promise<string | undefined> {
  const { EC2 } = load("@aws-sdk/client-ec2") as typeof ec2;
  return using(new EC2(await aws()), async (client) => {
    const { EbsEncryptionByDefault: isOn } = await client.getEbsEncryptionByDefault({});
    if (isOn !== true) return undefined;
    const { KmsKeyId: key = "" } = await client.getEbsDefaultKmsKeyId({});
    return key === "" || key.endsWith("alias/aws/ebs") ? undefined : key;
  });
}

async function judged(
  { aws, settings: { context } }: Patient,
  key: string,
  setting: string | undefined,
): Promise<readonly Finding[]> {
  const { KMS } = load("@aws-sdk/client-kms") as typeof kms;
  const place = { account: context.accountId, region: context.region };
  const role = `arn:aws:iam::${place.account}:role/aws-service-role/autoscaling.amazonaws.com/${autoScaling}`;
  const mayUse = await using(new KMS(await aws()), async (client) => {
    try {
      // A policy is asked for by the key's id or ARN: an alias has none.
      const { KeyMetadata: { Arn: KeyId = key } = {} } = await client.describeKey({ KeyId: key });
      const { Policy: policy = "" } = await client.getKeyPolicy({ KeyId, PolicyName: "default" });
      if (keyServesGroups(policy, place)) return true;
      const { Grants: grants = [] } = await client.listGrants({ KeyId, GranteePrincipal: role });
      return grants.some(({ Operations: may = [] }) => may.includes("CreateGrant"));
    } catch (error) {
      // That it is not there, what looks at named things tells.
      if (saysAbsent(error)) return true;
      throw error;
    }
  });
  const whose =
    setting === undefined ? "the account encrypts disks by default with" : "the settings encrypt disks with";
  return mayUse
    ? []
    : told(
        "error",
        `${whose} ${key}, whose policy does not let Auto Scaling use it: no machine of a group starts`,
        {
          ...(setting !== undefined && { setting }),
          mend: `\`aws kms create-grant --region ${place.region} --key-id ${key} --grantee-principal ${role} --operations Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey GenerateDataKeyWithoutPlaintext DescribeKey CreateGrant\``,
        },
      );
}
