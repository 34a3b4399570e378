import type { Environment } from "../../settings/environment";
import type { Output } from "./output";
import type { Project } from "./project";

/** What every command is given. */
export interface CommandContext {
  readonly project: Project;
  readonly environment: Environment;
  readonly output: Output;
  /** `--yes`: do not ask. */
  readonly yes: boolean;
  /** `--rehearse`: act on the rehearsal cloud; absent: on the person's own backend and clouds. */
  readonly rehearsal: RehearsalRequest | undefined;
}

export interface RehearsalRequest {
  /** `--account`: hold the credentials of this AWS account in place of the stack's own. */
  readonly accountId?: string;
  /** `--faults`: a YAML file of what shall go wrong. */
  readonly faultsFile?: string;
  /** `--weather`: a YAML file of what happens by itself before the run, or `default`. */
  readonly weatherFile?: string;
  /** Begin with an empty cloud: whatever was rehearsed before, of any stack, is forgotten. Default: go on from there. */
  readonly fresh?: boolean;
  /** How fast the clouds' waiting times are played. Default: nothing is waited for. */
  readonly speed?: number;
}
