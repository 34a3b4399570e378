import { expect } from "chai";
import { execFileSync } from "node:child_process";
import * as path from "node:path";

const projectDirectory = path.join(__dirname, "..", "..");

/** Packages that a module of the project loads, in a process of its own. */
function packagesOf(module: string): readonly string[] {
  const script = `
    require("tsx/cjs");
    require("./${module}");
    const packages = Object.keys(require.cache).flatMap(
      (file) => /node_modules[\\\\/]((?:@[^\\\\/]+[\\\\/])?[^\\\\/]+)/.exec(file)?.[1] ?? [],
    );
    console.log(JSON.stringify([...new Set(packages)]));`;
  const output = execFileSync(process.execPath, ["-e", script], { cwd: projectDirectory, encoding: "utf8" });
  return (JSON.parse(output) as string[]).filter(
    (name) => !["tsx", "esbuild", "get-tsconfig"].includes(name),
  );
}

describe("loading settings in a command", () => {
  it("loads no Pulumi package, which would cost half a second", () => {
    expect([...packagesOf("settings/stack-file.ts")].sort()).to.deep.equal([
      "fastest-levenshtein",
      "netmask",
      "yaml",
      "zod",
    ]);
  });
});
