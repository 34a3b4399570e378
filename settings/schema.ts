import { z } from "zod";
import { alarmsSettings } from "./sections/alarms";
import { accessLogsSettings } from "./sections/access-logs";
import { ciSettings } from "./sections/ci";
import { clusterSettings } from "./sections/cluster";
import { databaseSettings } from "./sections/database";
import { dnsSettings } from "./sections/dns";
import { encryptionSettings } from "./sections/encryption";
import { fleetsSettings } from "./sections/fleets";
import { guardSettings } from "./sections/guard";
import { iamSettings } from "./sections/iam";
import { mailSettings } from "./sections/mail";
import { messagingSettings } from "./sections/messaging";
import { metalWorkersSettings } from "./sections/metal-workers";
import { networkSettings } from "./sections/network";
import { releasesSettings } from "./sections/releases";
import { reportsSettings } from "./sections/reports";
import { sessionsSettings } from "./sections/sessions";
import { staticServicesSettings } from "./sections/static-services";
import { stateSettings } from "./sections/state";
import { tagsSettings } from "./sections/tags";
import { usersSettings } from "./sections/users";
import { workerGroupsSettings } from "./sections/worker-groups";
import { workloadsSettings } from "./sections/workloads";
import { setting } from "./describe";

/** Every `groundwork:<section>` of a stack file. A section that is absent is not deployed. */
export const stackSections = z.strictObject({
  network: networkSettings.optional(),
  cluster: clusterSettings.optional(),
  database: setting(databaseSettings.optional(), {
    description:
      "An RDS PostgreSQL instance: encrypted, private, with deletion protection and a final snapshot.",
  }),
  reports: reportsSettings.optional(),
  accessLogs: accessLogsSettings.optional(),
  messaging: messagingSettings.optional(),
  users: usersSettings.optional(),
  workloads: workloadsSettings.optional(),
  mail: mailSettings.optional(),
  dns: dnsSettings.optional(),
  releases: releasesSettings.optional(),
  staticServices: staticServicesSettings.optional(),
  workerGroups: workerGroupsSettings.optional(),
  fleets: fleetsSettings.optional(),
  metalWorkers: metalWorkersSettings.optional(),
  alarms: alarmsSettings.optional(),
  iam: iamSettings.prefault({}),
  ci: ciSettings.optional(),
  sessions: sessionsSettings.prefault({}),
  encryption: encryptionSettings.optional(),
  state: stateSettings.optional(),
  guard: guardSettings.prefault({}),
  tags: tagsSettings.prefault({}),
});

export type StackSections = z.infer<typeof stackSections>;
export type SectionName = keyof StackSections;
export const sectionNames = Object.keys(stackSections.shape) as readonly SectionName[];
