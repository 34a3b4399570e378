import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { OperationError, FailedError } from "../terminal/errors";
import { exitCodes } from "../terminal/exit-codes";
import { duration } from "../terminal/output";
import type { FleetClients } from "./clients";
import type { Clock } from "./clock";

/** What a roll must put back when it is done, kept where the next call finds it when this one is cut off. */
export interface RollNotes {
  /** How many machines there are to be. */
  readonly desired: number;
  /** The group's most before the roll raised it; absent: it did not. */
  readonly max?: number;
  /** Processes of the group that the roll has suspended, and nobody else. */
  readonly suspended: readonly string[];
  /** Version of the template that the machines were of before. */
  readonly from: string;
  /** Value of the check before the first machine was touched. */
  readonly baseline?: number;
}

interface Content extends RollNotes {
  readonly token: string;
  readonly by: string;
  readonly state: "rolling" | "stopped";
  /** ISO 8601: when whoever holds it has said last that it goes on. */
  readonly beatAt: string;
}

/** How often the holder says that it goes on, and after how long without a word it counts as gone. */
const beatMilliseconds = 30_000;
const goneMilliseconds = 300_000;

/**
 * Keeps two rolls of one role apart, wherever they are run: a parameter of Systems Manager, which AWS creates for one caller
 * only. What it says outlives a roll that is cut off, and lets the next one go on.
 */
export class RollLock {
  private constructor(
    private readonly clients: FleetClients,
    private readonly clock: Clock,
    private readonly name: string,
    private content: Content,
    /** What an earlier roll left behind; undefined for a roll that begins. */
    readonly left: RollNotes | undefined,
  ) {}

  /**
   * @param takeOver the person says that whoever holds it is gone.
   * @throws OperationError (exit 3) while another roll holds it.
   */
  static async take(
    clients: FleetClients,
    clock: Clock,
    name: string,
    notes: RollNotes,
    takeOver: boolean,
  ): Promise<RollLock> {
    const own = { token: randomUUID(), by: `${userInfo().username}@${hostname()}` };
    const content: Content = { ...notes, ...own, state: "rolling", beatAt: stamp(clock) };
    if (await create(clients, name, content)) {
      return new RollLock(clients, clock, name, content, undefined);
    }
    const had = await read(clients, name);
    if (had !== undefined && !takeOver && had.state === "rolling") {
      const silent = clock.now() - Date.parse(had.beatAt);
      if (silent < goneMilliseconds) {
        throw new OperationError(
          `${had.by} is rolling this role, and has said so ${duration(Math.max(0, silent))} ago. Wait for it. If it is gone for ` +
            `sure (it counts as gone ${duration(goneMilliseconds)} after its last word), add --take-over. Nothing was touched.`,
          exitCodes.refused,
        );
      }
    }
    // Whoever creates it anew has it: of two that find it left behind one fails here.
    await remove(clients, name);
    const left = had === undefined ? undefined : notesOf(had);
    const renewed: Content = { ...content, ...left };
    if (!(await create(clients, name, renewed))) {
      throw new OperationError(
        "Another roll of this role has just begun. Nothing was touched.",
        exitCodes.refused,
      );
    }
    return new RollLock(clients, clock, name, renewed, left);
  }

  /** What an earlier roll that was cut off left, or undefined. */
  static async leftBehind(
    clients: FleetClients,
    name: string,
  ): Promise<{ readonly by: string; readonly state: string; readonly beatAt: string } | undefined> {
    return read(clients, name);
  }

  get notes(): RollNotes {
    return this.content;
  }

  /** Writes down what is to be put back, before it is changed. */
  async note(notes: Partial<RollNotes>): Promise<void> {
    await this.write({ ...this.content, ...notes });
  }

  /** To be called while something is waited for. @throws FailedError when somebody else has taken the roll over. */
  async beat(): Promise<void> {
    if (this.clock.now() - Date.parse(this.content.beatAt) >= beatMilliseconds) {
      await this.write(this.content);
    }
  }

  /** Done, and nothing is left to be put back. */
  async release(): Promise<void> {
    if ((await read(this.clients, this.name))?.token === this.content.token) {
      await remove(this.clients, this.name);
    }
  }

  /** Stopped in the middle: the next call may go on at once. */
  async leave(): Promise<void> {
    await this.write({ ...this.content, state: "stopped" });
  }

  private async write(content: Content): Promise<void> {
    const held = await read(this.clients, this.name);
    if (held?.token !== this.content.token) {
      throw new FailedError(
        `${held?.by ?? "Somebody"} has taken this roll over. Stopped here; what was begun is theirs to end.`,
      );
    }
    this.content = { ...content, beatAt: stamp(this.clock) };
    await put(this.clients, this.name, this.content, true);
  }
}

function notesOf({ desired, max, suspended, from, baseline }: Content): RollNotes {
  return {
    desired,
    suspended,
    from,
    ...(max !== undefined && { max }),
    ...(baseline !== undefined && { baseline }),
  };
}

function stamp(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

async function put(clients: FleetClients, name: string, content: Content, overwrite: boolean): Promise<void> {
  await clients.ssm.send(
    new clients.sdk.ssm.PutParameterCommand({
      Name: name,
      Type: "String",
      Value: JSON.stringify(content),
      Overwrite: overwrite,
    }),
  );
}

async function create(clients: FleetClients, name: string, content: Content): Promise<boolean> {
  try {
    await put(clients, name, content, false);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "ParameterAlreadyExists") {
      return false;
    }
    throw error;
  }
}

async function read(clients: FleetClients, name: string): Promise<Content | undefined> {
  try {
    const { Parameter: parameter } = await clients.ssm.send(
      new clients.sdk.ssm.GetParameterCommand({ Name: name }),
    );
    return parameter?.Value === undefined ? undefined : (JSON.parse(parameter.Value) as Content);
  } catch (error) {
    if (error instanceof Error && error.name === "ParameterNotFound") {
      return undefined;
    }
    throw error;
  }
}

async function remove(clients: FleetClients, name: string): Promise<void> {
  try {
    await clients.ssm.send(new clients.sdk.ssm.DeleteParameterCommand({ Name: name }));
  } catch (error) {
    if (!(error instanceof Error && error.name === "ParameterNotFound")) {
      throw error;
    }
  }
}
