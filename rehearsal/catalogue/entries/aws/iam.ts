import type {
  Dependant,
  Draft,
  Entries,
  Entry,
  InputRule,
  Reference,
  Rule,
  Subject,
  Unique,
} from "../../../interpreter/entry";
import type { Random } from "../../../interpreter/random";
import { textOf } from "../../../interpreter/values";
import { nameIsFree } from "./common-rules";
import { malformedPolicy, type PolicyKind } from "./iam-policy";

// Codes, wording and sizes: the IAM API reference and "IAM and AWS STS quotas".

const userType = "aws:iam/user:User";
const roleType = "aws:iam/role:Role";
const groupType = "aws:iam/group:Group";
const policyType = "aws:iam/policy:Policy";
const keyType = "aws:iam/accessKey:AccessKey";
const profileType = "aws:iam/instanceProfile:InstanceProfile";
const userPolicyType = "aws:iam/userPolicy:UserPolicy";
const rolePolicyType = "aws:iam/rolePolicy:RolePolicy";
const userAttachmentType = "aws:iam/userPolicyAttachment:UserPolicyAttachment";
const roleAttachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

/** Bytes of all inline policies of one owner together. */
const inlineLimits = { user: 2048, role: 10240, group: 5120 } as const;
/** Characters of a managed policy, white space not counted. */
const managedLimit = 6144;

function named(kind: string): Unique {
  return nameIsFree("name", {
    code: "EntityAlreadyExists",
    message: (name) => `${kind} with name ${name} already exists.`,
    status: 409,
  });
}

function toOwner(property: string, type: string, kind: string): Reference {
  const message = (id: string): string => `The ${kind} with name ${id} cannot be found.`;
  return { property, type, code: "NoSuchEntity", message, status: 404 };
}

const toPolicy: Reference = {
  property: "policyArn",
  type: policyType,
  by: "arn",
  // AWS's own policies are there, whether or not they are known here.
  only: /^arn:[\w-]+:iam::\d{12}:/,
  code: "NoSuchEntity",
  message: (arn) => `Policy ${arn} does not exist or is not attachable.`,
  status: 404,
};

function conflict(type: string, property: string, what: string, by?: string): Dependant {
  const message = (): string => `Cannot delete entity, must ${what} first.`;
  return { type, property, code: "DeleteConflict", message, status: 409, ...(by !== undefined && { by }) };
}

/** What `forceDestroy` takes away by itself does not stand in the way. */
function unlessForced(dependant: Dependant): Dependant {
  return { ...dependant, counts: (_, subject) => subject.inputs["forceDestroy"] !== true };
}

/** Documents are JSON of the policy grammar. */
function wellFormed(property: string, kind: PolicyKind): InputRule {
  return (inputs) => malformedPolicy(textOf(inputs, property), kind);
}

/** The inline policies of one owner have a size limit in sum. */
function inlineFits(owner: keyof typeof inlineLimits): InputRule {
  const limit = inlineLimits[owner];
  return (inputs, cloud, { type, id }) => {
    const others = cloud
      .ofType(type)
      .filter((record) => record.id !== id && record.inputs[owner] === inputs[owner]);
    const texts = [...others.map((record) => record.inputs), inputs].map((values) =>
      textOf(values, "policy"),
    );
    if (texts.reduce((sum, text) => sum + sizeOf(text), 0) <= limit) return undefined;
    const message = `Maximum policy size of ${String(limit)} bytes exceeded for ${owner} ${textOf(inputs, owner)}`;
    return { code: "LimitExceeded", message, status: 409 };
  };
}

const managedFits: InputRule = (inputs) =>
  sizeOf(textOf(inputs, "policy")) <= managedLimit
    ? undefined
    : {
        code: "LimitExceeded",
        message: `Cannot exceed quota for PolicySize: ${String(managedLimit)}`,
        status: 409,
      };

/** White space does not count. */
function sizeOf(policy: string): number {
  return policy.replace(/\s/g, "").length;
}

const twoKeysAUser: Rule = ({ inputs }, cloud) => {
  const user = textOf(inputs, "user");
  if (cloud.ofType(keyType).filter(({ outputs }) => outputs["user"] === user).length < 2) return undefined;
  return { code: "LimitExceeded", message: "Cannot exceed quota for AccessKeysPerUser: 2", status: 409 };
};

