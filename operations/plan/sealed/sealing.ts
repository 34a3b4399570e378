import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { providerOf } from "../../engine/encrypted-values";
import { readText } from "../../engine/stack-file-edit";
import type { CommandContext } from "../../terminal/command-context";
import { FailedError, UsageError } from "../../terminal/errors";
import { count } from "../../terminal/output";
import type { EnginePlan } from "../held-plan";
import { whoAnswers } from "../memory/who";
import type { PlanReport } from "../report";
import type { OpenStack } from "../workspace";
import { circumstancesOf, short, type Circumstances } from "./circumstances";
import { AlteredSeal, keyBytes, readEnvelope, sealedText } from "./envelope";
import { judgedPlan, type JudgedPlan } from "./judged";

export type SealedCommand = "up" | "destroy";

/** Everything that a sealed plan says. */
export interface SealedPlan {
  /** What it holds for. */
  readonly made: Circumstances;
  /** Whether the cloud was read first; the run that carries it out reads it again, or does not. */
  readonly refresh: boolean;
  /** What the gate has judged, and let pass. */
  readonly judged: JudgedPlan;
  /** The engine's own, to which a run is held. The engine has none for a destroy. */
  readonly engine?: EnginePlan;
  /** Who sealed it: whom git names, or who is logged in. */
  readonly by: string;
  /** Where it was sealed, if by a CI service: the address of that run. */
  readonly run?: string;
}

export interface SealOptions {
  /** Where it is to be written. */
  readonly file: string;
  /** Hours for which it may be applied. Default: 24, so that what is approved in the evening can be applied in the morning. */
  readonly hours?: number;
}

/** What `--json` says of a plan that was sealed. */
export interface SealedFile {
  readonly file: string;
  /** ISO 8601. */
  readonly until: string;
  /** SHA-256 of the file. */
  readonly sha256: string;
}

const defaultHours = 24;

/** The name under which the key is encrypted, in a stack file that nobody else sees. */
export const keyName = "sealedPlan";

const hour = 3_600_000;

/** A plan that is to be sealed: begun before the preview, so that whatever moves meanwhile is seen when it is applied. */
export class Sealing {
  private constructor(
    private readonly context: CommandContext,
    private readonly stack: OpenStack,
    private readonly options: Required<SealOptions>,
    private readonly made: Circumstances,
  ) {}

  /**
   * Looks what the plan will hold for. An older plan at the same place goes: where this one is refused, none may be left there.
   *
   * @throws UsageError where no file can be written there, where something else is there, or where there is no commit.
   */
  static async begin(
    context: CommandContext,
    stack: OpenStack,
    { file, hours = defaultHours }: SealOptions,
  ): Promise<Sealing> {
    requirePlace(file);
    const { uncommittedFiles, ...made } = await circumstancesOf(context, stack, file);
    rmSync(file, { force: true });
    if (uncommittedFiles > 0) {
      context.output.note(
        context.output.colors.yellow(
          `${count(uncommittedFiles, "file")} ${uncommittedFiles === 1 ? "is" : "are"} not as in commit ${short(made.commit)}: ` +
            "the plan is for exactly that, and no other checkout can apply it.",
        ),
      );
    }
    return new Sealing(context, stack, { file, hours }, made);
  }

  /** @param planFile the engine's plan, where there is one; @throws FailedError when the engine does not encrypt. */
  async finish(command: SealedCommand, report: PlanReport, planFile?: string): Promise<SealedFile> {
    const { file, hours } = this.options;
    const { ciRun } = this.context.environment;
    const content: SealedPlan = {
      made: this.made,
      refresh: report.cloud.isRead,
      judged: judgedPlan(report),
      by: await whoAnswers(this.context),
      ...(ciRun !== undefined && { run: ciRun }),
      ...(planFile !== undefined && { engine: JSON.parse(readFileSync(planFile, "utf8")) as EnginePlan }),
    };
    const now = Date.now();
    const until = new Date(now + hours * hour).toISOString();
    const provider = providerOf(parse(readText(this.stack.stackFile)));
    const key = randomBytes(keyBytes);
    const head = {
      command,
      project: this.made.project,
      stack: this.made.stack,
      encryptedBy: encryptedBy(provider),
      sealedAt: new Date(now).toISOString(),
      until,
    };
    const text = sealedText(head, { key, encryptedKey: await this.encrypted(key, provider) }, content);
    write(file, text);
    return { file, until, sha256: hashOfText(text) };
  }

  private async encrypted(key: Buffer, provider: Readonly<Record<string, string>>): Promise<string> {
    const { values, provider: after } = await this.stack.cipher.encrypt(
      { [keyName]: key.toString("base64") },
      provider,
    );
    if (JSON.stringify(after) !== JSON.stringify(provider)) {
      throw new FailedError(
        `${path.basename(this.stack.stackFile)} says nothing of what encrypts the stack's secrets, so nobody could open the plan again. ` +
          "Any change of the stack writes it down there, or commit what the engine has written. No plan was sealed.",
      );
    }
    return Object.values(values)[0] ?? "";
  }
}

/** As a person names it. */
export function encryptedBy(provider: Readonly<Record<string, string>>): string {
  return (
    provider["secretsprovider"] ??
    (provider["encryptionsalt"] === undefined ? "the backend's own service" : "passphrase")
  );
}

export function hashOfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function requirePlace(file: string): void {
  const folder = path.dirname(path.resolve(file));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`--out ${file}: there is no folder ${folder}. Nothing was touched.`);
  }
  if (existsSync(file) && !isSealedPlan(file)) {
    throw new UsageError(
      `--out ${file}: something else than a sealed plan is there, and is not written over. Nothing was touched.`,
    );
  }
}

function isSealedPlan(file: string): boolean {
  try {
    return statSync(file).isFile() && readEnvelope(readFileSync(file, "utf8")) !== undefined;
  } catch (error) {
    if (error instanceof AlteredSeal) {
      return true;
    }
    throw error;
  }
}

/** Whole or not at all, readable by its owner. */
function write(file: string, text: string): void {
  const beside = mkdtempSync(path.join(path.dirname(path.resolve(file)), ".sealed-"));
  try {
    writeFileSync(path.join(beside, "plan"), text, { mode: 0o600 });
    renameSync(path.join(beside, "plan"), file);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}
