import { checkNoSecretsInUserData, userDataTypes } from "../../../guard/rules/user-data";
import { resourceRule } from "../../rule";

export const noSecretsInUserData = resourceRule({
  name: "ec2/no-secrets-in-user-data",
  description: "The user data of machines holds no password, token or key.",
  why: "Everybody on the machine, and everybody who may describe it, reads its user data.",
  reference: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html",
  types: userDataTypes,
  check: ({ wanted }) => checkNoSecretsInUserData(wanted),
});
