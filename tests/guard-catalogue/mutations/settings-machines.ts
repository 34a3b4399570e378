import type { Mutation } from "../mutation";
import { settingsChange, volume } from "../settings-change";
import { commonConfig, networkConfig, stackStage } from "../stages";
import { refusedEverywhere } from "../ways";

const git = {
  instanceTypes: ["t4g.medium"],
  amazonLinuxRelease: "2023.9.20251117.1",
  availabilityZone: "eu-west-1a",
  volumes: { repositories: { size: 50, mountPoint: "/srv/git" } },
  boot: { packages: ["git-daemon"], service: ["/usr/bin/git", "daemon", "/srv/git"] },
  maintenanceWindow: { start: "00:00", durationMinutes: 1440 },
};

/** Machines whose data is on a volume that outlives them. */
const fleets = stackStage("fleets", { ...commonConfig, ...networkConfig, "groundwork:fleets": { git } });

const repositories = { type: volume, name: "fleets-git-repositories", id: /^vol-/ };

/** Volumes of machines, and clusters. */
export const machineMutations: readonly Mutation[] = [
  settingsChange(
    "The section fleets is taken out, with a role that has a volume",
    (settings) => {
      settings.remove("fleets");
    },
    refusedEverywhere({ rule: "deletes-data", ...repositories }),
    { stage: fleets },
  ),
  settingsChange(
    "A role's volume is taken out",
    (settings) => {
      settings.remove("fleets", ["git", "volumes"]);
    },
    refusedEverywhere({ rule: "deletes-data", ...repositories }),
    { stage: fleets },
  ),
  settingsChange(
    "A role with a volume is renamed",
    (settings) => {
      settings.remove("fleets", ["git"]);
      settings.set("fleets", ["repositories"], git);
    },
    refusedEverywhere({ rule: "deletes-data", ...repositories }),
    { stage: fleets },
  ),
  settingsChange(
    "A role's volume is renamed",
    (settings) => {
      settings.set("fleets", ["git", "volumes"], { code: { size: 50, mountPoint: "/srv/git" } });
    },
    refusedEverywhere({ rule: "deletes-data", ...repositories }),
    { stage: fleets },
  ),
  settingsChange(
    "A role's volume becomes smaller",
    (settings) => {
      settings.set("fleets", ["git", "volumes", "repositories", "size"], 20);
    },
    refusedEverywhere({ rule: ["shrinks", "replaces-data"], ...repositories }),
    { stage: fleets },
  ),
  settingsChange(
    "A role with a volume moves to another zone",
    (settings) => {
      settings.set("fleets", ["git", "availabilityZone"], "eu-west-1b");
    },
    refusedEverywhere({ rule: "replaces-data", ...repositories }),
    { stage: fleets },
  ),
  settingsChange(
    "A role's volume begins from a snapshot, which makes it anew",
    (settings) => {
      settings.set("fleets", ["git", "volumes", "repositories", "snapshotId"], "snap-0123456789abcdef0");
    },
    refusedEverywhere({ rule: "replaces-data", ...repositories }),
    { stage: fleets },
  ),
  settingsChange(
    "A role's volume is to leave no snapshot when it goes",
    (settings) => {
      settings.set("fleets", ["git", "volumes", "repositories", "onDeletion"], "delete");
    },
    refusedEverywhere({ rule: ["loosened", "removes-final-copy"], ...repositories }),
    { stage: fleets },
  ),
  settingsChange(
    "A role's volume is to stay behind when it goes, with nothing to manage it",
    (settings) => {
      settings.set("fleets", ["git", "volumes", "repositories", "onDeletion"], "keep");
    },
    refusedEverywhere({ rule: ["loosened", "removes-final-copy"], ...repositories }),
    { stage: fleets },
  ),
];
