import { read } from "../../guard/unknown";
import type { Move, PropertyMove } from "./moves";

/** What moves by itself, or is moved by what the program has set up for it: no drift, as long as a run leaves it alone. */
interface ByDesign {
  readonly type: string;
  /** The property, and everything within it. */
  readonly property: RegExp;
  /** Default: always. */
  readonly when?: (property: PropertyMove, move: Move) => boolean;
  /** A sentence. */
  readonly reason: string;
}

const isMore = ({ from, to }: PropertyMove): boolean => Number(to) > Number(from);
const majorOf = (version: unknown): string => String(version).split(".")[0] ?? "";

/** The one list, for `preview`, `up`, `destroy` and `drift`. */
export const movesByDesign: readonly ByDesign[] = [
  {
    type: "aws:autoscaling/group:Group",
    property: /^desiredCapacity$/,
    reason: "Schedules, scaling policies and rolls set how many machines run.",
  },
  {
    type: "aws:autoscaling/group:Group",
    property: /^initialLifecycleHooks/,
    reason: "The hooks are resources of their own; these are for the first machines only.",
  },
  {
    type: "kubernetes:apps/v1:Deployment",
    property: /^spec\.replicas$/,
    reason: "The HorizontalPodAutoscaler sets how many pods run.",
  },
  {
    type: "aws:dynamodb/table:Table",
    property: /^(globalSecondaryIndexes\[\d+\]\.)?(read|write)Capacity$/,
    reason: "Application Auto Scaling moves the units with use.",
  },
  {
    type: "aws:dynamodb/table:Table",
    property: /^(globalSecondaryIndexes(\[\d+\]\.warmThroughput)?|warmThroughput)/,
    when: ({ path, from, to }) => path !== "globalSecondaryIndexes" || isSameBut(from, to, "warmThroughput"),
    reason: "DynamoDB raises warm throughput with use.",
  },
  {
    type: "aws:rds/instance:Instance",
    property: /^allocatedStorage$/,
    when: (property, { old }) =>
      isMore(property) && Number(read(old.inputs, "maxAllocatedStorage") ?? 0) >= Number(property.to),
    reason: "Storage grows by itself up to maxAllocatedStorage, and never shrinks.",
  },
  {
    type: "aws:rds/instance:Instance",
    property: /^engineVersion$/,
    when: ({ from, to }) => majorOf(from) === majorOf(to),
    reason: "RDS brings minor versions in the maintenance window, and when support of one ends.",
  },
  {
    type: "aws:ssm/parameter:Parameter",
    property: /^(insecureValue|value)$/,
    reason: "Machines and image builds write it; the program only makes it.",
  },
  {
    type: "aws:secretsmanager/secretVersion:SecretVersion",
    property: /^versionStages/,
    reason: "A rotation moves the stage to the new version.",
  },
  {
    type: "aws:ec2/eip:Eip",
    property: /^(instance|networkInterface|associateWithPrivateIp)$/,
    when: (_property, { old }) => read(old.inputs, "instance") === undefined,
    reason: "The machine in service takes the address when it boots.",
  },
  {
    type: "aws:ec2/launchTemplate:LaunchTemplate",
    property: /^defaultVersion$/,
    reason: "Groups name the version that they want; nobody uses the template's default.",
  },
];

/** Why nobody need look at a move; undefined where somebody should. */
export function reasonOf(property: PropertyMove, move: Move): string | undefined {
  return movesByDesign.find(
    (one) =>
      one.type === move.type && one.property.test(property.path) && (one.when?.(property, move) ?? true),
  )?.reason;
}

/** Amazon RDS User Guide, "Settings for DB instances": what an instance takes over in its maintenance window, unless it is to do so at once. */
const inTheWindow =
  /^(allocatedStorage|dedicatedLogVolume|engineVersion|instanceClass|iops|licenseModel|multiAz|storageThroughput|storageType)$/;

/**
 * Whether a property may have been set by a run and only wait for the maintenance window: until then RDS shows what there was before.
 * Only RDS knows whether it does.
 *
 * @returns what to tell of it, as a clause; undefined where nothing waits.
 */
export function mayWait({ path }: PropertyMove, { type, old }: Move): string | undefined {
  if (
    type !== "aws:rds/instance:Instance" ||
    !inTheWindow.test(path) ||
    read(old.inputs, "applyImmediately") === true
  ) {
    return undefined;
  }
  const window = read(old.inputs, "maintenanceWindow") ?? read(old.outputs, "maintenanceWindow");
  return `if the last run set it, it is pending until the maintenance window${typeof window === "string" ? `, ${window} UTC` : ""}`;
}

function isSameBut(from: unknown, to: unknown, property: string): boolean {
  const without = (value: unknown): string =>
    JSON.stringify(value, (key, inner: unknown) => (key === property ? undefined : inner));
  return without(from) === without(to);
}
