import { notKnown, shown, type Finding, type Wanted } from "./inputs";
import { secretsIn } from "./user-data";
import { isUnknown, read } from "../unknown";

/** Types that reach a machine over SSH. */
export const remoteTypes: readonly string[] = [
  "command:remote:Command",
  "command:remote:CopyFile",
  "command:remote:CopyToRemote",
];

/**
 * Whoever answers at an address is asked who it is: without the machine's public key, whoever stands in between gets what is
 * sent, secrets on standard input with it.
 *
 * What is not known before the run passes: a machine that is still to be made has no key yet, and the package makes one secret
 * of the whole connection, which is then unknown as a whole. The run itself asks again, when everything is known.
 */
export function checkHostKey({ inputs }: Wanted): Finding[] {
  const connection = read(inputs, "connection");
  if (isUnknown(connection)) {
    return [];
  }
  const hops =
    read(inputs, "connection.proxy") === undefined ? ["connection"] : ["connection", "connection.proxy"];
  return hops.flatMap((path): Finding[] => {
    const property = `${path}.hostKey`;
    const key = read(inputs, property);
    if (isUnknown(key) || (typeof key === "string" && key.trim() !== "")) {
      return [];
    }
    return [
      {
        property,
        message: `${property} is ${key === undefined ? "not set" : "empty"}: whoever answers would be believed. Give it the machine's public key.`,
      },
    ];
  });
}

/** What a command prints stays out of the engine's log: nobody can know what that is. */
export function checkQuiet({ type, inputs }: Wanted): Finding[] {
  const logging = read(inputs, "logging");
  if (isUnknown(logging)) {
    return [notKnown("logging")];
  }
  return type !== "command:remote:Command" || logging === "none"
    ? []
    : [
        {
          property: "logging",
          message: `logging is ${shown(logging)}. Set it to none: what a command prints would be in everybody's log of the run.`,
        },
      ];
}

/** A command line is in error messages and in the machine's list of processes; variables are, too, for whoever is root there. */
export function checkNoSecretsInCommands({ inputs }: Wanted): Finding[] {
  const environment = read(inputs, "environment");
  const variables =
    typeof environment === "object" && environment !== null ? Object.entries(environment) : [];
  const texts = [
    ...["create", "update", "delete"].map((property) => [property, read(inputs, property)] as const),
    ...variables.map(([name, value]) => [`environment.${name}`, `${name}=${String(value)}`] as const),
  ];
  return texts.flatMap(([property, text]) =>
    isUnknown(text)
      ? [notKnown(property)]
      : secretsIn(typeof text === "string" ? text : "").map((what) => ({
          property,
          message: `${property} holds ${what}. Send it as standard input, marked as secret.`,
        })),
  );
}
