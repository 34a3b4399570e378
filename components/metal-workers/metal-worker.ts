import * as pulumi from "@pulumi/pulumi";
import { Command } from "@pulumi/command/remote/command";
import type { MetalWorkersSettings } from "../../settings/sections/metal-workers";
import type { StackContext } from "../../settings/stack-context";
import { firstHostKey } from "./host-key";
import type { Machine, MachineSource } from "./machine-source";
import { digestOf, longestRun, stepCommand, stepInput, stopCommand } from "./script";
import { METAL_WORKER_TYPE } from "./slot-identity";
import { stepsOf } from "./steps";
import type { Turns } from "./turns";
import { workerConfiguration } from "./worker-configuration";

/** How often the steps try to connect, with at most five seconds between two tries: two minutes. */
const DIALS = 30;

export interface MetalWorkerArgs {
  readonly context: StackContext;
  readonly slot: number;
  readonly settings: MetalWorkersSettings;
  readonly source: MachineSource;
  readonly turns: Turns;
  /** Id of a machine that exists for the slot and is not in the state: taken over, and no other made. */
  readonly adopt?: string;
  readonly sshKey: pulumi.Input<string>;
  readonly accessToken: pulumi.Input<string>;
}

/** One slot: a machine, and the steps that make a worker of it. */
export class MetalWorker extends pulumi.ComponentResource {
  readonly address: pulumi.Output<string>;
  readonly machineId: pulumi.Output<string>;
  /** The public key that the machine is known by. */
  readonly hostKey: pulumi.Output<string>;

  constructor(
    private readonly name: string,
    private readonly args: MetalWorkerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(METAL_WORKER_TYPE, name, {}, opts);
    const { settings, slot, source, turns, adopt } = args;
    const child: pulumi.CustomResourceOptions = {
      parent: this,
      dependsOn: turns.turn(slot),
      hooks: { onError: [turns.hook] },
    };
    const machine = source.machine(name, slot, { ...child, ...(adopt !== undefined && { import: adopt }) });
    this.machineId = pulumi.output(machine.id);
    this.address = pulumi.output(machine.address);
    this.hostKey = pulumi.output(
      machine.hostKey ?? firstHostKey(name, machine, settings.ssh.connectSeconds, child),
    );
    const last = this.build(machine, child);
    // Its URN and not its id, which stays unknown where a run leaves the slot out.
    last?.urn.apply(() => {
      turns.done(slot);
    });
    this.registerOutputs({ address: this.address, hostKey: this.hostKey });
  }

  /** The steps, one after the other; returns the last. */
  private build(machine: Machine, child: pulumi.CustomResourceOptions): Command | undefined {
    const { context, slot, settings, accessToken } = this.args;
    const { tries, backOffSeconds: backOff } = settings.steps;
    let digest: pulumi.Output<string> = pulumi.output(digestOf());
    let last: Command | undefined;
    for (const step of stepsOf(context, slot, settings)) {
      const { name, script, parameters, limit, takesConfiguration } = step;
      const input = takesConfiguration
        ? pulumi.secret(accessToken).apply((token) => workerConfiguration(slot, settings, token))
        : pulumi.output("");
      // Of a token that nobody can guess, and all that came before: shows nothing of it.
      digest = pulumi.unsecret(
        pulumi
          .all([digest, input])
          .apply(([before, text]) => digestOf(before, name, script, JSON.stringify(parameters), text)),
      );
      const run = pulumi.all([digest, input]).apply(([ofStep, text]) => ({
        machine: this.name,
        step: name,
        digest: ofStep,
        script,
        parameters,
        input: text,
        limit,
        tries,
        backOff,
      }));
      const command = digest.apply((ofStep) =>
        stepCommand({ machine: this.name, step: name, digest: ofStep }, machine.user),
      );
      // An earlier run that was cut off may still be at it; then all tries; before both, the connection.
      const seconds = 2 * longestRun({ limit, tries, backOff }) + this.dials(machine, last) * 20;
      const drain = settings.worker.drainSeconds + 120;
      last = new Command(
        `${this.name}-${name}`,
        {
          connection: {
            host: machine.address,
            port: machine.port,
            user: machine.user,
            privateKey: pulumi.secret(this.args.sshKey),
            hostKey: this.hostKey,
            dialErrorLimit: this.dials(machine, last),
            perDialTimeout: 15,
          },
          create: command,
          stdin: run.apply(stepInput),
          // On a machine that stays the worker must not: it finishes its tasks first.
          ...(machine.stays &&
            name === "service" && { delete: stopCommand(settings.worker.kind, machine.user) }),
          triggers: [machine.id],
          addPreviousOutputInEnv: false,
          logging: "none",
        },
        {
          ...child,
          dependsOn: last === undefined ? child.dependsOn : [last],
          customTimeouts: { create: `${seconds}s`, update: `${seconds}s`, delete: `${drain}s` },
        },
      );
    }
    return last;
  }

  /** The first step waits for a machine that nobody has waited for yet. */
  private dials({ hostKey }: Machine, last: Command | undefined): number {
    const { connectSeconds } = this.args.settings.ssh;
    return last === undefined && hostKey !== undefined
      ? Math.max(DIALS, Math.ceil(connectSeconds / 5))
      : DIALS;
  }
}
