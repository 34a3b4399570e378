import type { Entries, Reference, Rule } from "../../../interpreter/entry";
import { recordOf, textOf, type Value } from "../../../interpreter/values";
import { lockedBy, nameIsFree } from "./common-rules";
import { toSecurityGroup, toSubnet } from "./network-references";
import { forgetVersions, rememberVersion, templateType } from "./template-versions";

const instanceType = "aws:ec2/instance:Instance";

const userDataLimit = 16_384;

const toProfile: Reference = {
  property: "iamInstanceProfile",
  type: "aws:iam/instanceProfile:InstanceProfile",
  code: "InvalidParameterValue",
  message: (name) =>
    `Value (${name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
};

const toKeyPair: Reference = {
  property: "keyName",
  type: "aws:ec2/keyPair:KeyPair",
  code: "InvalidKeyPair.NotFound",
  message: (name) => `The key pair '${name}' does not exist`,
};

/** 16 KB before the encoding that the API wants. */
function userDataFits(property: string, encoded: boolean): Rule {
  return ({ inputs }) => {
    const data = textOf(inputs, property);
    const size = encoded ? Buffer.from(data, "base64").length : Buffer.byteLength(data);
    if (size <= userDataLimit) return undefined;
    return { code: "InvalidParameterValue", message: "User data is limited to 16384 bytes" };
  };
}

/** A template's versions count up with every change. */
function nextVersion(latest: Value | undefined): number {
  return (typeof latest === "number" ? latest : 0) + 1;
}

export const entries: Entries = {
  // A tag on a resource that somebody else made.
  "aws:ec2/tag:Tag": {
    api: {
      service: "EC2",
      title: "EC2 Tag",
      create: "CreateTags",
      update: "CreateTags",
      delete: "DeleteTags",
    },
    id: ({ inputs }) => `${textOf(inputs, "resourceId")},${textOf(inputs, "key")}`,
  },
  [instanceType]: {
    api: {
      service: "EC2",
      title: "EC2 Instance",
      create: "RunInstances",
      update: "ModifyInstanceAttribute",
      delete: "TerminateInstances",
    },
    id: ({ random }) => `i-${random.hex(17)}`,
    outputs: ({ id, inputs, random, place }, cloud) => {
      const subnet = cloud.find("aws:ec2/subnet:Subnet", textOf(inputs, "subnetId"))?.outputs ?? {};
      const publicly = inputs["associatePublicIpAddress"] ?? subnet["mapPublicIpOnLaunch"] ?? false;
      const privateIp =
        textOf(inputs, "privateIp") || `10.0.${String(random.int(250))}.${String(4 + random.int(240))}`;
      const device = recordOf(inputs, "rootBlockDevice");
      const publicIp = publicly === true ? `203.0.113.${String(1 + random.int(254))}` : "";
      return {
        id,
        instanceState: "running",
        privateIp,
        privateDns: `ip-${privateIp.replaceAll(".", "-")}.${place.region}.compute.internal`,
        publicIp,
        publicDns: publicIp && `ec2-${publicIp.replaceAll(".", "-")}.${place.region}.compute.amazonaws.com`,
        primaryNetworkInterfaceId: `eni-${random.hex(17)}`,
        availabilityZone:
          textOf(inputs, "availabilityZone") || textOf(subnet, "availabilityZone") || `${place.region}a`,
        tenancy: "default",
        instanceInitiatedShutdownBehavior: "stop",
        metadataOptions: inputs["metadataOptions"] ?? { httpTokens: "optional" },
        rootBlockDevice: {
          deleteOnTermination: true,
          volumeSize: 8,
          volumeType: "gp3",
          encrypted: false,
          ...device,
          kmsKeyId:
            textOf(device, "kmsKeyId") ||
            (device["encrypted"] === true
              ? `arn:aws:kms:${place.region}:${place.account}:key/${random.uuid()}`
              : ""),
          deviceName: "/dev/xvda",
          volumeId: `vol-${random.hex(17)}`,
        },
        instanceLifecycle: "",
        outpostArn: "",
        passwordData: "",
        spotInstanceRequestId: "",
      };
    },
    references: [toSubnet("subnetId"), toSecurityGroup("vpcSecurityGroupIds"), toProfile, toKeyPair],
    refuseCreate: [userDataFits("userData", false), userDataFits("userDataBase64", true)],
    refuseDelete: [
      lockedBy("disableApiTermination", {
        code: "OperationNotPermitted",
        message: (id) =>
          `The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      }),
    ],
  },

  [templateType]: {
    api: { service: "EC2", title: "EC2 Launch Template", update: "CreateLaunchTemplateVersion" },
    id: ({ random }) => `lt-${random.hex(17)}`,
    importedBy: ["name"],
    outputs: ({ inputs, random }) => ({
      latestVersion: 1,
      defaultVersion: 1,
      name: textOf(inputs, "name") || `terraform-${random.hex(26)}`,
    }),
    updated: ({ inputs, outputs }) => {
      const latestVersion = nextVersion(outputs["latestVersion"]);
      return {
        latestVersion,
        ...(inputs["updateDefaultVersion"] === true && { defaultVersion: latestVersion }),
      };
    },
    unknownOnUpdate: ["latestVersion"],
    // Source: updateKeys of resourceLaunchTemplateUpdate in the AWS provider, which makes no version of its tags.
    aside: ["tags", "tagsAll", "updateDefaultVersion", "defaultVersion"],
    afterCreate: rememberVersion,
    afterUpdate: rememberVersion,
    afterDelete: forgetVersions,
    references: [
      toSecurityGroup("vpcSecurityGroupIds"),
      toSecurityGroup("networkInterfaces.securityGroups"),
      toKeyPair,
    ],
    unique: [
      nameIsFree("name", {
        code: "InvalidLaunchTemplateName.AlreadyExistsException",
        message: () => "Launch template name already in use.",
      }),
    ],
    refuseCreate: [userDataFits("userData", true)],
  },

  "aws:ec2/keyPair:KeyPair": {
    api: { service: "EC2", title: "EC2 Key Pair", create: "ImportKeyPair" },
    id: ({ inputs, random }) => textOf(inputs, "keyName") || `terraform-${random.hex(26)}`,
    outputs: ({ id, inputs, random }) => ({
      keyName: id,
      keyPairId: `key-${random.hex(17)}`,
      keyType: textOf(inputs, "publicKey").startsWith("ssh-ed25519") ? "ed25519" : "rsa",
      fingerprint: (random.hex(32).match(/../g) ?? []).join(":"),
    }),
    unique: [
      nameIsFree("keyName", {
        code: "InvalidKeyPair.Duplicate",
        message: () => "The keypair already exists",
      }),
    ],
  },

  "aws:ec2/networkInterface:NetworkInterface": {
    api: { service: "EC2", title: "EC2 Network Interface" },
    id: ({ random }) => `eni-${random.hex(17)}`,
    outputs: ({ random, place }) => ({
      ownerId: place.account,
      macAddress: `02:${(random.hex(10).match(/../g) ?? []).join(":")}`,
      privateIp: `10.0.${String(random.int(250))}.${String(4 + random.int(240))}`,
      interfaceType: "interface",
    }),
    references: [toSubnet("subnetId"), toSecurityGroup("securityGroups")],
  },
};
