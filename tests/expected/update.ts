import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { recordProgram, stacks } from "../support/program";
import { differences } from "./differences";
import { describe, directoryOf, readExpected } from "./files";
import { guardSnapshot, readGuardSnapshot, writeGuardSnapshot } from "./guard";

/** `npm run expected:update`: writes what the program registers for each stack, and says what that changes. */
async function update(): Promise<void> {
  const guarded = differences(
    new Map([["guard.json", readGuardSnapshot()]]),
    new Map([["guard.json", guardSnapshot()]]),
  );
  writeGuardSnapshot();
  console.log(["guard", ...guarded].join("\n  "));
  for (const stack of stacks) {
    const actual = describe(await recordProgram(stack));
    const changed = differences(readExpected(stack), actual);
    const directory = directoryOf(stack);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    for (const [name, content] of actual) {
      writeFileSync(path.join(directory, name), `${JSON.stringify(content, undefined, 2)}\n`);
    }
    console.log(`${stack}: ${actual.size} files, ${changed.length} differences`);
    for (const line of changed) {
      console.log(`  ${line}`);
    }
  }
}

update().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
