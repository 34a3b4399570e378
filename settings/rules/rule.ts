import type { Draft } from "../draft";
import type { Finding, Path } from "../problem";
import type { SectionName, StackSections } from "../schema";
import type { GuardLevel } from "../../guard/level";
import type { AwsLogin } from "../sections/aws";
import type { ExistingNetworkSettings, NewNetworkSettings } from "../sections/network";

/**
 * What rules judge. A section is absent here when it is absent in the stack file or when nothing of it is right by
 * itself; `declared` tells the two apart, so that no rule complains of a section that is there but misspelt within.
 */
export interface RuleInput {
  readonly project: string;
  readonly stack: string;
  readonly region: string | undefined;
  /** Undefined where the stack file names none that exists: rules by level then have no ground to judge on. */
  readonly guardLevel: GuardLevel | undefined;
  readonly declared: ReadonlySet<SectionName>;
  /** One of the two at most, by the form that the stack file chose. */
  readonly newNetwork?: Draft<NewNetworkSettings>;
  readonly existingNetwork?: Draft<ExistingNetworkSettings>;
  readonly cluster?: Draft<NonNullable<StackSections["cluster"]>>;
  readonly database?: Draft<NonNullable<StackSections["database"]>>;
  readonly reports?: Draft<NonNullable<StackSections["reports"]>>;
  readonly accessLogs?: Draft<NonNullable<StackSections["accessLogs"]>>;
  readonly messaging?: Draft<NonNullable<StackSections["messaging"]>>;
  readonly users?: Draft<NonNullable<StackSections["users"]>>;
  readonly workloads?: Draft<NonNullable<StackSections["workloads"]>>;
  readonly mail?: Draft<NonNullable<StackSections["mail"]>>;
  readonly dns?: Draft<NonNullable<StackSections["dns"]>>;
  readonly releases?: Draft<NonNullable<StackSections["releases"]>>;
  readonly staticServices?: Draft<NonNullable<StackSections["staticServices"]>>;
  readonly workerGroups?: Draft<NonNullable<StackSections["workerGroups"]>>;
  readonly fleets?: Draft<NonNullable<StackSections["fleets"]>>;
  readonly metalWorkers?: Draft<NonNullable<StackSections["metalWorkers"]>>;
  readonly alarms?: Draft<NonNullable<StackSections["alarms"]>>;
  readonly iam?: Draft<StackSections["iam"]>;
  readonly ci?: Draft<NonNullable<StackSections["ci"]>>;
  /** Pulumi's keys of the AWS provider that say how the account is reached. */
  readonly awsLogin?: Draft<AwsLogin>;
  readonly encryption?: Draft<NonNullable<StackSections["encryption"]>>;
  readonly sessions?: Draft<StackSections["sessions"]>;
  readonly state?: Draft<NonNullable<StackSections["state"]>>;
  readonly tags?: Draft<StackSections["tags"]>;
}

/** A pure function from the settings to what is wrong across their keys. */
export type Rule = (input: RuleInput) => Iterable<Finding>;

export interface Verdict {
  readonly message: string;
  readonly allowed: string;
  readonly suggestion?: string;
  readonly aboutKey?: boolean;
}

/** A finding in a section. */
export function finding(section: SectionName, path: Path, verdict: Verdict): Finding {
  return { key: `groundwork:${section}`, path, ...verdict };
}

/** Entries that are there and right, with their places. */
export function* entriesOf<T>(list: readonly (T | undefined)[] | undefined): Iterable<readonly [number, T]> {
  for (const [index, entry] of (list ?? []).entries()) {
    if (entry !== undefined) {
      yield [index, entry];
    }
  }
}

/** Places of entries that stand in the list before already. */
export function* repeated<T>(list: readonly (T | undefined)[] | undefined): Iterable<readonly [number, T]> {
  const seen = new Set<T>();
  for (const [index, entry] of entriesOf(list)) {
    if (seen.has(entry)) {
      yield [index, entry];
    }
    seen.add(entry);
  }
}
