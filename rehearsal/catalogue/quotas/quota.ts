import type { CloudView, Refusal, Subject } from "../../interpreter/entry";
import { numberOf } from "../../interpreter/values";

/** Not one of the program's: what an account was given beyond the default. A file with `value`, its id `SERVICE/CODE`, says so. */
export const raisedQuotaType = "aws:servicequotas/serviceQuota:ServiceQuota";

export interface Quota {
  /** Code of the service and of the quota in Service Quotas, and the quota's name there. */
  readonly service: string;
  readonly code: string;
  readonly name: string;
  /** AWS's default; for vCPUs what an account in use has. */
  readonly standard: number;
  /** What an account that is a few days old has. Default: the same. */
  readonly young?: number;
  /** The types whose creation it is asked at. */
  readonly types: readonly string[];
  /** How many there are, as far as they count together with this one. */
  readonly used: (subject: Subject, cloud: CloudView) => number;
  /** How many this one is. Default: 1. */
  readonly wants?: (subject: Subject) => number;
  readonly refusal: (limit: number, subject: Subject) => Refusal;
}

/** What the account has of a quota: what it was given in the region, or everywhere; else the default. */
export function limitOf(quota: Pick<Quota, "service" | "code" | "standard">, cloud: CloudView): number {
  const id = `${quota.service}/${quota.code}`;
  const raised = cloud
    .ofType(raisedQuotaType)
    .filter((record) => record.id === id)
    .sort((one, other) => other.scope.length - one.scope.length)[0];
  return numberOf(raised?.outputs ?? {}, "value") ?? quota.standard;
}
