import { read } from "../unknown";
import type { Finding, Wanted } from "./inputs";

/** Passwords of instances and of clusters. Those of the `Wo` kind are written only, and in no state. */
const passwords = ["password", "masterPassword"] as const;

/** What is wrong with how a database gets its master password: it is given one, whether its value is known or not. */
export function checkManagedPassword({ inputs }: Wanted): readonly Finding[] {
  return passwords
    .filter((property) => (read(inputs, property) ?? "") !== "")
    .map((property) => ({
      property,
      message: `${property} is given by the program. Set manageMasterUserPassword to true in its place: RDS makes one, and keeps it in Secrets Manager.`,
    }));
}
