import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { typeFacts } from "../../rehearsal/catalogue/facts";
import { Cloud, type CloudOptions } from "../../rehearsal/cloud/cloud";
import type { LogLine } from "../../rehearsal/cloud/log";
import type { CloudRecord } from "../../rehearsal/cloud/store";
import { checkInputs } from "../../rehearsal/interpreter/check";
import { applyDefaults } from "../../rehearsal/interpreter/defaults";
import { Interpreter } from "../../rehearsal/interpreter/interpreter";
import type { Target } from "../../rehearsal/interpreter/target";
import type { PackageModel } from "../../rehearsal/interpreter/package-model";
import type { State } from "../../rehearsal/interpreter/reported";
import type { Values } from "../../rehearsal/interpreter/values";
import { awsProvider } from "../../rehearsal/packages/aws/provider";

/** A resource that the cloud has, with what is needed to ask for it again. */
export interface Made extends State {
  readonly target: Target;
}

/** A provider of the rehearsal cloud without the engine before it: what Check, Create and so on would be asked. */
export class RehearsedProvider<Config> {
  private readonly interpreter: Interpreter<Config>;
  private readonly config: Config;

  constructor(
    private readonly model: PackageModel<Config>,
    readonly cloud: Cloud,
    readonly directory: string,
    settings: Values,
  ) {
    this.interpreter = new Interpreter(model, cloud);
    this.config = model.configure(settings);
  }

  /** Another provider of the same cloud. */
  as<Other>(model: PackageModel<Other>, settings: Values): RehearsedProvider<Other> {
    return new RehearsedProvider(model, this.cloud, this.directory, settings);
  }

  /** Inputs as Check returns them. @throws Error when they are not what the package declares. */
  check(type: string, name: string, inputs: Values, oldInputs?: Values): Values {
    const facts = typeFacts(type);
    if (!facts) throw new Error(`${type} is not declared`);
    const filled = applyDefaults(type, inputs, { name, ...(oldInputs && { oldInputs }) });
    const failures = checkInputs(type, filled, name);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    return { ...filled, ...this.model.additions(facts, filled, this.config) };
  }

  async create(type: string, name: string, inputs: Values): Promise<Made> {
    const target = targetOf(type, name);
    return {
      ...(await this.interpreter.create(target, this.check(type, name, inputs), this.config)),
      target,
    };
  }

  async update(made: Made, inputs: Values): Promise<Made> {
    const { type, name } = made.target;
    const checked = this.check(type, name, inputs, made.inputs);
    return {
      ...(await this.interpreter.update(made.target, made, checked, this.config)),
      target: made.target,
    };
  }

  async read(made: Made): Promise<State | undefined> {
    return this.interpreter.read(made.target, made.id, made, this.config);
  }

  async import(type: string, id: string): Promise<State | undefined> {
    return this.interpreter.read(targetOf(type, "imported"), id, undefined, this.config);
  }

  async delete(made: Made): Promise<void> {
    await this.interpreter.delete(made.target, made, this.config);
  }

  async invoke(token: string, args: Values): Promise<Values> {
    return this.interpreter.invoke(token, args, this.config);
  }

  previewCreate(type: string, name: string, inputs: Values): Values {
    return this.interpreter.previewCreate(targetOf(type, name), this.check(type, name, inputs), this.config);
  }

  previewUpdate(made: Made, inputs: Values): Values {
    const { type, name } = made.target;
    const checked = this.check(type, name, inputs, made.inputs);
    return this.interpreter.previewUpdate(made.target, made, checked, this.config);
  }

  records(type?: string): CloudRecord[] {
    return this.cloud.store.all().filter((record) => type === undefined || record.type === type);
  }

  log(): LogLine[] {
    const text = readFileSync(join(this.directory, "log.jsonl"), "utf8");
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as LogLine);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** An empty cloud, as account 111122223333 in eu-west-1 sees it. Call `remove` when done. */
export function rehearsedAws(
  options: Partial<CloudOptions> = {},
  settings: Values = {},
): RehearsedProvider<unknown> {
  const directory = mkdtempSync(join(tmpdir(), "groundwork-cloud-"));
  mkdirSync(directory, { recursive: true });
  const model: PackageModel = awsProvider("111122223333");
  return new RehearsedProvider(model, new Cloud({ directory, patience: 20, ...options }), directory, {
    region: "eu-west-1",
    ...settings,
  });
}

function targetOf(type: string, name: string): Target {
  return { urn: `urn:pulumi:dev::try::${type}::${name}`, type, name };
}

/** The message of what is thrown; fails when nothing is. */
export async function refusal(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("This was to be refused, and was not.");
}
