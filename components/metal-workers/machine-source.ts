import type * as pulumi from "@pulumi/pulumi";

/** A machine that SSH reaches, or will reach. */
export interface Machine {
  /** Changes when it is another machine: everything that was done on the one before is then done anew. */
  readonly id: pulumi.Input<string>;
  readonly address: pulumi.Input<string>;
  readonly port: number;
  readonly user: string;
  /** Its public key, where somebody has said it; otherwise the one that it shows first is kept. */
  readonly hostKey?: string;
  /** Whether it stays when its slot goes: then the worker on it is stopped. */
  readonly stays: boolean;
}

/** Where machines come from. */
export interface MachineSource {
  /**
   * The machine of a slot, made where there is none.
   *
   * @param name Of its resources in the program: `docker-worker-3`.
   * @param opts Parent, and what has to come first; for every resource of it.
   */
  machine(name: string, slot: number, opts: pulumi.CustomResourceOptions): Machine;
}
