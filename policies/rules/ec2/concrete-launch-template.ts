import { checkConcreteTemplate, templateUserTypes } from "../../../guard/user-data";
import { resourceRule } from "../../rule";

export const concreteLaunchTemplate = resourceRule({
  name: "ec2/concrete-launch-template",
  description: "Launch templates are used by version, never by $Latest or $Default.",
  types: templateUserTypes,
  check: ({ wanted }) => checkConcreteTemplate(wanted),
});
