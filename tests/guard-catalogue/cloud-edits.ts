import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { CloudResource, Walk } from "../engine/support/walk";

type CloudRecord = Pick<CloudResource, "type" | "id"> & {
  /** What its id is unique within. Default: the whole cloud. */
  readonly scope?: string;
  inputs: Record<string, unknown>;
  outputs?: Record<string, unknown>;
};

/** What somebody else put into the cloud. */
export function putInCloud(walk: Walk, file: string, record: CloudRecord): void {
  const folder = path.join(walk.rehearsal, "cloud");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(folder, `${file}.json`), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** An object that the application wrote: what is in a bucket keeps S3 from deleting it. */
export function putObject(walk: Walk, bucket: string): void {
  putInCloud(walk, `object-in-${bucket}`, {
    type: "aws:s3/bucketObject:BucketObject",
    id: `${bucket}/report`,
    inputs: { bucket, key: "report" },
  });
}

/** What somebody did by hand to everything of one type: `undefined` deletes it. */
export function byHand(
  walk: Walk,
  type: string,
  change: ((record: CloudRecord) => CloudRecord) | undefined,
): void {
  const folder = path.join(walk.rehearsal, "cloud");
  const files = readdirSync(folder, { recursive: true })
    .map((file) => path.join(folder, String(file)))
    .filter((file) => file.endsWith(".json"));
  let found = 0;
  for (const file of files) {
    const record = JSON.parse(readFileSync(file, "utf8")) as CloudRecord;
    if (record.type !== type) continue;
    found++;
    if (change === undefined) rmSync(file);
    else writeFileSync(file, `${JSON.stringify(change(record), undefined, 2)}\n`);
  }
  if (found === 0) throw new Error(`The cloud has no ${type}.`);
}

/** As if it were set by hand: what was asked for, and what the cloud says of it. */
export function withProperties(
  properties: Readonly<Record<string, unknown>>,
): (record: CloudRecord) => CloudRecord {
  return (record) => ({
    ...record,
    inputs: { ...record.inputs, ...properties },
    outputs: { ...record.outputs, ...properties },
  });
}
