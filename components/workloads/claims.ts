import type * as pulumi from "@pulumi/pulumi";
import { LifecyclePolicy } from "@pulumi/aws/dlm/lifecyclePolicy";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim";
import type { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass";
import type { WorkloadSettings, WorkloadsSettings } from "../../settings/sections/workloads";
import { managedPolicyArn } from "../arns";
import { createStorageClass } from "../cluster/storage-class";
import { guarded } from "../guard/guarded";
import { iamBounds } from "../iam-place";
import { policyDocument } from "../policy-document";
import type { StackContext } from "../../settings/stack-context";
import { byName, claimName } from "./mounts";
import { tagsOfStack } from "../names";

/** The class of workloads' volumes: their disks have a tag with the claim's name, which snapshots are taken by. */
const className = "workloads";
const claimTag = "volume-claim";

/** What volumes are made and copied by; made once, where a workload has one. */
export interface Disks {
  readonly storageClass: StorageClass;
  /** Undefined where nobody wants snapshots. */
  readonly snapshotRole:
    { readonly arn: pulumi.Output<string>; readonly policy: pulumi.Resource } | undefined;
}

/** @returns undefined where no workload has a volume. */
export function createDisks(
  name: string,
  context: StackContext,
  settings: WorkloadsSettings,
  parent: pulumi.Resource,
): Disks | undefined {
  const volumes = Object.values(settings).flatMap((workload) => Object.values(workload.volumes));
  if (volumes.length === 0) {
    return undefined;
  }
  const tags = {
    ...tagsOfStack(context),
    [claimTag]: claimTagValue(context, "{{ .PVCName }}"),
  };
  return {
    storageClass: createStorageClass(`${name}-disks`, { className, isDefault: false, tags }, { parent }),
    snapshotRole: volumes.some(({ snapshots }) => snapshots !== undefined)
      ? createSnapshotRole(`${name}-snapshots`, context, parent)
      : undefined,
  };
}

/** Names of claims are those of one cluster: two stacks of an account may have the same. */
function claimTagValue(context: StackContext, claim: string): string {
  return `${context.project}-${context.stack}/${claim}`;
}

function createSnapshotRole(
  name: string,
  context: StackContext,
  parent: pulumi.Resource,
): NonNullable<Disks["snapshotRole"]> {
  const role = new Role(
    name,
    {
      ...iamBounds(context),
      description: `Snapshots of volumes of workloads in ${context.project} ${context.stack}.`,
      assumeRolePolicy: policyDocument([
        {
          Sid: "DataLifecycleManager",
          Effect: "Allow",
          Principal: { Service: "dlm.amazonaws.com" },
          Action: ["sts:AssumeRole"],
          Condition: { StringEquals: { "aws:SourceAccount": context.accountId } },
        },
      ]),
    },
    { parent },
  );
  const policyArn = managedPolicyArn(context, "service-role/AWSDataLifecycleManagerServiceRole");
  const policy = new RolePolicyAttachment(name, { role: role.name, policyArn }, { parent });
  return { arn: role.arn, policy };
}

export interface ClaimsArgs {
  readonly context: StackContext;
  readonly key: string;
  readonly settings: WorkloadSettings;
  readonly disks: Disks | undefined;
  readonly metadata: (name: string) => {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Record<string, string>;
  };
  readonly parent: pulumi.Resource;
  readonly dependsOn: readonly pulumi.Resource[];
}

/** The disks of one workload, guarded, and their schedules of snapshots. */
export function createClaims(name: string, args: ClaimsArgs): PersistentVolumeClaim[] {
  const { context, key, settings, disks, parent } = args;
  return byName(settings.volumes).map(([volume, { size, snapshots }]) => {
    if (disks === undefined) {
      throw new Error(`workloads.${key}: there is no class for the volume ${volume}.`);
    }
    const claim = claimName(key, volume);
    const { arn, policy } = disks.snapshotRole ?? {};
    if (snapshots !== undefined && arn !== undefined && policy !== undefined) {
      createSnapshots(`${name}-${volume}`, { context, claim, snapshots, roleArn: arn, policy, parent });
    }
    return new PersistentVolumeClaim(
      `${name}-${volume}`,
      {
        metadata: args.metadata(claim),
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: className,
          resources: { requests: { storage: size } },
        },
      },
      guarded("kubernetes:core/v1:PersistentVolumeClaim", context, {
        parent,
        dependsOn: [...args.dependsOn, disks.storageClass],
      }),
    );
  });
}

function createSnapshots(
  name: string,
  {
    context,
    claim,
    snapshots,
    roleArn,
    policy,
    parent,
  }: {
    readonly context: StackContext;
    readonly claim: string;
    readonly snapshots: NonNullable<WorkloadSettings["volumes"][string]["snapshots"]>;
    readonly roleArn: pulumi.Output<string>;
    readonly policy: pulumi.Resource;
    readonly parent: pulumi.Resource;
  },
): void {
  const { everyHours, at, keep } = snapshots;
  new LifecyclePolicy(
    name,
    {
      // Letters, digits, spaces, hyphens and underscores: Data Lifecycle Manager takes no others.
      description: `Volume ${claim} of ${context.project}-${context.stack}`,
      executionRoleArn: roleArn,
      state: "ENABLED",
      policyDetails: {
        resourceTypes: ["VOLUME"],
        targetTags: { [claimTag]: claimTagValue(context, claim) },
        schedules: [
          {
            name: `every-${everyHours}-hours`,
            createRule: { interval: everyHours, intervalUnit: "HOURS", times: at },
            retainRule: { count: keep },
            copyTags: true,
          },
        ],
      },
    },
    guarded("aws:dlm/lifecyclePolicy:LifecyclePolicy", context, { parent, dependsOn: [policy] }),
  );
}
