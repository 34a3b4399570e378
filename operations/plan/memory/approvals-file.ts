import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { isMap, isSeq, parseDocument, Document, type YAMLSeq } from "yaml";
import {
  readRecord,
  type ApprovalRecord,
  type MalformedRecord,
} from "../../../guard/approvals/approval-record";
import { groundworkCommand } from "../../../guard/printed-command";
import type { CommandContext } from "../../terminal/command-context";
import { FailedError, UsageError } from "../../terminal/errors";
import { alone } from "../../backend/file-store";
import { approvalsFolder } from "../../engine/approvals-folder";

/** Where the approvals of a stack stand, for a review to read and git to keep. */
export function approvalsFile({ project, environment, rehearsal }: CommandContext, stack: string): string {
  const root = rehearsal === undefined ? project.directory : environment.rehearsalDirectory;
  return path.join(root, approvalsFolder, `${stack}.yaml`);
}

const key = "approvals";

const header = (stack: string): string =>
  ` What was approved in ${stack}: each for one resource, under one physical id, for one operation, once, and until it expires.
 Written by \`groundwork guard approve\`. Commit it: a review shows who has given up what, and why. Records stay here; what
 became of them says \`${groundworkCommand`guard ${stack} list`}\`. One that was altered or written by hand does not count.`;

/** Every entry of the file, by time; none where there is no file. @throws UsageError for a file that is no list of approvals. */
export function readApprovalsFile(file: string): readonly (ApprovalRecord | MalformedRecord)[] {
  return existsSync(file)
    ? listIn(documentOf(file), file).items.map((item) => readRecord(plainOf(item)))
    : [];
}

/**
 * Adds a record to the file; what is there stays as it is, in the order of time. Of two calls at once neither loses its record.
 *
 * @throws FailedError when another one holds the file for longer than any call needs.
 */
export function addToApprovalsFile(file: string, stack: string, record: ApprovalRecord): void {
  mkdirSync(path.dirname(file), { recursive: true });
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      alone(file, () => {
        add(file, stack, record);
      });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMilliseconds);
    }
  }
  throw new FailedError(
    `${file} is being written by another call, so the record is in the ledger alone, and does not hold. ` +
      `Take it back (\`${groundworkCommand`guard ${stack} revoke ${record.seal.slice(0, 12)}`}\`) and approve again.`,
  );
}

/** Reading and writing a file takes milliseconds; a lock that somebody has died over is taken away after 30 s. */
const attempts = 400;
const pauseMilliseconds = 100;

function add(file: string, stack: string, record: ApprovalRecord): void {
  const document = existsSync(file) ? documentOf(file) : new Document({ [key]: [] });
  if (!existsSync(file)) {
    document.commentBefore = header(stack);
  }
  const list = listIn(document, file);
  list.flow = false;
  list.add(document.createNode({ ...record }));
  // Two branches may have added to it, in any order.
  list.items.sort((a, b) => compare(timeOf(a), timeOf(b)));
  const written = `${file}.${String(process.pid)}.tmp`;
  writeFileSync(written, document.toString({ lineWidth: 0 }));
  renameSync(written, file);
}

function documentOf(file: string): Document {
  const document = parseDocument(readFileSync(file, "utf8"));
  const [error] = document.errors;
  if (error !== undefined) {
    throw new UsageError(
      `${file} is no YAML: ${error.message}\nPut back what was committed. Nothing was touched.`,
    );
  }
  return document;
}

function listIn(document: Document, file: string): YAMLSeq {
  const list: unknown = document.get(key);
  const isWhole = isMap(document.contents) && document.contents.items.length === 1 && isSeq(list);
  if (!isWhole) {
    throw new UsageError(
      `${file}: it must be one list, \`${key}:\`, as \`groundwork guard … approve\` writes it. Put back what was committed. ` +
        "Nothing was touched.",
    );
  }
  return list;
}

function plainOf(item: unknown): unknown {
  return isMap(item) ? item.toJSON() : item;
}

function timeOf(item: unknown): string {
  const at: unknown = isMap(item) ? item.get("at") : undefined;
  return typeof at === "string" ? at : "";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
