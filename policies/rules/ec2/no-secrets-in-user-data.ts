import { checkNoSecretsInUserData, userDataTypes } from "../../../guard/user-data";
import { resourceRule } from "../../rule";

export const noSecretsInUserData = resourceRule({
  name: "ec2/no-secrets-in-user-data",
  description: "The user data of machines holds no password, token or key.",
  types: userDataTypes,
  check: ({ wanted }) => checkNoSecretsInUserData(wanted),
});
