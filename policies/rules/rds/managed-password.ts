import { checkManagedPassword } from "../../../guard/rules/managed-password";
import { resourceRule } from "../../rule";

export const managedPassword = resourceRule({
  name: "rds/managed-password",
  description: "The master password of a database is made and kept by RDS, and known to no program.",
  why: "A password that a program gives stands in its state, and in each copy of that.",
  reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
  types: ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"],
  check: ({ wanted }) => checkManagedPassword(wanted),
});
