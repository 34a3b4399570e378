/** One parameter as RDS takes it. */
export interface DatabaseParameter {
  readonly name: string;
  readonly value: string;
  /** RDS refuses `immediate` for a static parameter. */
  readonly applyMethod: "immediate" | "pending-reboot";
}

/**
 * What every database gets unless the settings say otherwise. Statements are not logged: they carry personal data and,
 * in CREATE ROLE, passwords; slow ones are in Performance Insights, without their values.
 */
const defaults: Readonly<Record<string, string>> = {
  // Connections without TLS are refused. Default since PostgreSQL 15 on RDS, said here for those before, and so that a rule can see
  // it. Where it is the default RDS tells another method of it, which makes no difference to Pulumi's provider, unlike Terraform's
  // (pulumi-aws, provider/pkg/rds/parameter_group.go).
  "rds.force_ssl": "1",
  // Milliseconds. An autovacuum that takes longer is worth knowing of.
  log_autovacuum_min_duration: "10000",
  // Waits longer than deadlock_timeout.
  log_lock_waits: "1",
  // KiB. Sorts and hashes that spill more than 64 MiB to disk.
  log_temp_files: "65536",
};

/**
 * Parameters that the server reads at its start only: context `postmaster` in PostgreSQL's pg_settings (13 to 18),
 * of the server itself and of the extensions that RDS preloads, and RDS's own static ones.
 */
const readAtStart: ReadonlySet<string> = new Set([
  "apg_plan_mgmt.max_databases",
  "autovacuum_freeze_max_age",
  "autovacuum_max_workers",
  "autovacuum_multixact_freeze_max_age",
  "autovacuum_worker_slots",
  "cron.database_name",
  "cron.log_run",
  "cron.max_running_jobs",
  "cron.use_background_workers",
  "huge_pages",
  "io_max_combine_limit",
  "io_max_concurrency",
  "io_method",
  "jit_provider",
  "max_connections",
  "max_files_per_process",
  "max_locks_per_transaction",
  "max_logical_replication_workers",
  "max_pred_locks_per_transaction",
  "max_prepared_transactions",
  "max_replication_slots",
  "max_wal_senders",
  "max_worker_processes",
  "old_snapshot_threshold",
  "pg_prewarm.autoprewarm",
  "pg_stat_statements.max",
  "pglogical.batch_inserts",
  "pglogical.use_spi",
  "rds.logical_replication",
  "rds.restrict_password_commands",
  "reserved_connections",
  "shared_buffers",
  "shared_preload_libraries",
  "superuser_reserved_connections",
  "track_activity_query_size",
  "track_commit_timestamp",
  "wal_buffers",
  "wal_level",
]);

/**
 * The parameters of a database: the defaults, with those of the settings over them, sorted by name.
 * A static parameter takes effect at the next reboot, every other one at once.
 */
export function databaseParameters(settings: Readonly<Record<string, string>>): DatabaseParameter[] {
  return Object.entries({ ...defaults, ...settings })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({
      name,
      value,
      applyMethod: readAtStart.has(name) ? "pending-reboot" : "immediate",
    }));
}

/** `postgres16` of "16" and of "16.13": since version 10 a family is a major version. */
export function parameterGroupFamily(engineVersion: string): string {
  return `postgres${majorVersion(engineVersion)}`;
}

/** Whether a version names no minor: "16", not "16.13". */
export function isMajorOnly(engineVersion: string): boolean {
  return majorVersion(engineVersion) === engineVersion;
}

function majorVersion(engineVersion: string): string {
  return engineVersion.split(".", 1)[0] ?? engineVersion;
}