const noPgp: Rule = ({ inputs }) => {
  if (textOf(inputs, "pgpKey") === "") return undefined;
  const message =
    "the rehearsal cloud does not encrypt with pgpKey; leave it out, Pulumi keeps the secret encrypted";
  return { code: "NotRehearsed", message, byProvider: true };
};

const keyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * 40 characters of base 64, so that every second one has a slash in it and every second one a plus. Every fourth one of
 * an account has both for certain: what cannot cope with them shall not pass by luck.
 */
export function secretAccessKey(random: Random, existing: number): string {
  const secret = random.text(keyAlphabet, 40);
  if (existing % 4 !== 0) return secret;
  const at = 1 + random.int(18);
  return `${secret.slice(0, at)}/${secret.slice(at + 1, at + 19)}+${secret.slice(at + 20)}`;
}

function inline(owner: "user" | "role", ownerType: string, kind: string): Entry {
  const title = `IAM ${kind} Policy`;
  return {
    api: {
      service: "IAM",
      title,
      create: `Put${kind}Policy`,
      update: `Put${kind}Policy`,
      delete: `Delete${kind}Policy`,
    },
    id: ({ inputs, random }) =>
      `${textOf(inputs, owner)}:${textOf(inputs, "name") || `terraform-${random.hex(26)}`}`,
    outputs: ({ id }) => ({ name: id.slice(id.indexOf(":") + 1), namePrefix: "" }),
    references: [toOwner(owner, ownerType, owner)],
    refuseInputs: [wellFormed("policy", "identity"), inlineFits(owner)],
  };
}

function attachment(owner: "user" | "role", ownerType: string, kind: string): Entry {
  return {
    api: {
      service: "IAM",
      title: `IAM ${kind} Policy Attachment`,
      create: `Attach${kind}Policy`,
      delete: `Detach${kind}Policy`,
    },
    id: ({ inputs }) => `${textOf(inputs, owner)}/${textOf(inputs, "policyArn")}`,
    references: [toOwner(owner, ownerType, owner), toPolicy],
  };
}

/** `/path/name`, as ARNs of IAM have it. */
function arn(draft: Draft, kind: string): string {
  return `arn:aws:iam::${draft.place.account}:${kind}${textOf(draft.inputs, "path") || "/"}${draft.id}`;
}

function providerArn({ inputs, place }: Subject): string {
  return `arn:aws:iam::${place.account}:oidc-provider/${textOf(inputs, "url").replace(/^https:\/\//, "")}`;
}

const providerIsNew: Rule = (subject, cloud) => {
  if (!cloud.find(subject.type, providerArn(subject))) return undefined;
  const message = `Provider with url ${textOf(subject.inputs, "url")} already exists.`;
  return { code: "EntityAlreadyExists", message, status: 409 };
};

