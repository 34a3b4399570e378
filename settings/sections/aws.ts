import { z } from "zod";
import { awsRegions } from "../aws-regions";
import { format, setting } from "../describe";

const accountId = format(z.string().regex(/^\d{12}$/), {
  allowed: "an account id of 12 digits, in quotes",
  examples: ["123456789012"],
});

/** Pulumi's own keys of the AWS provider that every stack file must hold. The program's provider is bound to both. */
export const awsSettings = z.strictObject({
  region: setting(z.enum(awsRegions), {
    description: "Region of everything in the stack. Fixed: what exists does not move with it.",
    allowed: "a region of the commercial AWS partition, such as eu-west-1",
    examples: ["eu-west-1"],
  }),
  allowedAccountIds: setting(z.array(accountId).length(1), {
    description:
      "The one AWS account of the stack. Credentials of another account are refused before anything is read or made.",
    why: "In quotes: unquoted, YAML reads it as a number and drops leading zeros.",
    allowed: "a list of exactly one account id of 12 digits, in quotes",
    examples: [["123456789012"]],
  }),
});
