import type { Entries } from "../../../interpreter/entry";
import { numberOf, textOf } from "../../../interpreter/values";
import { nameIsFree } from "./common-rules";

const keyType = "aws:kms/key:Key";
/** Not a type of the provider: a key that is going, which an operator can still call back. */
const pendingType = "aws:kms/key:PendingDeletion";

export const entries: Entries = {
  [keyType]: {
    api: { service: "KMS", title: "KMS Key", update: "UpdateKeyDescription", delete: "ScheduleKeyDeletion" },
    id: ({ random }) => random.uuid(),
    outputs: ({ id, inputs, place }) => ({
      keyId: id,
      multiRegion: inputs["multiRegion"] ?? false,
      rotationPeriodInDays:
        inputs["enableKeyRotation"] === true ? (inputs["rotationPeriodInDays"] ?? 365) : 0,
      description: textOf(inputs, "description"),
      policy:
        textOf(inputs, "policy") ||
        JSON.stringify({
          Id: "key-default-1",
          Statement: [
            {
              Action: "kms:*",
              Effect: "Allow",
              Principal: { AWS: `arn:aws:iam::${place.account}:root` },
              Resource: "*",
              Sid: "Enable IAM User Permissions",
            },
          ],
          Version: "2012-10-17",
        }),
    }),
    // Deleting a key only sets its date; until then its policy and its name are there, and no one can use it.
    afterDelete: ({ id, inputs, outputs, now }, cloud) => {
      const days = numberOf(inputs, "deletionWindowInDays") ?? 30;
      const deletionDate = new Date(Date.parse(now) + days * 86_400_000).toISOString();
      const arn = textOf(outputs, "arn");
      const tags = outputs["tagsAll"] ?? {};
      cloud.put({ type: pendingType, id, inputs: { arn, keyState: "PendingDeletion", deletionDate, tags } });
    },
  },

  "aws:kms/alias:Alias": {
    api: { service: "KMS", title: "KMS Alias" },
    id: ({ inputs, random }) => textOf(inputs, "name") || `alias/${random.hex(26)}`,
    outputs: ({ id, inputs, place }) => {
      const target = textOf(inputs, "targetKeyId");
      const prefix = `arn:aws:kms:${place.region}:${place.account}`;
      return {
        name: id,
        arn: `${prefix}:${id}`,
        targetKeyArn: target.startsWith("arn:") ? target : `${prefix}:key/${target}`,
      };
    },
    references: [
      {
        property: "targetKeyId",
        type: keyType,
        only: /^[0-9a-f]{8}-/,
        code: "NotFoundException",
        message: (id, { place }) =>
          `Key 'arn:aws:kms:${place.region}:${place.account}:key/${id}' does not exist`,
      },
    ],
    unique: [
      nameIsFree("name", {
        code: "AlreadyExistsException",
        message: (name) => `An alias with the name ${name} already exists`,
      }),
    ],
  },
};
