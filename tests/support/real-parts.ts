import * as path from "node:path";
import { readEnvironment } from "../../settings/environment";
import { findOnPath } from "../../toolchain/executables";

/** A program from outside that tests run against, in place of a stand-in of their own. */
export interface RealPart<T> {
  /** Where it is; undefined where it is not. */
  find(): T | Promise<T | undefined> | undefined;
  /** What is missing and how to have it: "PostgreSQL (Debian: apt-get install postgresql)". */
  readonly howToHave: string;
  /**
   * Whether this machine grants what the part needs besides programs, such as namespaces. What it does not grant nobody can install:
   * then CI skips the suite too, and says so at the end. Default: it does.
   */
  readonly isGranted?: () => Promise<boolean>;
  /** How long finding it may take, where it has to be built. Default: as long as a test. */
  readonly milliseconds?: number;
}

/**
 * Programs that all have to be there: on the PATH, or where Debian keeps what root calls. A suite gets where each is.
 *
 * @param folders Where to look instead, apart by colons.
 */
export function installed<Name extends string>(
  names: readonly Name[],
  howToHave: string,
  folders?: string,
): RealPart<Readonly<Record<Name, string>>> {
  return {
    howToHave,
    find: async () => {
      const places =
        folders ?? [readEnvironment(process.cwd()).path, "/usr/sbin", "/sbin"].join(path.delimiter);
      const found = await Promise.all(
        names.map(async (name) => [name, (await findOnPath(name, places))[0]] as const),
      );
      return found.some(([, file]) => file === undefined)
        ? undefined
        : (Object.fromEntries(found) as Record<Name, string>);
    },
  };
}

/** Two parts that have to be there both. */
export function both<First, Second>(
  first: RealPart<First>,
  second: RealPart<Second>,
): RealPart<readonly [First, Second]> {
  return {
    howToHave: `${first.howToHave}, and ${second.howToHave}`,
    isGranted: async () => ((await first.isGranted?.()) ?? true) && ((await second.isGranted?.()) ?? true),
    find: async () => {
      const [one, other] = [await first.find(), await second.find()];
      return one === undefined || other === undefined ? undefined : [one, other];
    },
  };
}

/** Said once at the end, behind the runner's count. */
const missing = new Set<string>();

/** A suite that needs a real part. Where it is missing the suite is skipped, and that is said at the end; in CI it fails, unless the machine does not grant it. */
export function describeWith<T>(title: string, part: RealPart<T>, suite: (found: () => T) => void): void {
  describe(title, () => {
    let found: T | undefined;
    before(async function () {
      if (part.milliseconds !== undefined) {
        this.timeout(part.milliseconds);
      }
      found = await part.find();
      if (found !== undefined) {
        return;
      }
      forgetHooks(this.test?.parent);
      const message = `"${title}" was skipped. It needs ${part.howToHave}.`;
      if (readEnvironment(process.cwd()).ci && ((await part.isGranted?.()) ?? true)) {
        throw new Error(message);
      }
      if (missing.size === 0) {
        process.on("exit", () => {
          process.stderr.write(`\n${[...missing].join("\n")}\n`);
        });
      }
      missing.add(message);
      this.skip();
    });
    suite(() => {
      if (found === undefined) {
        throw new Error("asked for before it is there");
      }
      return found;
    });
  });
}

/**
 * Mocha runs the `after` hooks of a suite that was skipped or whose first hook failed, and every hook of the suites in it: they
 * would use what was never made, and fail.
 */
function forgetHooks(suite: Mocha.Suite | undefined): void {
  const { _beforeAll, _beforeEach, _afterEach, _afterAll } = suite as unknown as Hooks;
  for (const hooks of [_beforeAll, _beforeEach, _afterEach, _afterAll]) {
    hooks.length = 0;
  }
  suite?.suites.forEach(forgetHooks);
}

/** Where Mocha keeps them: it has no way to take one off. */
type Hooks = Readonly<Record<"_beforeAll" | "_beforeEach" | "_afterEach" | "_afterAll", unknown[]>>;
