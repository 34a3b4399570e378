import { groundworkCommand } from "./printed-command";

/** The call that runs the program that a resource is of; the program of the state's own container has another one. */
export function runOf(urn: string): string {
  return urn.split("::")[1] === "groundwork-state"
    ? groundworkCommand`state init ${stackOf(urn)}`
    : groundworkCommand`up ${stackOf(urn)}`;
}

export function lastOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

export function stackOf(urn: string): string {
  return urn.split("::")[0]?.split(":").at(-1) ?? "";
}
