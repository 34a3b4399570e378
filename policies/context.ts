import type { z } from "zod";
import type { Place } from "../guard/rules/account";
import type { Approval } from "../guard/approvals/approval";
import type { Tags } from "../guard/rules/tags";
import { parseJson } from "../guard/unknown";
import type { CiIdentity } from "../guard/rules/ci-roles";
import { ciIdentity } from "../settings/ci-identity";
import { awsSettings } from "../settings/sections/aws";
import type { RuleException } from "../guard/approvals/exceptions";
import type { LastState } from "../guard/memory/last-state";
import type { GuardLevel } from "../guard/level";
import { ciSettings } from "../settings/sections/ci";
import { guardSettings } from "../settings/sections/guard";
import { iamSettings } from "../settings/sections/iam";
import { otherRegions } from "../settings/other-regions";
import { databaseSettings } from "../settings/sections/database";
import { staticServicesSettings } from "../settings/sections/static-services";
import { tagsSettings } from "../settings/sections/tags";

/** What the rules know of the stack that they judge. */
export interface PolicyContext {
  readonly level: GuardLevel;
  /** Where everything has to be; undefined where the configuration does not say it, and then nothing may be anywhere. */
  readonly place: Place;
  /** Tags that every resource has to have, with their values. */
  readonly requiredTags: Tags;
  /** What every role and user has to have; undefined where the stack names none. */
  readonly permissionsBoundary?: string;
  /** Who CI is; undefined where the stack makes no roles for it, and then nobody may be CI. */
  readonly ci?: CiIdentity;
  /** Rules that only warn. */
  readonly advisory: ReadonlySet<string>;
  readonly exceptions: readonly RuleException[];
  /** What a person has allowed for single resources that hold data. Default: nothing. */
  readonly approvals?: readonly Approval[];
  /** What the last run left, read once; absent where there is no backend to ask. */
  readonly lastState?: () => Promise<LastState>;
  /** When the rules are asked: exceptions end. */
  readonly today: Date;
}

/** A stack as the engine names it to the pack, with its configuration: key (`groundwork:guard`) to text. */
export interface PolicyStack {
  readonly project: string;
  readonly stack: string;
  readonly config: Readonly<Record<string, string>>;
  /** Handed on by `groundwork`, verified. Default: none. */
  readonly approvals?: readonly Approval[];
}

/**
 * Reads of the configuration only what the rules need, each key by itself: a mistake in another section is for the
 * program to report, and must not make the rules laxer. What cannot be read counts as the strictest: guard level
 * production, no account, no region, no exception.
 */
export function policyContext(
  { project, stack, config, approvals }: PolicyStack,
  today = new Date(),
): PolicyContext {
  const value = <S extends z.ZodType>(key: string, schema: S): z.infer<S> | undefined => {
    const text = config[key];
    return schema.safeParse(text === undefined ? undefined : parseJson(text)).data;
  };
  const guard = value("groundwork:guard", guardSettings.prefault({}));
  const iam = value("groundwork:iam", iamSettings.prefault({}));
  const boundary = iam?.permissionsBoundaryArn;
  const accountId = value("aws:allowedAccountIds", awsSettings.shape.allowedAccountIds)?.[0];
  const region = value("aws:region", awsSettings.shape.region);
  const regions = otherRegions({
    staticServices: value("groundwork:staticServices", staticServicesSettings),
    database: value("groundwork:database", databaseSettings),
  });
  const elsewhere = regions.length === 0 ? {} : { otherRegions: regions };
  const ci = value("groundwork:ci", ciSettings);
  return {
    level: guard?.level ?? "production",
    advisory: new Set(guard?.advisory),
    exceptions: guard?.exceptions ?? [],
    today,
    ...(approvals !== undefined && { approvals }),
    ...(boundary !== undefined && { permissionsBoundary: boundary }),
    ...(ci !== undefined &&
      iam !== undefined &&
      accountId !== undefined &&
      region !== undefined && {
        ci: ciIdentity(ci, { project, stack, accountId, region, iam, ...elsewhere }),
      }),
    place: { accountId, region, ...elsewhere },
    requiredTags: {
      ...value("groundwork:tags", tagsSettings),
      project,
      environment: stack,
      "managed-by": "groundwork",
    },
  };
}
