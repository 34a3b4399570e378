import { checkFunctionNotPublic, functionTypes } from "../../../guard/rules/sharing";
import { resourceRule } from "../../rule";

export const notPublic = resourceRule({
  name: "lambda/not-public",
  description: "No function can be called without saying who calls.",
  why: "Whoever finds its address runs code with the function's permissions, at our cost.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html#lambda-1",
  types: functionTypes,
  check: ({ wanted }) => checkFunctionNotPublic(wanted),
});
