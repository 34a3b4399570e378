import { readEnvironment } from "../../settings/environment";

/** A program from outside that tests run against, in place of a stand-in of their own. */
export interface RealPart<T> {
  /** Where it is; undefined where it is not. */
  find(): T | Promise<T | undefined> | undefined;
  /** What is missing and how to have it: "PostgreSQL (Debian: apt-get install postgresql)". */
  readonly howToHave: string;
  /** How long finding it may take, where it has to be built. Default: as long as a test. */
  readonly milliseconds?: number;
}

/** Said once at the end, behind the runner's count. */
const missing = new Set<string>();

/** A suite that needs a real part. Where it is missing the suite is skipped, and that is said at the end; in CI it fails. */
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
      const message = `"${title}" was skipped. It needs ${part.howToHave}.`;
      if (readEnvironment(process.cwd()).ci) {
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
