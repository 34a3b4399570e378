/** Where a worker's data are on the machine. */
export const WORKER_DATA_FILE = "/etc/groundwork/worker.json";

/** The launch hook's name; boot/lib/machine.sh completes it by this name. */
export const LAUNCH_HOOK = "boot";

/** The terminate hook's name; boot/worker/watch.sh keeps it alive while the worker drains, and completes it. */
export const TERMINATE_HOOK = "drain";

/**
 * The metrics that machines put, under `metrics.namespace`, with the one dimension AutoScalingGroupName.
 * `ConsecutiveFailedBoots` is put by each failed boot, and as 0 by each good one. Nothing comes while nothing starts: let its alarm
 * treat missing data as `ignore`, or a stopped group goes back to OK by itself.
 */
export const FAILED_BOOTS_METRIC = "ConsecutiveFailedBoots";
/** What the machine's port 9100 serves comes from this agent; of no use to anybody but Prometheus. */
export const METRICS_PORT = 9100;

/** Where a secret value is kept; the machine fetches it with its own role, at each start of the worker. */
export interface SecretPlace {
  /** Of a secret of Secrets Manager, or of a parameter. */
  readonly arn: string;
  /** Which key, where the value is a JSON object. */
  readonly jsonKey?: string | undefined;
}

/** A release that is downloaded: what it is, and how to tell that it is the right one. */
export interface Download {
  /** Address; `{version}` and `{architecture}` (`amd64` or `arm64`) are filled in on the machine. */
  readonly url: string;
  /** sha256 of the archive, by version and architecture: `{"1.9.1": {"amd64": "…"}}`. */
  readonly sha256: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * What boot/worker/install.sh reads: all that an image holds already. Machine, group and stack are not in it, so that one image
 * does for several groups. An image build writes `{"install": …}` as /etc/groundwork/worker.json and runs install.sh.
 */
export interface WorkerInstallData {
  /** `https://ci.example.com`, without a slash at its end: /api/v1/info below it tells the version. */
  readonly schedulerApi: string;
  /** Instead of asking. */
  readonly workerVersion?: string | undefined;
  /**
   * The worker's release. For a version without a sha256 the machine takes the `.sha1` that is published beside it, which shows a
   * broken download but not an exchanged one.
   */
  readonly worker: Download;
  /**
   * btrfs needs tools that Amazon Linux 2023 has not among its core packages: the script tries its supplementary ones (SPAL, from
   * release 2023.9.20251117 on), and fails by name where those have none. ext4 always works.
   */
  readonly filesystem: "btrfs" | "ext4";
  /** Whether several local disks are put together, which for ext4 needs a package. */
  readonly localDisks: boolean;
  /** Whether the CloudWatch agent is there, from the packages of the machine's own pinned release. */
  readonly logs: boolean;
  /** Prometheus node exporter, on METRICS_PORT; absent = none. Always by sha256. */
  readonly metrics?: (Download & { readonly version: string }) | undefined;
  /** Further packages of Amazon Linux. */
  readonly packages: readonly string[];
}

/**
 * Where releases of the worker are. Which of them is asked of the scheduler, so that no sha256 is known beforehand.
 * Source: the releases of github.com/concourse/concourse, each archive with a .sha1 beside it.
 */
export const WORKER_DOWNLOAD: Download = {
  url: "https://github.com/concourse/concourse/releases/download/v{version}/concourse-{version}-linux-{architecture}.tgz",
  sha256: {},
};

/** Source: sha256sums.txt of the release. */
export const METRICS_AGENT: Download & { readonly version: string } = {
  version: "1.9.1",
  url: "https://github.com/prometheus/node_exporter/releases/download/v{version}/node_exporter-{version}.linux-{architecture}.tar.gz",
  sha256: {
    "1.9.1": {
      amd64: "becb950ee80daa8ae7331d77966d94a611af79ad0d3307380907e0ec08f5b4e8",
      arm64: "848f139986f63232ced83babe3cad1679efdbb26c694737edc1f4fbd27b96203",
    },
  },
};

/** What the volume for the worker's data is. */
type WorkerVolume =
  /** A folder of the root disk. */
  | { readonly kind: "root" }
  /** An EBS volume, by its name in the template's block device mapping. */
  | { readonly kind: "ebs"; readonly deviceName: string }
  /** The instance's own NVMe disks: all of them, striped. */
  | { readonly kind: "local" };

/**
 * What boot/worker reads as /etc/groundwork/worker.json. Holds no secret, only where each is kept.
 *
 * A machine's role needs, for what the scripts do:
 * - `autoscaling:DescribeAutoScalingInstances` (AWS knows no resource for it);
 * - on its own group: `autoscaling:CompleteLifecycleAction`, `RecordLifecycleActionHeartbeat`, `SuspendProcesses`,
 *   `ResumeProcesses`, `SetInstanceHealth`;
 * - on `${parameters}/*`: `ssm:GetParameter`, `ssm:PutParameter`;
 * - on each secret: `secretsmanager:GetSecretValue` or `ssm:GetParameter`, and `kms:Decrypt` for keys of one's own;
 * - `cloudwatch:PutMetricData`, on condition of `cloudwatch:namespace` = metrics namespace;
 * - `ec2:DescribeTags` (the keep tag) and, for volume kind `ebs`, `ec2:DescribeVolumes` (AWS knows no resource for either);
 * - with logs: `logs:CreateLogStream`, `logs:PutLogEvents`, `logs:DescribeLogStreams` on the log group;
 * - session manager's statements.
 *
 * The hop limit of the metadata service stays 1: jobs run in containers, and must not have the machine's role.
 */
export interface WorkerData {
  readonly install: WorkerInstallData;
  /** Key of the group in the settings. */
  readonly group: string;
  readonly scheduler: {
    /** TSA: where workers register, by SSH. */
    readonly host: string;
    /** 2222 by default. */
    readonly port: number;
  };
  /** Team that the worker takes jobs of only; absent = of all. */
  readonly team?: string | undefined;
  /** Tags of which a job must name at least one; empty = jobs without tags. */
  readonly tags: readonly string[];
  readonly keys: {
    /** The worker's private key (PEM). */
    readonly worker: SecretPlace;
    /** The public key of the scheduler's SSH host: kept as a secret, or the text itself, which is no secret. */
    readonly scheduler: SecretPlace | { readonly publicKey: string };
  };
  /** Further variables of the worker, `CONCOURSE_…`; they win over what the scripts set, but for name, address and keys. */
  readonly environment: Readonly<Record<string, string>>;
  readonly volume: WorkerVolume;
  /** Of the machine's memory, for the worker and its jobs. 90 by default. */
  readonly memoryLimitPercent: number;
  /** From the boot's begin to the registration; what takes longer is a failed boot. Shorter than the launch hook. */
  readonly bootTimeoutSeconds: number;
  readonly registration: {
    /** From the worker's start to its registration. */
    readonly timeoutSeconds: number;
    /**
     * A token of the scheduler's API, to ask /api/v1/workers for this worker. Without one the proof is the scheduler's answer to the
     * registration, which the worker writes into its log.
     */
    readonly token?: SecretPlace | undefined;
  };
  /** How long jobs have to finish; the terminate hook outlasts it by DRAIN_MARGIN_SECONDS at least. */
  readonly drainTimeoutSeconds: number;
  /** Whether the ssh server stays: only where somebody may reach it. Session Manager needs none. */
  readonly ssh: boolean;
  /** Failed boots in a row, over all machines of the group of one version of the template, that make a machine suspend Launch. */
  readonly maxFailedBoots: number;
  /** How long Launch stays suspended: the machine that did it resumes it, before it goes itself. */
  readonly coolDownSeconds: number;
  /**
   * Path of the group's parameters, `/<project>/<stack>/workers/<group>/boot`. Two of them are the scripts' own, to be made by the
   * program with these first values and never set again: `failures` (`none`), whose version counts failed boots and whose value is the last
   * one's reason, and `recovered` (`1`), the version of `failures` at the last good boot.
   */
  readonly parameters: string;
  readonly metrics: {
    /** Of the CloudWatch metrics, `<project>/workers`. */
    readonly namespace: string;
  };
  /** CloudWatch log group, made by the program; absent = logs stay on the machine. Goes with `install.logs`. */
  readonly logGroup?: string | undefined;
}
