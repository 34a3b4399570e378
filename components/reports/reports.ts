import * as pulumi from "@pulumi/pulumi";
import type { ReportsSettings } from "../../settings/sections/reports";
import { createBucket, type LogBucket } from "../buckets/bucket";
import { applicationName } from "../names";
import type { StackContext } from "../../settings/stack-context";
import { createTable } from "./table";

export interface ReportsArgs {
  readonly context: StackContext;
  readonly settings: ReportsSettings;
  /** Where S3 logs who asks the bucket for what. Default: nowhere. */
  readonly logs?: LogBucket | undefined;
}

/** The tables that index reports, and the bucket that holds the reports themselves. */
export class Reports extends pulumi.ComponentResource {
  /** Key in the settings to the table's name; the names are known before the tables exist. */
  readonly tableNames: Readonly<Record<string, string>>;
  /** As `tableNames`, from the tables themselves: whoever uses these waits for them. */
  readonly tables: pulumi.Output<Record<string, string>>;
  /** Tables that have secondary indexes: permission to query those is separate. */
  readonly indexedTableNames: readonly string[];
  /** What CloudWatch knows it by, for alarms. */
  readonly watched: Readonly<Record<string, pulumi.Input<string>>>;
  readonly bucketName: string;
  /** As `bucketName`, from the bucket itself. */
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: ReportsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:reports:Reports", name, {}, opts);
    const { context, logs, settings } = args;
    const entries = Object.entries(settings.tables);

    this.tableNames = Object.fromEntries(entries.map(([key]) => [key, applicationName(context, key)]));
    this.indexedTableNames = entries
      .filter(([, table]) => Object.keys(table.globalSecondaryIndexes).length > 0)
      .map(([key]) => applicationName(context, key));
    this.tables = pulumi.output(
      Object.fromEntries(
        entries.map(([key, table]) => [
          key,
          createTable(`${name}-${key}`, {
            context,
            settings: table,
            tableName: applicationName(context, key),
            parent: this,
          }).name,
        ]),
      ),
    );
    this.watched = Object.fromEntries(
      entries.map(([key]) => [`table:${key}`, applicationName(context, key)]),
    );
    this.bucketName = settings.bucket.name;
    this.bucket = createBucket(`${name}-bucket`, {
      ...settings.bucket,
      context,
      logs,
      parent: this,
    }).bucket.bucket;
    this.registerOutputs({ tables: this.tables, bucket: this.bucket });
  }
}
