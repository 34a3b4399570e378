import { read } from "../../guard/unknown";
import { shortType, type Plan, type PlannedStep } from "../plan/plan";

/** What outlives a stack that is taken down. */
export interface Kept {
  readonly what: string;
  readonly why: string;
  /** The day on which it goes by itself, ISO 8601; null: when somebody deletes it. */
  readonly until: string | null;
  /** What it costs, in US dollars a month; null where nobody here knows how large it is. */
  readonly dollarsAMonth: number | null;
  /** By what the cloud knows it: ids, names, ARNs. */
  readonly ids: readonly string[];
}

/**
 * List prices in eu-west-1, US dollars a month, as docs/prices.md has them; a GiB where nothing else is said. What waits for the day of
 * its deletion is not charged: KMS pricing, Secrets Manager pricing; DynamoDB developer guide, Point-in-time recovery (the last backup of
 * a deleted table: 35 days, without charge).
 */
const dollars = { databaseBackup: 0.095, snapshot: 0.05, volume: 0.088, address: 3.65 };

const dayMilliseconds = 86_400_000;
const tableBackupDays = 35;

/** What outlives the stack, by the list of what goes. `now`: in milliseconds. */
export function outlasting(plan: Plan, now: number = Date.now()): readonly Kept[] {
  const gone = plan.outcome.filter(({ op }) => op === "delete");
  return [...gone.flatMap((step) => keptOf(step, plan, now)), ...logGroups(gone)];
}

/** "; about $12.30 a month", "; it costs nothing". */
export function priceText({ dollarsAMonth }: Pick<Kept, "dollarsAMonth">): string {
  return dollarsAMonth === null
    ? "What it costs hangs on its size (docs/prices.md)."
    : dollarsAMonth === 0
      ? "It costs nothing."
      : `About $${dollarsAMonth.toFixed(2)} a month.`;
}

function keptOf(step: PlannedStep, plan: Plan, now: number): Kept[] {
  const { inputs = {}, outputs = {}, id = "" } = step.old ?? {};
  const name = `${shortType(step.type)} ${step.name}`;
  const ids = [id, read(outputs, "arn"), read(outputs, "identifier")].filter(
    (one): one is string => typeof one === "string" && one !== "",
  );
  const inDays = (days: number): string => new Date(now + days * dayMilliseconds).toISOString().slice(0, 10);
  const gib = (property: string, price: number): number | null => {
    const size = read(outputs, property) ?? read(inputs, property);
    return typeof size === "number" && size > 1 ? Number((size * price).toFixed(2)) : null;
  };
  const byHand = { until: null };
  const copied = `It is the last copy of the data. It costs storage until it is deleted by hand.${keyText(step, plan, inDays)}`;
  if (step.old?.retainOnDelete === true) {
    return [
      {
        what: `${name} (${id})`,
        why: "It is kept on purpose (retainOnDelete); nothing manages it any more.",
        ...byHand,
        dollarsAMonth: step.type === "aws:ec2/eip:Eip" ? dollars.address : null,
        ids,
      },
    ];
  }
  const kept: Kept[] = [];
  const { finalSnapshotIdentifier: snapshot, skipFinalSnapshot: skipped } = inputs;
  if (typeof snapshot === "string" && skipped !== true) {
    kept.push({
      what: `the final snapshot ${snapshot} of ${name}`,
      why: copied,
      ...byHand,
      dollarsAMonth: gib("allocatedStorage", dollars.databaseBackup),
      ids: [snapshot],
    });
  }
  if (inputs.finalSnapshot === true) {
    kept.push({
      what: `the final snapshot of ${name} (${id})`,
      why: copied,
      ...byHand,
      dollarsAMonth: gib("size", dollars.snapshot),
      ids: [],
    });
  }
  const { deleteAutomatedBackups: deletes, backupRetentionPeriod: days } = inputs;
  if (step.type === "aws:rds/instance:Instance" && deletes === false && Number(days ?? 0) > 0) {
    kept.push({
      what: `the automated backups of ${name}`,
      why: "They are retained, so that a moment of the last days can still be restored.",
      until: inDays(Number(days)),
      dollarsAMonth: gib("allocatedStorage", dollars.databaseBackup),
      ids: [],
    });
  }
  if (read(inputs, "pointInTimeRecovery.enabled") === true && step.type === "aws:dynamodb/table:Table") {
    kept.push({
      what: `the last backup of ${name}, which DynamoDB takes by itself`,
      why: "The table can be restored from it.",
      until: inDays(tableBackupDays),
      dollarsAMonth: 0,
      ids: [],
    });
  }
  const claimed = retainedClaim(step, plan);
  if (claimed !== undefined) {
    kept.push(claimed);
  }
  if (step.type === "aws:kms/key:Key") {
    const window = windowOf(step);
    kept.push({
      what: `${name} (${id}), for ${window} days`,
      why:
        "KMS deletes a key only after that time. What is encrypted with it, snapshots too, can be read no longer; " +
        "`aws kms cancel-key-deletion` keeps it.",
      until: inDays(window),
      dollarsAMonth: 0,
      ids,
    });
  }
  const recovery = inputs.recoveryWindowInDays ?? 30;
  if (step.type === "aws:secretsmanager/secret:Secret" && recovery !== 0) {
    kept.push({
      what: `${name} (${id})`,
      why: "Secrets Manager deletes a secret only after that time; until then it can be called back, and its name is taken.",
      until: inDays(Number(recovery)),
      dollarsAMonth: 0,
      ids,
    });
  }
  return kept;
}

