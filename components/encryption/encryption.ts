import * as pulumi from "@pulumi/pulumi";
import { Alias } from "@pulumi/aws/kms/alias";
import { Key } from "@pulumi/aws/kms/key";
import { isRecord } from "../../guard/unknown";
import type { Encrypted, EncryptionSettings } from "../../settings/sections/encryption";
import type { StackContext } from "../../settings/stack-context";
import { accountArn, logGroupsArn } from "../arns";
import { guarded, isLocked } from "../guard/guarded";
import { physicalName } from "../names";
import { policyDocument, type Statement } from "../policy-document";

export interface EncryptionArgs {
  readonly context: StackContext;
  readonly settings: EncryptionSettings;
  /** Names of resources that keep the service's own key. */
  readonly except: readonly string[];
}

type Inputs = Readonly<Record<string, unknown>>;

/** How a type is told its key. */
interface Encryptable {
  readonly kind: Encrypted;
  readonly withKey: (inputs: Inputs, key: pulumi.Input<string>) => Inputs;
}

const eachOf = (value: unknown, change: (item: Inputs) => Inputs): unknown =>
  Array.isArray(value) ? value.map((item: unknown) => (isRecord(item) ? change(item) : item)) : value;

const encryptables: Readonly<Record<string, Encryptable>> = {
  "aws:cloudwatch/logGroup:LogGroup": {
    kind: "logs",
    // One that a setting gives it comes first.
    withKey: (inputs, key) => ({ ...inputs, kmsKeyId: inputs["kmsKeyId"] ?? key }),
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    kind: "buckets",
    withKey: (inputs, key) => ({
      ...inputs,
      rules: eachOf(inputs["rules"], (rule) => ({
        ...rule,
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
        bucketKeyEnabled: true,
      })),
    }),
  },
  "aws:sqs/queue:Queue": {
    kind: "queues",
    // One excludes the other.
    withKey: (inputs, key) => ({ ...inputs, sqsManagedSseEnabled: undefined, kmsMasterKeyId: key }),
  },
  "aws:dynamodb/table:Table": {
    kind: "tables",
    withKey: (inputs, key) => ({ ...inputs, serverSideEncryption: { enabled: true, kmsKeyArn: key } }),
  },
  "aws:ec2/launchTemplate:LaunchTemplate": {
    kind: "disks",
    withKey: (inputs, key) => ({
      ...inputs,
      blockDeviceMappings: eachOf(inputs["blockDeviceMappings"], (device) =>
        isRecord(device["ebs"]) ? { ...device, ebs: { ...device["ebs"], kmsKeyId: key } } : device,
      ),
    }),
  },
  "kubernetes:storage.k8s.io/v1:StorageClass": {
    kind: "disks",
    withKey: (inputs, key) => ({
      ...inputs,
      parameters: { ...(isRecord(inputs["parameters"]) ? inputs["parameters"] : {}), kmsKeyId: key },
    }),
  },
};

/** The service that a key is asked for through, as `kms:ViaService` has it. */
const services: Readonly<Record<Exclude<Encrypted, "logs">, string>> = {
  buckets: "s3",
  disks: "ec2",
  queues: "sqs",
  tables: "dynamodb",
};

/**
 * Keys of the stack's own, and their use: everything of the types above that is registered after this gets its key here, whichever
 * component makes it. A key is made when the first thing asks for it.
 */
export class Encryption extends pulumi.ComponentResource {
  private readonly keys = new Map<string, pulumi.Output<string>>();

  constructor(
    private readonly name: string,
    private readonly args: EncryptionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("groundwork:encryption:Encryption", name, {}, opts);
    const { context, except } = args;
    pulumi.runtime.registerStackTransformation(({ name: named, opts: options, props, type }) => {
      const encryptable = encryptables[type];
      const inputs: Inputs = isRecord(props) ? props : {};
      const { region = context.region } = inputs;
      if (encryptable === undefined || except.includes(named) || typeof region !== "string") {
        return undefined;
      }
      const key = this.keyFor(encryptable.kind, region);
      return key === undefined ? undefined : { props: encryptable.withKey(inputs, key), opts: options };
    });
    this.registerOutputs({});
  }

  /** For what decides by itself whether it has a key of one's own. */
  diskKey(): pulumi.Input<string> | undefined {
    return this.keyFor("disks", this.args.context.region);
  }

  private keyFor(kind: Encrypted, region: string): pulumi.Input<string> | undefined {
    const { context, settings } = this.args;
    const choice = settings[kind];
    if (choice === "aws") {
      return undefined;
    }
    if (choice !== "own") {
      return region === context.region ? choice : undefined;
    }
    const name = `${this.name}-${kind}${region === context.region ? "" : `-${region}`}`;
    const known = this.keys.get(name) ?? this.createKey(name, kind, region);
    this.keys.set(name, known);
    return known;
  }

  private createKey(name: string, kind: Encrypted, region: string): pulumi.Output<string> {
    const { context } = this.args;
    const physical = physicalName(context, kind);
    const key = new Key(
      name,
      {
        region,
        description: `Encrypts the ${kind} of ${context.project}-${context.stack}. Without it they cannot be read.`,
        policy: policyDocument([
          {
            Sid: "Account",
            Effect: "Allow",
            Principal: { AWS: accountArn(context) },
            Action: ["kms:*"],
            Resource: ["*"],
          },
          usersOf(kind, { ...context, region }),
        ]),
        enableKeyRotation: true,
        // Days in which a deletion can be taken back.
        deletionWindowInDays: 30,
        tags: { Name: physical },
      },
      // It outlives the stack wherever the data is worth something.
      guarded("aws:kms/key:Key", context, { parent: this, retainOnDelete: isLocked(context) }),
    );
    new Alias(name, { region, name: `alias/${physical}`, targetKeyId: key.keyId }, { parent: this });
    return key.arn;
  }
}

/**
 * Who uses a key: CloudWatch Logs for the log groups of the account; else whoever of the account comes through the service, as keys of
 * AWS's own have it (`aws/ebs` and its like). That has machines of Auto Scaling groups start in an account whose service-linked role is
 * not there yet, which a policy could not name. Sources: CloudWatch Logs, "Encrypt log data using AWS KMS"; Amazon EBS, "Default KMS key".
 */
function usersOf(kind: Encrypted, context: StackContext): Statement {
  if (kind === "logs") {
    return {
      Sid: "LogGroups",
      Effect: "Allow",
      Principal: { Service: `logs.${context.region}.amazonaws.com` },
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      Resource: ["*"],
      Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": logGroupsArn(context) } },
    };
  }
  return {
    Sid: "ThroughTheService",
    Effect: "Allow",
    Principal: "*",
    Action: [
      "kms:CreateGrant",
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey*",
      "kms:ReEncrypt*",
    ],
    Resource: ["*"],
    Condition: {
      StringEquals: {
        "kms:CallerAccount": context.accountId,
        "kms:ViaService": `${services[kind]}.${context.region}.amazonaws.com`,
      },
    },
  };
}
