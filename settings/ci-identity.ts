import type { CiIdentity } from "../guard/rules/ci-roles";
import type { CiSettings } from "./sections/ci";
import type { IamSettings } from "./sections/iam";

/** Where the roles stand. */
export interface CiPlace {
  readonly project: string;
  /** That has the section. */
  readonly stack: string;
  readonly accountId: string;
  readonly region: string;
  /** As `otherRegions` has them. */
  readonly otherRegions?: readonly string[];
  readonly iam?: IamSettings;
}

/** What CI is, by the settings: the same for the program, which makes the roles, and for the pack, which judges them. */
export function ciIdentity(settings: CiSettings, place: CiPlace): CiIdentity {
  const { branch, repository, secretsKeyArn, stateBucket } = settings;
  const { accountId, iam, project, region, otherRegions = [] } = place;
  const stack = settings.stack ?? place.stack;
  const boundary = iam?.permissionsBoundaryArn;
  return {
    project,
    stack,
    accountId,
    // Stack files take regions of the commercial partition alone.
    partition: "aws",
    regions: [...new Set([region, ...otherRegions, ...settings.regions])],
    repository,
    branch,
    environment: settings.environment ?? stack,
    path: iam?.path ?? "/",
    ...(boundary !== undefined && { permissionsBoundary: boundary }),
    ...(secretsKeyArn !== undefined && { secretsKeyArn }),
    ...(stateBucket !== undefined && { stateBucket }),
  };
}
