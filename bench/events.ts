import type { EngineEvent, StepEventMetadata, StepEventStateMetadata } from "@pulumi/pulumi/automation";

/** What a made-up preview plans. */
export type Plan = "quiet" | "everything deleted" | "everything replaced" | "everything made anew";

const provider =
  "urn:pulumi:prod::groundwork::pulumi:providers:aws::aws::11111111-2222-4333-8444-555555555555";

/** Types in the proportions that they have in a stack: one in four holds data. */
const kinds: readonly ((index: number) => readonly [type: string, inputs: Record<string, unknown>])[] = [
  (i) => [
    "aws:dynamodb/table:Table",
    {
      name: `prod_table_${i}`,
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      billingMode: "PAY_PER_REQUEST",
      deletionProtectionEnabled: true,
      pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 35 },
      tags: { Name: `table ${i}` },
    },
  ],
  (i) => [
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    {
      bucket: `prod-bucket-${i}`,
      rules: [
        { id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: 365 } },
        { id: "old", status: "Enabled", noncurrentVersionExpiration: { noncurrentDays: 90 } },
      ],
    },
  ],
  (i) => ["aws:s3/bucket:Bucket", { bucket: `prod-bucket-${i - 1}`, forceDestroy: false }],
  (i) => [
    "aws:rds/instance:Instance",
    {
      identifier: `prod-database-${i}`,
      engine: "postgres",
      engineVersion: "16.13",
      allocatedStorage: 200,
      backupRetentionPeriod: 35,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: `prod-database-${i}-final`,
      storageEncrypted: true,
    },
  ],
  ...Array.from({ length: 12 }, (_unused, which) => (i: number) => {
    const types = [
      "aws:iam/role:Role",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "aws:ssm/parameter:Parameter",
    ] as const;
    return [
      types[which % types.length] ?? types[0],
      {
        name: `thing-${i}`,
        description: "Something that holds nothing, and of which there are many in every stack.",
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } },
          ],
        }),
        tags: { Name: `thing ${i}`, team: "platform" },
      },
    ] as const;
  }),
];

const quietOps = ["same", "same", "same", "same", "update", "same", "create", "same"] as const;

/** The events of a preview of a made-up stack: its provider, this many steps less one, and the summary. */
export function previewEvents(count: number, plan: Plan): EngineEvent[] {
  const steps = [
    step("same", "pulumi:providers:aws", "aws", { region: "eu-west-1", allowedAccountIds: '["1"]' }, 0),
  ];
  for (let i = 1; i < count; i++) {
    const [type, inputs] = (kinds[i % kinds.length] as (typeof kinds)[number])(i);
    const op =
      plan === "quiet"
        ? (quietOps[i % quietOps.length] ?? "same")
        : plan === "everything deleted"
          ? "delete"
          : plan === "everything replaced"
            ? "replace"
            : i % 2 === 0
              ? "delete"
              : "create";
    steps.push(step(op, type, `thing-${i}`, inputs, i));
  }
  const resourceChanges: Record<string, number> = {};
  for (const { op } of steps) {
    resourceChanges[op] = (resourceChanges[op] ?? 0) + 1;
  }
  return [
    ...steps.map((metadata, sequence) => event(sequence, { resourcePreEvent: { metadata, planning: true } })),
    event(steps.length, {
      summaryEvent: {
        maybeCorrupt: false,
        durationSeconds: 1,
        resourceChanges,
        policyPacks: {},
        result: "succeeded",
      },
    }),
  ];
}

function event(sequence: number, content: object): EngineEvent {
  return { sequence, timestamp: 1_770_000_000, ...content };
}

function step(
  op: string,
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  index: number,
): StepEventMetadata {
  const urn = `urn:pulumi:prod::groundwork::${type}::${name}`;
  const state = (wanted: boolean): StepEventStateMetadata => ({
    type,
    urn,
    id: wanted && op === "create" ? "" : `id-${index}`,
    custom: true,
    protect: true,
    parent: "urn:pulumi:prod::groundwork::pulumi:pulumi:Stack::groundwork-prod",
    provider: type.startsWith("pulumi:providers:") ? "" : provider,
    inputs: wanted && op === "update" ? { ...inputs, tags: { Name: "another" } } : inputs,
    outputs: { ...inputs, arn: `arn:aws:any:eu-west-1:111111111111:${name}` },
  });
  return {
    op,
    urn,
    type,
    provider,
    old: op === "create" ? undefined : state(false),
    new: op === "delete" ? undefined : state(true),
    keys: op === "replace" ? ["name"] : [],
    diffs: op === "update" ? ["tags"] : [],
    detailedDiff: op === "update" ? { "tags.Name": { diffKind: "update" } } : {},
    logical: true,
  } as unknown as StepEventMetadata;
}