/** Days until KMS deletes a key. */
function windowOf({ old }: PlannedStep): number {
  const days = old?.inputs.deletionWindowInDays;
  return typeof days === "number" ? days : 30;
}

/** What is to be known of a copy whose key goes with the stack; empty for others. */
function keyText({ old }: PlannedStep, plan: Plan, inDays: (days: number) => string): string {
  const used = read(old?.outputs ?? {}, "kmsKeyId");
  const key = plan.outcome.find(
    (one) => one.type === "aws:kms/key:Key" && (one.old?.id === used || one.old?.outputs.arn === used),
  );
  return used === undefined || key === undefined
    ? ""
    : ` Its key is deleted on ${inDays(windowOf(key))}, and nobody can read it from then on: call the key back before, or copy the snapshot under another.`;
}

/** A claim whose storage class keeps the volume. */
function retainedClaim({ type, name, old }: PlannedStep, plan: Plan): Kept | undefined {
  const named = read(old?.inputs ?? {}, "spec.storageClassName");
  const retains = plan.outcome.some(
    (one) =>
      one.type === "kubernetes:storage.k8s.io/v1:StorageClass" &&
      one.old?.id === named &&
      one.old?.inputs.reclaimPolicy === "Retain",
  );
  if (type !== "kubernetes:core/v1:PersistentVolumeClaim" || named === undefined || !retains) {
    return undefined;
  }
  const asked = /^(\d+)Gi$/.exec(String(read(old?.inputs ?? {}, "spec.resources.requests.storage")))?.[1];
  return {
    what: `the volume of claim ${old?.id ?? name}`,
    why: "Its storage class retains volumes. It costs storage until it is deleted by hand.",
    until: null,
    dollarsAMonth: asked === undefined ? null : Number((Number(asked) * dollars.volume).toFixed(2)),
    ids: [old?.id ?? name],
  };
}

const writers = /^\/aws\/(eks|rds|lambda|codebuild)\//;

/** Those that services write into, and may make again for their last lines. */
function logGroups(gone: readonly PlannedStep[]): Kept[] {
  const names = gone.flatMap(({ type, old }) =>
    type === "aws:cloudwatch/logGroup:LogGroup" && writers.test(old?.id ?? "") ? [old?.id ?? ""] : [],
  );
  return names.length === 0
    ? []
    : [
        {
          what: `log groups that may come back: ${names.join(", ")}`,
          why: "What writes there may make them again for its last lines, some minutes after it is gone; they cost next to nothing.",
          until: null,
          dollarsAMonth: 0,
          ids: names,
        },
      ];
}
