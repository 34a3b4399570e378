import type { StackContext } from "../../settings/stack-context";
import { physicalName } from "../names";

/** The namespace of what works on the database from within the cluster. */
export const databaseNamespace = "database";

/** Holds how a role connects: host, port, database, user name, password and URL. */
export function roleSecretName(context: Pick<StackContext, "project" | "stack">, role: string): string {
  return physicalName(context, `database/${role}`);
}
