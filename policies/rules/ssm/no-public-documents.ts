import { checkDocumentNotPublic, documentTypes } from "../../../guard/rules/sharing";
import { resourceRule } from "../../rule";

export const noPublicDocuments = resourceRule({
  name: "ssm/no-public-documents",
  description: "No document of Systems Manager is shared with everybody.",
  why: "It shows how machines are run, and with what.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/ssm-controls.html#ssm-4",
  types: documentTypes,
  check: ({ wanted }) => checkDocumentNotPublic(wanted),
});
