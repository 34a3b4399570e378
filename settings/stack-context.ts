import type { Approval } from "../guard/approvals/approval";
import type { LastState } from "../guard/memory/last-state";
import type { AwsLogin } from "./sections/aws";
import type { IamSettings } from "./sections/iam";
import type { GuardLevel } from "../guard/level";
import type { Unfinished } from "../guard/judge/verdict";
import type { ReleasesSettings } from "./sections/releases";

/** What every component needs to know of the stack it belongs to. */
export interface StackContext {
  readonly project: string;
  /** The environment's name: `dev`, `prod`. */
  readonly stack: string;
  /** The one AWS account, 12 digits. */
  readonly accountId: string;
  readonly region: string;
  readonly guardLevel: GuardLevel;
  /** What machines run that name nothing of their own. Default: nothing, and each names its own. */
  readonly releases?: ReleasesSettings;
  /** How the account is reached. Default: with the credentials of the environment. */
  readonly login?: AwsLogin;
  /** What the account demands of roles, users and policies. Default: nothing. */
  readonly iam?: IamSettings;
  /** What a person has allowed for single resources that hold data. Default: nothing. */
  readonly approvals?: readonly Approval[];
  /** Whether the gate of `groundwork` judges every step of this run before it is carried out. Default: no. */
  readonly isGated?: boolean;
  /** What the stack's backend knows; absent where there is none. */
  readonly backend?: StackBackend;
}

/** What the guard asks a backend for while a program runs. */
interface StackBackend {
  /** What the last run left; asked before anything is registered. */
  lastState(): LastState;
  /** The same, for who need not know before something is registered. */
  lastStateLater(): Promise<LastState>;
  /** What runs that broke off have left behind. */
  unfinished(): Promise<Unfinished>;
}
