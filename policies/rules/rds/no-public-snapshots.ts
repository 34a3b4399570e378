import { checkSnapshotNotPublic, snapshotTypes } from "../../../guard/rules/sharing";
import { resourceRule } from "../../rule";

export const noPublicSnapshots = resourceRule({
  name: "rds/no-public-snapshots",
  description: "No snapshot of a database is shared with everybody.",
  why: "Whoever finds it restores it, and has the data.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-1",
  types: snapshotTypes,
  check: ({ wanted }) => checkSnapshotNotPublic(wanted),
});
