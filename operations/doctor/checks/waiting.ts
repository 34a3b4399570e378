import { physicalName } from "../../../components/names";
import { waitingIn } from "../../plan/waiting";
import type { Check } from "../check";

/** What RDS has been told, and does in its maintenance window. */
export const waiting: Check = async ({ aws, settings: { context, sections } }) =>
  sections.database === undefined
    ? []
    : (await waitingIn(await aws()))
        .filter(({ identifier }) => identifier === physicalName(context, "database"))
        .map(({ identifier, values, window }) => ({
          severity: "warning" as const,
          what: `${identifier}: ${Object.entries(values)
            .map(([key, value]) => `${key} ${String(value)}`)
            .join(", ")} waits for the maintenance window, ${window} UTC`,
          setting: "groundwork:database.maintenanceWindow",
          mend: `Wait, or \`aws rds modify-db-instance --db-instance-identifier ${identifier} --apply-immediately --region ${context.region}\`, which may interrupt it`,
        }));
