import { expect } from "chai";
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { PlanFiles } from "../../../operations/engine/plan-files";
import { readPlan } from "../../../operations/plan/plan";
import type { DriftEntry } from "../../../operations/plan/drift";
import type { PlanReport } from "../../../operations/plan/report";
import { OpenedPlan } from "../../../operations/plan/sealed/opening";
import { requireSettled } from "../../../operations/plan/sealed/sealable";
import { Sealing, type SealedCommand, type SealOptions } from "../../../operations/plan/sealed/sealing";
import type { OpenStack } from "../../../operations/plan/workspace";
import type { CommandContext } from "../../../operations/terminal/command-context";
import { FailedError, OperationError } from "../../../operations/terminal/errors";
import { Output } from "../../../operations/terminal/output";
import { readEnvironment } from "../../../settings/environment";
import { FakeTerminal } from "../../support/fake-terminal";
import { scratch } from "../../support/scratch";
import { recorded, thing } from "../fixtures";

/** A checkout with a stack, without an engine: what is asked of one is answered here. */
class Checkout {
  state: object = { manifest: { time: "2026-12-01T08:00:00Z" }, resources: [{ urn: "urn:one", id: "1" }] };
  engine = "3.276.0";
  passphrase = "first";
  /** What the stack's history has, the newest first. */
  runs: readonly object[] = [];
  variables: NodeJS.ProcessEnv = { PULUMI_BACKEND_URL: "s3://states" };
  stackName = "dev";
  /** What the engine uses in place of the stack's own file, in a rehearsal. */
  copyOfStackFile: string | undefined;
  readonly terminal = new FakeTerminal();

  constructor(readonly directory: string) {}

  static create(): Checkout {
    const made = new Checkout(path.join(mkdtempSync(path.join(scratch, "sealed-")), "project"));
    made.write("Pulumi.yaml", "name: groundwork\n");
    made.write("Pulumi.dev.yaml", "encryptionsalt: v1:salt\nconfig: {}\n");
    made.write("Pulumi.prod.yaml", "encryptionsalt: v1:salt\nconfig: {}\n");
    made.write("package.json", '{ "dependencies": { "@pulumi/aws": "7.21.0", "yaml": "2.9.1" } }\n');
    made.write("components/queue.ts", "export {};\n");
    made.write(".gitignore", "node_modules/\n");
    made.write("node_modules/@pulumi/aws/package.json", '{ "version": "7.21.0" }\n');
    made.git("init", "--quiet");
    made.commit();
    return made;
  }

  copy(): Checkout {
    const other = new Checkout(path.join(mkdtempSync(path.join(scratch, "sealed-")), "elsewhere"));
    cpSync(this.directory, other.directory, { recursive: true });
    return other;
  }

  write(name: string, text: string): void {
    mkdirSync(path.dirname(this.file(name)), { recursive: true });
    writeFileSync(this.file(name), text);
  }

  file(name: string): string {
    return path.join(this.directory, name);
  }

  git(...args: readonly string[]): string {
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    return execFileSync("git", [...who, ...args], { cwd: this.directory, encoding: "utf8" });
  }

