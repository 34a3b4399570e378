import { z } from "zod";
import { format, setting } from "../describe";

const tagKey = format(
  z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u)
    .refine((key) => !/^aws:/i.test(key), { error: "begins with aws:, which AWS keeps for itself" }),
  { allowed: "1 to 128 letters, digits, spaces and _ . : / = + - @, not beginning with aws:" },
);

/** Tags put on every AWS resource besides `project`, `environment` and `managed-by`, which are always there. */
export const tagsSettings = setting(
  z.record(
    tagKey,
    format(
      z
        .string()
        .max(256)
        .regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u),
      {
        allowed:
          "up to 256 letters, digits, spaces and _ . : / = + - @, in quotes where it looks like a number",
      },
    ),
  ),
  {
    description:
      "Tags put on every AWS resource besides project, environment and managed-by, which are always there. At most 40. " +
      "None of these four may be set here: project, environment, managed-by, Name. Keys differ by more than case. A change " +
      "touches every resource and replaces none: running machines get it when they are next replaced, disks of the cluster's nodes keep " +
      "what their group was made with.",
    examples: [{ team: "platform", "cost-centre": "4711" }],
  },
);
export type TagsSettings = z.infer<typeof tagsSettings>;
