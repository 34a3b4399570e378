import { existsSync, readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { z } from "zod";
import type { Fault } from "../../rehearsal";
import { faultKinds } from "../../rehearsal/cloud/faults";
import { UsageError } from "../terminal/errors";

const fault = z.strictObject({
  match: z.strictObject({
    type: z.string(),
    name: z.string().optional(),
    method: z.enum(["create", "update", "delete", "read", "invoke"]),
  }),
  nth: z.number().int().min(1).optional(),
  times: z.number().int().min(1).optional(),
  fault: z.enum(faultKinds),
  message: z.string().optional(),
  seconds: z.number().min(0).optional(),
});

/** What shall go wrong in a rehearsal, from a YAML list. @throws UsageError with every problem at once. */
export function readFaults(file: string): Fault[] {
  if (!existsSync(file)) {
    throw new UsageError(`--faults ${file}: there is no such file.`);
  }
  const document = parseDocument(readFileSync(file, "utf8"));
  const [broken] = document.errors;
  if (broken !== undefined) {
    throw new UsageError(`--faults ${file}: ${broken.message}`);
  }
  const result = z.array(fault).safeParse(document.toJS() ?? []);
  if (!result.success) {
    const problems = result.error.issues.map(
      (issue) => `${issue.path.map((part) => `[${JSON.stringify(part)}]`).join("")} ${issue.message}`,
    );
    throw new UsageError(`--faults ${file} is not a list of faults:\n  ${problems.join("\n  ")}`, problems);
  }
  return result.data;
}
