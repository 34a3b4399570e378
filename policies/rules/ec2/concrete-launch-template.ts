import { checkConcreteTemplate, templateUserTypes } from "../../../guard/rules/user-data";
import { resourceRule } from "../../rule";

export const concreteLaunchTemplate = resourceRule({
  name: "ec2/concrete-launch-template",
  description: "Launch templates are used by version, never by $Latest or $Default.",
  why: "Machines would change without a plan that shows it.",
  reference: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-launch-template-versions.html",
  types: templateUserTypes,
  check: ({ wanted }) => checkConcreteTemplate(wanted),
});
