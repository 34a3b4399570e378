import { z } from "zod";
import type { Fault } from "../../rehearsal";
import { faultKinds } from "../../rehearsal/cloud/faults";
import { readRehearsalInput } from "./rehearsal-input";

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
  return readRehearsalInput({
    option: "--faults",
    file,
    what: "a list of faults",
    schema: z.array(fault),
    empty: [],
  });
}
