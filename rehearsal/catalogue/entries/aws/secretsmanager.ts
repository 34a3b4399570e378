import type { Entries, Rule } from "../../../interpreter/entry";
import { numberOf, textOf } from "../../../interpreter/values";
import { arnOf } from "../../../packages/aws/arns";
import { nameIsFree } from "./common-rules";

const secretType = "aws:secretsmanager/secret:Secret";
/** Not a type of the provider: a deleted secret keeps its name until its recovery window is over. */
const scheduledType = "aws:secretsmanager/secret:ScheduledForDeletion";

const notScheduled: Rule = ({ inputs }, cloud) => {
  const name = textOf(inputs, "name");
  if (name === "" || !cloud.find(scheduledType, name)) return undefined;
  const message =
    "You can't create this secret because a secret with this name is already scheduled for deletion.";
  return { code: "InvalidRequestException", message };
};

export const entries: Entries = {
  [secretType]: {
    api: { service: "Secrets Manager", title: "Secrets Manager Secret" },
    id: arnOf,
    outputs: ({ id }) => ({ arn: id, name: (id.split(":")[6] ?? "").slice(0, -7) }),
    unique: [
      nameIsFree("name", {
        code: "ResourceExistsException",
        message: (name) => `The operation failed because the secret ${name} already exists.`,
      }),
    ],
    refuseCreate: [notScheduled],
    afterDelete: ({ inputs, outputs, now }, cloud) => {
      const days = numberOf(inputs, "recoveryWindowInDays") ?? 30;
      if (days === 0) return;
      const deletionDate = new Date(Date.parse(now) + days * 86_400_000).toISOString();
      cloud.put({ type: scheduledType, id: textOf(outputs, "name"), inputs: { deletionDate } });
    },
  },

  "aws:secretsmanager/secretVersion:SecretVersion": {
    api: {
      service: "Secrets Manager",
      title: "Secrets Manager Secret Version",
      create: "PutSecretValue",
      update: "UpdateSecretVersionStage",
    },
    id: ({ inputs, random }) => `${textOf(inputs, "secretId")}|terraform-${random.hex(26)}`,
    outputs: ({ id, inputs }) => ({
      arn: textOf(inputs, "secretId"),
      versionId: id.slice(id.indexOf("|") + 1),
      versionStages: ["AWSCURRENT"],
      hasSecretStringWo: false,
    }),
    references: [
      {
        property: "secretId",
        type: secretType,
        code: "ResourceNotFoundException",
        message: () => "Secrets Manager can't find the specified secret.",
      },
    ],
  },
};
