import execa from "execa";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { readEnvironment } from "../settings/environment";

/** Every major version besides the one that development is done with. */
const defaultMajors = ["22", "24"];

/** What needs no engine, and what goes through it: a preview and an update of a small stack, and a pack under plain `pulumi`. */
const unitTests = ["tests/settings/**/*.test.ts", "tests/guard/**/*.test.ts", "tests/bin/lean-sdk.test.ts"];
const engineTests = ["tests/engine/change.test.ts", "tests/engine/language-host.test.ts"];

const project = path.join(__dirname, "..");
const { cacheDirectory, variables } = readEnvironment(project);

/**
 * `npm run node-versions [-- --without-engine] [MAJOR…]`: runs the unit tests of settings and guard, a preview of stack dev in a rehearsal, and a
 * small stack through the engine, under other versions of Node.js. Each is fetched from npm once
 * (the packages `node-PLATFORM-ARCH`) and kept in groundwork's cache. Ends with 1 when something fails under one of them.
 */
async function main(argv: readonly string[]): Promise<number> {
  const withoutEngine = argv.includes("--without-engine");
  const asked = argv.filter((word) => word !== "--without-engine");
  const majors = asked.length > 0 ? asked : defaultMajors;
  let failed = 0;
  for (const major of majors) {
    const directory = await fetched(major);
    // The engine's language host starts the node of the PATH.
    const env = { ...variables, PATH: `${directory}${path.delimiter}${variables.PATH ?? ""}` };
    const node = (...args: readonly string[]): Promise<execa.ExecaReturnValue> =>
      execa(path.join(directory, "node"), args, { cwd: project, env, reject: false, all: true });
    const version = (await node("--version")).stdout;
    const runs = [
      ["unit tests of settings and guard", [...mocha, ...unitTests]],
      ["preview dev --rehearse", ["bin/groundwork.js", "preview", "dev", "--rehearse"]],
      ["a small stack through the engine", [...mocha, ...engineTests]],
    ] as const;
    for (const [what, args] of withoutEngine ? runs.slice(0, 1) : runs) {
      const { exitCode, all = "" } = await node(...args);
      const said = all.trimEnd().split("\n");
      console.log(`Node.js ${version}: ${what}: ${exitCode === 0 ? "passed" : `exit code ${exitCode}`}`);
      console.log(
        said
          .slice(exitCode === 0 ? -1 : -60)
          .map((line) => `  ${line.trim()}`)
          .join("\n"),
      );
      failed += exitCode === 0 ? 0 : 1;
    }
  }
  return failed === 0 ? 0 : 1;
}

const mocha = [
  ...["node_modules/mocha/bin/mocha.js", "--no-config", "--reporter", "dot", "--timeout", "600000"],
  ...["--require", "./bin/lean-sdk.js", "--require", "./bin/register-typescript.js"],
];

/** The folder with the newest `node` of a major version. */
async function fetched(major: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const directory = path.join(cacheDirectory, "node", major);
  const bin = path.join(directory, "node_modules", name, "bin");
  if (!existsSync(path.join(bin, "node"))) {
    const args = [
      "install",
      "--prefix",
      directory,
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      `${name}@${major}`,
    ];
    await execa("npm", args, { cwd: project, stdio: ["ignore", "ignore", "inherit"] });
  }
  return bin;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
