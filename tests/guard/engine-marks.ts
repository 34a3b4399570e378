/** The engine's marks for what is unknown, as @pulumi/policy has them; its declarations leave them out. */
export const {
  unknownArrayValue,
  unknownBooleanValue,
  unknownNumberValue,
  unknownObjectValue,
  unknownStringValue,
} =
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded by path: it has no types of its own
  require("@pulumi/policy/proxy") as Readonly<Record<string, string>>;
