import { describeAwsError } from "../engine/aws-clients";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { RollCheck, text } from "./check";
import type { FleetClients } from "./clients";
import { playedClock, realClock, type Clock } from "./clock";
import { readGroup, type FleetGroup } from "./group";
import type { ImageChange } from "./image-change";
import { orderOf, type Role } from "./role";
import { letGo } from "./group-changes";
import {
  batchOf,
  outdatedOf,
  rollBack,
  rollBySurge,
  rollInOrder,
  stateText,
  type Exchanged,
} from "./exchange";
import { RollProblem, RollStopped, type RollScene } from "./roll-scene";
import { RollLock, type RollNotes } from "./roll-lock";
import { count } from "../terminal/output";
import { settleBegun } from "../plan/begun";
import type { OpenStack } from "../plan/workspace";

export interface RollOptions {
  /** `--image ami-…` or an Amazon Linux release: written into the stack file and brought to the group before the roll. */
  readonly image: string | undefined;
  /** False with `--no-refresh`: the image is brought without reading the cloud first. */
  readonly refresh: boolean;
  /** `--outside-window`: although the role's maintenance window is closed. */
  readonly outsideWindow: boolean;
  /** `--skip-check`: without the number of `roll.check`. */
  readonly skipCheck: boolean;
  /** `--take-over`: another roll holds the role, and the person knows that it is gone. */
  readonly takeOver: boolean;
}

/** One roll from the first look to the last. */
export class FleetRoll {
  private readonly clock: Clock;
  private readonly check: RollCheck | undefined;
  private stopAsked = false;

  constructor(
    private readonly context: CommandContext,
    private readonly stack: OpenStack,
    private readonly role: Role,
    private readonly clients: FleetClients,
    private readonly options: RollOptions,
    private readonly image: ImageChange | undefined,
  ) {
    this.clock = stack.session === undefined ? realClock : playedClock();
    const { check } = role.settings.roll;
    this.check =
      check === undefined || options.skipCheck
        ? undefined
        : new RollCheck(check, clients, this.clock, stack.session !== undefined);
  }

  async carryOut(): Promise<ExitCode> {
    const { output } = this.context;
    const { name } = this.role;
    output.note(`Looking at ${name} (${this.stack.where})`);
    const seen = await this.look();
    const baseline = await this.baseline();
    const image = this.image;
    let brought = false;
    if (image !== undefined) {
      if (!(await settleBegun(this.context, this.stack))) {
        this.document("declined", undefined);
        output.print("Nothing was touched.");
        return exitCodes.done;
      }
      const plan = await image.plan(this.context, this.stack);
      if (plan === undefined) {
        return exitCodes.refused;
      }
      if (plan.changes && !(await image.ask(this.context, this.stack))) {
        this.document("declined", undefined);
        return exitCodes.done;
      }
      brought = plan.changes;
    }
    const left = await RollLock.leftBehind(this.clients, this.role.lock);
    const outdated = outdatedOf(seen);
    const isHeld = this.role.isSingle && seen.suspended.includes("Launch");
    if (!brought && outdated.length === 0 && left === undefined && !isHeld) {
      this.document("nothing to roll", undefined);
      output.print(
        `Every machine of ${name} has version ${seen.version} of its launch template. Nothing was touched.`,
      );
      return exitCodes.done;
    }
    if (!brought && !(await confirm(this.question(seen), this.context))) {
      this.document("declined", undefined);
      output.print("Nothing was touched.");
      return exitCodes.done;
    }
    const notes: RollNotes = {
      desired: seen.desired,
      suspended: [],
      from: versionBefore(seen),
      ...(baseline !== undefined && { baseline }),
    };
    let lock: RollLock;
    try {
      lock = await RollLock.take(this.clients, this.clock, this.role.lock, notes, this.options.takeOver);
    } catch (error) {
      image?.putBack();
      throw error;
    }
    return this.roll(lock, brought);
  }

  private async look(): Promise<FleetGroup> {
    const group = await readGroup(this.clients, this.role.group);
    if (group === undefined) {
      throw new FailedError(
        `${this.role.name} has no machines yet: there is no Auto Scaling group ${this.role.group}. Stand it up first: ` +
          `\`${this.stack.call("up")}\`. Nothing was touched.`,
      );
    }
    return group;
  }

