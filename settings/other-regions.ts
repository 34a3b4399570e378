import type { StackSections } from "./schema";

/** Regions besides the stack's own in which it has something: machines of static services, copies of the database's backups. */
export function otherRegions({
  staticServices = {},
  database,
}: Partial<Pick<StackSections, "staticServices" | "database">>): readonly string[] {
  const copies = database?.backupCopies?.region;
  return [
    ...new Set([
      ...Object.values(staticServices).flatMap(({ regions = {} }) => Object.keys(regions)),
      ...(copies === undefined ? [] : [copies]),
    ]),
  ];
}