export const entries: Entries = {
  [userType]: {
    api: { service: "IAM", title: "IAM User" },
    id: ({ inputs }) => textOf(inputs, "name"),
    outputs: (draft) => ({ arn: arn(draft, "user"), uniqueId: `AIDA${draft.random.base32(17)}` }),
    unique: [named("User")],
    dependants: [
      unlessForced(conflict(keyType, "user", "delete access keys")),
      unlessForced(conflict(userAttachmentType, "user", "detach all policies")),
      unlessForced(conflict(userPolicyType, "user", "delete policies")),
    ],
    afterDelete: ({ id }, cloud) => {
      for (const type of [keyType, userAttachmentType, userPolicyType]) {
        for (const record of cloud.ofType(type))
          if (record.outputs["user"] === id) cloud.remove(type, record.id);
      }
    },
  },

  [keyType]: {
    api: { service: "IAM", title: "IAM Access Key" },
    id: ({ random }) => `AKIA${random.base32(16)}`,
    outputs: ({ inputs, random, now }, cloud) => ({
      status: textOf(inputs, "status") || "Active",
      secret: secretAccessKey(random, cloud.ofType(keyType).length),
      sesSmtpPasswordV4: `B${random.text(keyAlphabet, 43)}`,
      createDate: now,
      encryptedSecret: "",
      encryptedSesSmtpPasswordV4: "",
      keyFingerprint: "",
    }),
    references: [toOwner("user", userType, "user")],
    refuseCreate: [noPgp, twoKeysAUser],
  },

  [userPolicyType]: inline("user", userType, "User"),
  [rolePolicyType]: inline("role", roleType, "Role"),
  [userAttachmentType]: attachment("user", userType, "User"),
  [roleAttachmentType]: attachment("role", roleType, "Role"),

  [policyType]: {
    api: { service: "IAM", title: "IAM Policy", update: "CreatePolicyVersion" },
    id: (draft) =>
      arn({ ...draft, id: textOf(draft.inputs, "name") || `terraform-${draft.random.hex(26)}` }, "policy"),
    outputs: ({ id, random }) => ({
      arn: id,
      name: id.split("/").at(-1) ?? "",
      policyId: `ANPA${random.base32(17)}`,
      attachmentCount: 0,
    }),
    refuseInputs: [wellFormed("policy", "identity"), managedFits],
    unique: [
      nameIsFree("name", {
        code: "EntityAlreadyExists",
        message: (name) => `A policy called ${name} already exists.`,
        status: 409,
      }),
    ],
    dependants: [userAttachmentType, roleAttachmentType].map((type) => ({
      type,
      property: "policyArn",
      by: "arn",
      code: "DeleteConflict",
      message: () => "Cannot delete a policy attached to entities.",
      status: 409,
    })),
  },

  [roleType]: {
    // It shows what is attached, whoever did. Source: documentation of aws_iam_role, managed_policy_arns.
    byItself: ({ id, inputs }, cloud) =>
      inputs["managedPolicyArns"] === undefined
        ? {
            managedPolicyArns: cloud
              .ofType(roleAttachmentType)
              .filter((attachment) => attachment.inputs["role"] === id)
              .map((attachment) => textOf(attachment.inputs, "policyArn"))
              .sort(),
          }
        : undefined,
    api: { service: "IAM", title: "IAM Role" },
    id: ({ inputs, random }) => textOf(inputs, "name") || `terraform-${random.hex(26)}`,
    outputs: (draft) => ({
      arn: arn(draft, "role"),
      name: draft.id,
      uniqueId: `AROA${draft.random.base32(17)}`,
      createDate: draft.now,
    }),
    refuseInputs: [wellFormed("assumeRolePolicy", "trust")],
    unique: [named("Role")],
    dependants: [
      {
        ...conflict(roleAttachmentType, "role", "detach all policies"),
        counts: (_, subject) => subject.inputs["forceDetachPolicies"] !== true,
      },
      {
        ...conflict(rolePolicyType, "role", "delete policies"),
        counts: (_, subject) => subject.inputs["forceDetachPolicies"] !== true,
      },
      conflict(profileType, "role", "remove roles from instance profile"),
    ],
  },

  [profileType]: {
    api: { service: "IAM", title: "IAM Instance Profile" },
    id: ({ inputs, random }) => textOf(inputs, "name") || `terraform-${random.hex(26)}`,
    outputs: (draft) => ({
      arn: arn(draft, "instance-profile"),
      name: draft.id,
      uniqueId: `AIPA${draft.random.base32(17)}`,
      createDate: draft.now,
    }),
    references: [toOwner("role", roleType, "role")],
    unique: [named("Instance Profile")],
  },

  [groupType]: {
    api: { service: "IAM", title: "IAM Group" },
    id: ({ inputs }) => textOf(inputs, "name"),
    outputs: (draft) => ({ arn: arn(draft, "group"), uniqueId: `AGPA${draft.random.base32(17)}` }),
    unique: [named("Group")],
  },

  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    api: {
      service: "IAM",
      title: "IAM OIDC Provider",
      create: "CreateOpenIDConnectProvider",
      delete: "DeleteOpenIDConnectProvider",
    },
    id: providerArn,
    outputs: ({ id, random }) => ({ arn: id, thumbprintLists: [random.hex(40)] }),
    refuseCreate: [providerIsNew],
  },
};