  commit(): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", "Change something");
  }

  private get context(): CommandContext {
    const { PATH, HOME } = readEnvironment(this.directory).variables;
    const git = { GIT_AUTHOR_NAME: "Ada", GIT_CONFIG_COUNT: "2", ...config("user.name", "Ada", 0) };
    const variables = {
      PATH,
      HOME,
      ...git,
      ...config("user.email", "ada@example.org", 1),
      ...this.variables,
    };
    return {
      project: { directory: this.directory, name: "groundwork" },
      environment: readEnvironment(this.directory, variables),
      output: new Output(this.terminal.terminal, false, true),
      yes: true,
      rehearsal: undefined,
    };
  }

  private get stack(): OpenStack {
    const { passphrase } = this;
    const name = "groundwork:sealedPlan";
    return {
      name: this.stackName,
      settingsFile: this.file(`Pulumi.${this.stackName}.yaml`),
      stackFile: this.copyOfStackFile ?? this.file(`Pulumi.${this.stackName}.yaml`),
      engine: {
        checkpoint: () => Promise.resolve(this.state),
        updates: () => Promise.resolve(this.runs),
      },
      ledger: () => Promise.resolve({ kind: "none", reason: "" }),
      engineOptions: { version: this.engine },
      planFiles: new PlanFiles(),
      cipher: {
        encrypt: (values: Record<string, string>, provider: object) =>
          Promise.resolve({ values: { [name]: `${passphrase}:${values["sealedPlan"] ?? ""}` }, provider }),
        decrypt: ({ values }: { readonly values: Record<string, string> }) => {
          const [by, key] = (values[name] ?? "").split(":");
          return by === passphrase
            ? Promise.resolve({ sealedPlan: key ?? "" })
            : Promise.reject(new FailedError("error: incorrect passphrase"));
        },
      },
    } as unknown as OpenStack;
  }

  async seal(
    options: Partial<SealOptions> & { readonly report?: PlanReport; readonly command?: SealedCommand } = {},
  ): Promise<string> {
    const { file = `${this.directory}.plan`, hours, report = reportOf("mixed"), command = "up" } = options;
    const sealing = await Sealing.begin(this.context, this.stack, { file, ...(hours && { hours }) });
    const enginePlan = `${this.directory}.json`;
    writeFileSync(
      enginePlan,
      JSON.stringify({ resourcePlans: { "urn:secret-name": { steps: ["create"] } } }),
    );
    await sealing.finish(command, report, enginePlan);
    return file;
  }

  open(file: string, command: SealedCommand = "up", now?: Date): Promise<OpenedPlan> {
    return OpenedPlan.open(this.context, this.stack, file, command, {}, now);
  }

  stillHolds(opened: OpenedPlan, now?: Date): Promise<void> {
    return opened.requireStill(this.context, this.stack, now);
  }

  /** Exit code, message and what differs of an opening that must be refused. */
  async refusal(file: string, command?: SealedCommand, now?: Date): Promise<Refused> {
    return refused(() => this.open(file, command, now));
  }
}

function config(key: string, value: string, index: number): NodeJS.ProcessEnv {
  return { [`GIT_CONFIG_KEY_${index}`]: key, [`GIT_CONFIG_VALUE_${index}`]: value };
}

interface Refused {
  readonly exitCode: number;
  readonly message: string;
  readonly what: readonly string[];
}

async function refused(action: () => unknown): Promise<Refused> {
  try {
    await action();
  } catch (error) {
    if (error instanceof OperationError) {
      const what = error.problems.map((one) => (one as { readonly what: string }).what);
      return { exitCode: error.exitCode, message: error.message, what };
    }
    throw error;
  }
  throw new Error("It was not refused.");
}

function reportOf(recording: "mixed" | "create"): PlanReport {
  return {
    stack: "dev",
    plan: readPlan(recorded(recording)),
    ...{ refusals: [], policyViolations: [], errors: [], warnings: [], exceptions: [] },
    cloud: { isRead: false, from: undefined },
  };
}