  /** The number before anything is touched. @throws FailedError when there is none: nothing could be compared with it. */
  private async baseline(): Promise<number | undefined> {
    if (this.check === undefined) {
      return undefined;
    }
    try {
      const value = await this.check.measure();
      this.context.output.note(`  ${this.check.name}: ${text(value)}`);
      return value;
    } catch (error) {
      throw new FailedError(
        `${this.check.name} could not be read before the roll: ${error instanceof Error ? error.message : String(error)}\n` +
          `Without it nobody would see what the roll does to it. Correct groundwork:fleets.${this.role.name}.roll.check, or add ` +
          "--skip-check. Nothing was touched.",
      );
    }
  }

  private question(group: FleetGroup): string {
    const outdated = outdatedOf(group).length;
    const how = this.role.isSingle
      ? "the role is down meanwhile"
      : `${String(batchOf(this.role.settings.roll.surge, group.desired, Math.max(1, outdated)))} at a time`;
    return `Replace ${outdated} of ${count(group.machines.length, "machine")} of ${this.role.name}, ${how} (${this.stack.where})?`;
  }

  private async roll(lock: RollLock, brought: boolean): Promise<ExitCode> {
    const scene: RollScene = {
      clients: this.clients,
      clock: this.clock,
      lock,
      check: this.check,
      say: (line) => this.context.output.note(line),
      stops: () => this.stopAsked || this.stack.signal.aborted,
    };
    const order = orderOf(this.stack.settings, this.role);
    const onInterrupt = (): void => {
      this.stopAsked = true;
      this.context.output.note("  stopping after this replacement");
    };
    process.on("SIGINT", onInterrupt);
    let finished = false;
    try {
      if (brought) {
        await this.image?.bring(this.context, this.stack);
      }
      this.context.output.note(`Rolling ${this.role.name}`);
      const done = this.role.isSingle ? await rollInOrder(scene, order) : await rollBySurge(scene, order);
      await letGo(scene, order.group);
      finished = true;
      return this.told(done, await stateText(scene, order.group));
    } catch (error) {
      if (error instanceof RollStopped) {
        await letGo(scene, order.group);
        finished = true;
        throw new FailedError(
          `Stopped. ${await stateText(scene, order.group)} \`${this.stack.call(`fleet roll ${this.role.name}`)}\` goes on.`,
        );
      }
      if (!(error instanceof RollProblem)) {
        // What was suspended would stay so: a single role would not even come back.
        await letGo(scene, order.group).catch(() => undefined);
        throw error;
      }
      await this.takeBack(scene, error.message);
      finished = true;
      throw new FailedError(
        `The roll of ${this.role.name} in ${this.stack.name} was taken back: ${error.message}\n` +
          `${await stateText(scene, order.group)}${this.afterwards(brought)}`,
        [{ role: this.role.name, result: "rolled back", why: error.message }],
      );
    } finally {
      process.off("SIGINT", onInterrupt);
      await (finished ? lock.release() : lock.leave()).catch((error: unknown) => {
        this.context.output.note(`The roll's mark could not be changed: ${describeAwsError(error)}`);
      });
    }
  }

  private async takeBack(scene: RollScene, why: string): Promise<void> {
    const { output } = this.context;
    const order = orderOf(this.stack.settings, this.role);
    output.note(output.colors.red(`Taking the roll back: ${why}`));
    try {
      await rollBack(scene, order);
    } finally {
      await letGo(scene, order.group);
    }
    await this.image?.takeBack(this.context, this.stack);
  }

  private afterwards(brought: boolean): string {
    return brought
      ? `\nPulumi.${this.stack.name}.yaml has the old image again, and the group was brought back to it.`
      : `\nThe stack file still describes the new machines: correct or undo that, and run \`${this.stack.call("up")}\`, or the ` +
          "next change of the group brings it back.";
  }

  private told(done: Exchanged, state: string): ExitCode {
    this.document("rolled", done);
    this.context.output.print(
      `\n${this.role.name}: ${count(done.ended.length, "machine")} exchanged. ${state}`,
    );
    return exitCodes.done;
  }

  private document(result: string, done: Exchanged | undefined): void {
    this.context.output.document({
      stack: this.stack.name,
      role: this.role.name,
      ...(this.options.image !== undefined && { image: this.options.image }),
      result,
      ended: done?.ended ?? [],
      started: done?.started ?? [],
    });
  }
}

/** What most of the machines that would go were started from; the group's own where none would. */
function versionBefore(group: FleetGroup): string {
  const versions = outdatedOf(group).map(({ version }) => version);
  const [most] = [...new Set(versions)].sort(
    (a, b) => versions.filter((one) => one === b).length - versions.filter((one) => one === a).length,
  );
  return most ?? group.version;
}
