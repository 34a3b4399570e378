import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { scratch } from "../../support/scratch";
import { Walk, type Prepared } from "./walk";

const stoodUp = new Map<string, Promise<Walk>>();

/**
 * A walk that takes long to prepare, to be copied. It is prepared once for all tests of a run: by the process that asks first, while
 * the others wait.
 *
 * @param name no two may have the same.
 */
export function preparedOnce(name: string, prepare: () => Promise<Walk>): Promise<Walk> {
  const known = stoodUp.get(name) ?? preparedAmongProcesses(name, prepare);
  stoodUp.set(name, known);
  return known;
}

async function preparedAmongProcesses(name: string, prepare: () => Promise<Walk>): Promise<Walk> {
  const place = path.join(scratch, `prepared-${name.replaceAll(/\W/g, "-")}`);
  const result = path.join(place, "result.json");
  if (mkdirSync(place, { recursive: true }) !== undefined) {
    const outcome = await prepare().then(
      ({ project, rehearsal }) => ({ project, rehearsal }),
      (error: unknown) => ({ failure: String(error) }),
    );
    writeFileSync(`${result}.new`, JSON.stringify(outcome));
    renameSync(`${result}.new`, result);
  }
  while (!existsSync(result)) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return Walk.prepared(JSON.parse(readFileSync(result, "utf8")) as Prepared);
}

/** A walk on which the stack stands, each caller's own. `stores`: dev, of which there is no more than in `Walk.stores`. */
export async function standing(stack: "dev" | "prod" | "stores"): Promise<Walk> {
  const base = await preparedOnce(`standing ${stack}`, async () => {
    const walk = stack === "stores" ? Walk.stores() : Walk.create();
    await walk.done("rehearse", stack === "stores" ? "dev" : stack);
    return walk;
  });
  return base.copy();
}