describe("a sealed plan", () => {
  it("is opened in another checkout of the same commit, and says by whom it was sealed and what for", async () => {
    const first = Checkout.create();
    first.variables = {
      ...first.variables,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "example/infra",
      GITHUB_RUN_ID: "42",
    };
    const file = await first.seal();
    const other = first.copy();
    rmSync(first.directory, { recursive: true });
    const opened = await other.open(file);
    expect(opened.applied).to.deep.include({
      file,
      by: "Ada <ada@example.org>",
      run: "https://github.com/example/infra/actions/runs/42",
      commit: other.git("rev-parse", "HEAD").trim(),
    });
    expect(opened.message).to.equal(
      `sealed plan ${opened.applied.sha256} by Ada <ada@example.org>, commit ${opened.applied.commit}`,
    );
    opened.requireSame(reportOf("mixed"));
    expect(other.terminal.err).to.contain(
      `Applying ${file}: sealed less than 1 h ago by Ada <ada@example.org>`,
    );
  });

  it("shows nobody what is in it: neither names, nor paths of the checkout; and only its owner may read the file", async () => {
    const checkout = Checkout.create();
    const file = await checkout.seal();
    const text = readFileSync(file, "utf8");
    expect(text).to.contain('"stack": "dev"').and.to.contain('"encryptedBy": "passphrase"');
    for (const hidden of ["urn:", "secret-name", checkout.directory, "s3://states", "7.21.0"]) {
      expect(text).to.not.contain(hidden);
    }
    expect(statSync(file).mode & 0o777).to.equal(0o600);
  });

  const moved: readonly (readonly [
    what: string,
    change: (checkout: Checkout) => void,
    differs: readonly string[],
  ])[] = [
    [
      "another commit, even without a change in it",
      (checkout) => {
        checkout.commit();
      },
      ["the commit"],
    ],
    [
      "a change that is not committed",
      (checkout) => {
        checkout.write("components/queue.ts", "export const other = 1;\n");
      },
      ["what is not committed"],
    ],
    [
      "a new file in a folder of the program",
      (checkout) => {
        checkout.write("components/other.ts", "export {};\n");
      },
      ["what is not committed"],
    ],
    [
      "a new file of code beside the program's folders",
      (checkout) => {
        checkout.write("own/queue.ts", "export {};\n");
      },
      ["what is not committed"],
    ],
    [
      "another stack file, committed or not",
      (checkout) => {
        checkout.write("Pulumi.dev.yaml", "encryptionsalt: v1:salt\nconfig: {} # changed\n");
      },
      ["what is not committed", "Pulumi.dev.yaml"],
    ],
    [
      "another state",
      (checkout) => {
        checkout.state = { manifest: { time: "2026-12-01T09:00:00Z" }, resources: [] };
      },
      ["the state"],
    ],
    [
      "something that a run has begun",
      (checkout) => {
        checkout.state = { ...checkout.state, pending_operations: [{ type: "creating" }] };
      },
      ["the state"],
    ],
    [
      "another backend",
      (checkout) => {
        checkout.variables = { PULUMI_BACKEND_URL: "azblob://states?storage_account=other" };
      },
      ["the backend of the state"],
    ],
    [
      "another engine",
      (checkout) => {
        checkout.engine = "3.277.0";
      },
      ["the engine"],
    ],
    [
      "another version of a provider",
      (checkout) => {
        checkout.write("node_modules/@pulumi/aws/package.json", '{ "version": "7.22.0" }\n');
      },
      ["@pulumi/aws"],
    ],
    [
      "several of them, all told at once",
      (checkout) => {
        checkout.engine = "3.277.0";
        checkout.commit();
      },
      ["the commit", "the engine"],
    ],
  ];
  for (const [what, change, differs] of moved) {
    it(`is refused for ${what}`, async () => {
      const checkout = Checkout.create();
      const file = await checkout.seal();
      change(checkout);
      const { exitCode, message, what: told } = await checkout.refusal(file);
      expect(exitCode, message).to.equal(3);
      expect(told).to.deep.equal(differs);
      expect(message).to.contain("what it was sealed for has moved on. Nothing was touched.");
      expect(message).to.contain(`\`./groundwork preview dev --out ${file}\` makes a new one`);
    });
  }

  it("says which settings differ, and of a secret only that it does", async () => {
    const checkout = Checkout.create();
    const config = (text: string): void => {
      checkout.write("Pulumi.dev.yaml", `encryptionsalt: v1:salt\nconfig:\n${text}`);
      checkout.commit();
    };
    const before = "  groundwork:mail: { secure: v1:one }\n  groundwork:post: hunter2\n";
    config(`${before}  groundwork:database: { days: 5, size: small }\n`);
    const file = await checkout.seal();
    const after = "  groundwork:mail: { secure: v1:two }\n  groundwork:post: { secure: v1:three }\n";
    config(`${after}  groundwork:database: { days: 6 }\n`);
    const { message } = await checkout.refusal(file);
    for (const line of [
      "  Pulumi.dev.yaml groundwork:mail.secure: a secret when it was sealed, another now",
      "  Pulumi.dev.yaml groundwork:post: in clear when it was sealed, a secret now",
      "  Pulumi.dev.yaml groundwork:database.days: 5 when it was sealed, 6 now",
      "  Pulumi.dev.yaml groundwork:database.size: small when it was sealed, nothing now",
    ]) {
      expect(message).to.contain(`${line}\n`);
    }
    expect(message).to.not.contain("v1:two").and.to.not.contain("hunter2");
  });

  it("says of what has moved on what it was and what it is", async () => {
    const checkout = Checkout.create();
    const file = await checkout.seal();
    checkout.engine = "3.277.0";
    const { message } = await checkout.refusal(file);
    expect(message).to.contain("  the engine: 3.276.0 when it was sealed, 3.277.0 now\n");
  });

  it("holds for the same state written again, from another line of the program, and for files beside the program", async () => {
    const checkout = Checkout.create();
    const file = await checkout.seal();
    checkout.state = {
      manifest: { time: "2026-12-01T10:00:00Z" },
      resources: [{ id: "1", urn: "urn:one", sourcePosition: "project:///index.ts#1,1" }],
    };
    checkout.write("report.html", "");
    checkout.write("artifacts/preview.md", "");
    expect((await checkout.open(file)).plan.refresh).to.equal(false);
  });

  it("holds in another rehearsal, whose copy of the stack file is encrypted anew, and not for another copy", async () => {
    const checkout = Checkout.create();
    const copy = (text: string): void => {
      checkout.copyOfStackFile = `${checkout.directory}.copy.yaml`;
      writeFileSync(checkout.copyOfStackFile, text);
    };
    copy("encryptionsalt: v1:salt\nconfig:\n  groundwork:mail:\n    secure: v1:one\n");
    const file = await checkout.seal();
    copy("encryptionsalt: v1:salt\nconfig:\n  groundwork:mail:\n    secure: v1:two\n");
    await checkout.open(file);
    copy("encryptionsalt: v1:salt\nconfig:\n  groundwork:post:\n    secure: v1:two\n");
    expect((await checkout.refusal(file)).what).to.deep.equal([
      "Pulumi.dev.yaml groundwork:mail",
      "Pulumi.dev.yaml groundwork:post",
    ]);
  });

  it("may lie in the program's own folders", async () => {
    const checkout = Checkout.create();
    const file = await checkout.seal({ file: checkout.file("components/plan") });
    expect((await checkout.open(file)).plan.made.uncommitted).to.equal("");
  });

  it("of work that is not committed is told to be that, and opens where exactly that is", async () => {
    const checkout = Checkout.create();
    checkout.write("components/queue.ts", "export const other = 1;\n");
    const file = await checkout.seal();
    expect(checkout.terminal.err).to.contain("1 file is not as in commit ");
    await checkout.open(file);
    checkout.git("checkout", "--quiet", "--", ".");
    expect((await checkout.refusal(file)).what).to.deep.equal(["what is not committed"]);
  });

  it("tells a file that was moved from one that was copied", async () => {
    const checkout = Checkout.create();
    checkout.git("mv", "components/queue.ts", "components/other.ts");
    const file = await checkout.seal();
    await checkout.open(file);
    checkout.write("components/queue.ts", "export {};\n");
    checkout.git("add", "components/queue.ts");
    expect((await checkout.refusal(file)).what).to.deep.equal(["what is not committed"]);
  });

  it("is applied once, also where the state is again what it was before", async () => {
    const checkout = Checkout.create();
    const file = await checkout.seal();
    const { message } = await checkout.open(file);
    const [startTime, endTime] = [Date.now() + 60_000, Date.now() + 120_000].map((at) => new Date(at));
    const run = { kind: "update", message, startTime, endTime };
    checkout.runs = [{ ...run, result: "failed" }];
    await checkout.open(file);
    checkout.runs = [
      { ...run, message: "Take it back", result: "succeeded" },
      { ...run, result: "succeeded" },
    ];
    const { exitCode, message: said } = await checkout.refusal(file);
    expect(exitCode).to.equal(3);
    expect(said).to.contain(
      `it was applied already, by the run that ended at ${endTime?.toISOString() ?? ""}`,
    );
  });

  it("is held against what is here once more when a person has answered, its time too", async () => {
    const checkout = Checkout.create();
    const opened = await checkout.open(await checkout.seal());
    await checkout.stillHolds(opened);
    const late = await refused(() => checkout.stillHolds(opened, new Date(Date.now() + 25 * 3_600_000)));
    expect([late.exitCode, late.what]).to.deep.equal([3, ["the time"]]);
    checkout.state = { resources: [{ urn: "urn:one", id: "2" }] };
    const moved = await refused(() => checkout.stillHolds(opened));
    expect([moved.exitCode, moved.what]).to.deep.equal([3, ["the state"]]);
  });

  it("is refused when its time is over, 24 hours after it was sealed unless that was said otherwise", async () => {
    const checkout = Checkout.create();
    const at = (hours: number): Date => new Date(Date.now() + hours * 3_600_000);
    const file = await checkout.seal();
    await checkout.open(file, "up", at(23.9));
    const { exitCode, message, what } = await checkout.refusal(file, "up", at(24.1));
    expect([exitCode, what]).to.deep.equal([3, ["the time"]]);
    expect(message).to.contain("its time is over");
    await checkout.open(file, "up", at(-0.9));
    const early = await checkout.refusal(file, "up", at(-1.1));
    expect([early.exitCode, early.what]).to.deep.equal([3, ["the time"]]);
    expect(early.message).to.contain("the clock here is behind: by it the plan is not sealed yet");
    const longer = await checkout.seal({ hours: 48 });
    await checkout.open(longer, "up", at(47.9));
  });

  it("is refused for another stack, and for another command", async () => {
    const checkout = Checkout.create();
    const file = await checkout.seal();
    const other = await checkout.refusal(file, "destroy");
    expect([other.exitCode, other.what]).to.deep.equal([3, ["the command"]]);
    expect(other.message).to.contain("the command: up when it was sealed, destroy now");
    checkout.stackName = "prod";
    const { exitCode, what, message } = await checkout.refusal(file);
    expect([exitCode, what]).to.deep.equal([3, ["the stack"]]);
    expect(message).to.contain("the stack: dev when it was sealed, prod now");
    expect(message).to.contain("`./groundwork preview prod --out ");
  });

  it("is refused under another key, in the engine's words", async () => {
    const checkout = Checkout.create();
    const file = await checkout.seal();
    checkout.passphrase = "second";
    const { exitCode, message } = await checkout.refusal(file);
    expect(exitCode).to.equal(3);
    expect(message).to.contain("the key of dev does not open it");
    expect(message).to.contain("error: incorrect passphrase");
  });

  it("is refused when a single character of it was changed, whichever", async () => {
    const checkout = Checkout.create();
    const file = await checkout.seal();
    const text = readFileSync(file, "utf8");
    const places = [
      text.indexOf('"until": "20') + '"until": "20'.length,
      text.indexOf('"format"'),
      text.indexOf("first:") + 10,
      text.indexOf('"sealed": "') + 400,
      text.length - 6,
      text.length - 1,
    ];
    for (const place of places) {
      const other = text[place] === "9" ? "8" : "9";
      writeFileSync(file, text.slice(0, place) + other + text.slice(place + 1));
      const { exitCode, message } = await checkout.refusal(file);
      expect(exitCode, `${text.slice(place - 10, place + 10)}: ${message}`).to.equal(3);
    }
    writeFileSync(file, text.slice(0, -100));
    expect((await checkout.refusal(file)).message).to.contain("somebody has altered it: it is cut off");
    // The same bytes, written otherwise: it would have another hash in the history.
    writeFileSync(file, text.replace('"sealed": "', '"sealed": " '));
    expect((await checkout.refusal(file)).message).to.contain("its text is not as it was written");
    writeFileSync(file, text.replaceAll("\n", "\r\n"));
    expect((await checkout.refusal(file)).exitCode).to.equal(3);
    writeFileSync(file, text);
    await checkout.open(file);
  });

  it("of parts of two is none", async () => {
    const checkout = Checkout.create();
    const one = readFileSync(await checkout.seal(), "utf8");
    const file = await checkout.seal({ hours: 100 });
    const two = readFileSync(file, "utf8");
    const until = /"until": ".*"/;
    writeFileSync(file, one.replace(until, until.exec(two)?.[0] ?? ""));
    const { exitCode, message } = await checkout.refusal(file);
    expect(exitCode).to.equal(3);
    expect(message).to.contain("what it says of itself and what is sealed in it do not belong together");
  });

  it("is not what is something else, or not there: the call is wrong then", async () => {
    const checkout = Checkout.create();
    const foreign = await checkout.refusal(checkout.file("Pulumi.yaml"));
    expect(foreign.exitCode).to.equal(2);
    expect(foreign.message).to.contain("that is no sealed plan");
    const absent = await checkout.refusal(checkout.file("absent"));
    expect(absent.exitCode).to.equal(2);
    expect(absent.message).to.contain("it cannot be read (ENOENT)");
  });

  it("is refused when a preview finds something else than was sealed, with what", async () => {
    const checkout = Checkout.create();
    const opened = await checkout.open(await checkout.seal());
    const { exitCode, message } = await refused(() => {
      opened.requireSame(reportOf("create"));
    });
    expect(exitCode).to.equal(3);
    expect(message).to.contain("a preview finds something else now than was sealed");
    expect(message).to.match(/fake:index:Thing \w+.*: .+ when it was sealed, .+ now/);
  });

  it("is refused when something has moved since in the cloud that a run would leave as it is", async () => {
    const checkout = Checkout.create();
    const read = (...moved: readonly DriftEntry[]): PlanReport => ({
      ...reportOf("mixed"),
      cloud: { isRead: true, at: "2026-12-01T08:00:00Z", drift: { moved, byDesign: [] } },
    });
    const opened = await checkout.open(await checkout.seal({ report: read() }));
    opened.requireSame(read());
    const urn = thing("wall");
    const properties = [{ path: "ingress", from: [], to: ["tcp 22"], willBe: "kept" as const }];
    const entry = { urn, type: "fake:index:Thing", name: "wall", id: "sg-1", isGone: false, properties };
    const { exitCode, message } = await refused(() => {
      opened.requireSame(read({ ...entry, willBe: "kept" }));
    });
    expect(exitCode).to.equal(3);
    expect(message).to.contain(
      '  the cloud, moved outside: nothing of that when it was sealed, fake:index:Thing wall (sg-1): ingress [] -> ["tcp 22"] now\n',
    );
  });
});

