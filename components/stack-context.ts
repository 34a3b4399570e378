import type { GuardLevel } from "../guard/level";

/** What every component needs to know of the stack it belongs to. */
export interface StackContext {
  readonly project: string;
  /** The environment's name: `dev`, `prod`. */
  readonly stack: string;
  /** The one AWS account, 12 digits. */
  readonly accountId: string;
  readonly region: string;
  readonly guardLevel: GuardLevel;
}
