import packageJson from "../package.json";

/**
 * The one version of the engine that fits, such as "3.259.0": the SDK's own, from its pin in package.json.
 *
 * Exactly this one, not "the same major and at least": the guard judges what the engine says it is going to
 * do (events of a preview, hooks, plans), and what that looks like was tried with this version. Moving to
 * another is one changed line there and one in toolchain/engine/go.mod, and then the tests say whether the guard still sees everything.
 */
export const engineVersion: string = exactVersion(
  "@pulumi/pulumi",
  packageJson.dependencies["@pulumi/pulumi"],
);

function exactVersion(name: string, pin: string): string {
  if (!/^\d+\.\d+\.\d+$/.test(pin)) {
    throw new Error(
      `package.json asks for ${name} ${pin}, a range. The engine has to match the SDK exactly: pin one version, such as "3.259.0".`,
    );
  }
  return pin;
}