describe("sealing a plan", () => {
  it("takes an older one away before, so that none is left where this one is refused", async () => {
    const checkout = Checkout.create();
    const file = await checkout.seal();
    // A report without a plan: what cannot be sealed.
    await checkout.seal({ report: {} as PlanReport }).catch(() => undefined);
    expect(existsSync(file)).to.equal(false);
  });

  it("writes over nothing but a sealed plan, and into no folder that is not there", async () => {
    const checkout = Checkout.create();
    const over = await refused(() => checkout.seal({ file: checkout.file("Pulumi.yaml") }));
    expect([over.exitCode, over.message.includes("is not written over")]).to.deep.equal([2, true]);
    expect(readFileSync(checkout.file("Pulumi.yaml"), "utf8")).to.equal("name: groundwork\n");
    const nowhere = await refused(() => checkout.seal({ file: checkout.file("absent/plan") }));
    expect([nowhere.exitCode, nowhere.message.includes("there is no folder")]).to.deep.equal([2, true]);
  });

  it("waits for what a run would take over into the state before: a sealed plan does nothing besides", async () => {
    const stack = { name: "dev", call: (command: string) => `./groundwork ${command} dev` } as OpenStack;
    requireSettled(stack, 0);
    const { exitCode, message } = await refused(() => {
      requireSettled(stack, 1);
    });
    expect(exitCode).to.equal(3);
    expect(message).to.contain("`./groundwork up dev` would first take over into the state of dev");
  });

  it("needs a commit", async () => {
    const checkout = Checkout.create();
    rmSync(checkout.file(".git"), { recursive: true });
    const { exitCode, message } = await refused(() => checkout.seal());
    expect(exitCode).to.equal(2);
    expect(message).to.contain("A plan is sealed for a commit, and git names none here.");
  });
});
