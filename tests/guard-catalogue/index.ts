import { harmlessClusterChanges } from "./harmless/cluster";
import { harmlessLevelChanges, harmlessProgramChanges } from "./harmless/parts";
import { harmlessKubernetesChanges } from "./harmless/kubernetes";
import { harmlessBareChanges, harmlessSettingsChanges } from "./harmless/settings";
import { harmlessStoreChanges } from "./harmless/stores";
import type { Harmless, Mutation } from "./mutation";
import { clusterMutations } from "./mutations/settings-cluster";
import { cloudMutations } from "./mutations/cloud";
import { azureMutations } from "./mutations/azure";
import { keyMutations } from "./mutations/keys";
import { kubernetesMutations } from "./mutations/kubernetes";
import { destroyFlagMutations } from "./mutations/flags-destroy";
import { upFlagMutations } from "./mutations/flags-up";
import { historyMutations } from "./mutations/history";
import { optionMutations } from "./mutations/options";
import { programEditMutations } from "./mutations/program-edits";
import { propertyMutations } from "./mutations/properties";
import { databaseMutations } from "./mutations/settings-database";
import { levelMutations } from "./mutations/settings-level";
import { machineMutations } from "./mutations/settings-machines";
import { messagingMutations } from "./mutations/settings-messaging";
import { placeMutations } from "./mutations/settings-place";
import { reportsMutations } from "./mutations/settings-reports";
import { sectionMutations } from "./mutations/settings-sections";
import { stateContainerMutations } from "./mutations/state-container";
import { stateEditedMutations } from "./mutations/state-edited";
import { stateRemovedMutations } from "./mutations/state-removed";

/** What is tried together. */
export interface Group {
  /** What would cost data. */
  readonly mutations: readonly Mutation[];
  /** What must pass without a word. */
  readonly harmless: readonly Harmless[];
}

const noMutations: readonly Mutation[] = [];
const noHarmless: readonly Harmless[] = [];

/**
 * The whole catalogue. Each group has a test file of its name in tests/engine/guard-catalogue/, of a few minutes each, so that they
 * can run side by side. One array a file in mutations/ and harmless/.
 */
export const groups = {
  "settings-of-stores": {
    mutations: [...sectionMutations, ...databaseMutations, ...reportsMutations, ...messagingMutations],
    harmless: noHarmless,
  },
  "settings-of-stacks": {
    mutations: [...levelMutations, ...placeMutations, ...machineMutations, ...clusterMutations],
    harmless: noHarmless,
  },
  state: { mutations: [...stateRemovedMutations, ...stateEditedMutations], harmless: noHarmless },
  "flags-and-history": {
    mutations: [...upFlagMutations, ...destroyFlagMutations, ...historyMutations],
    harmless: noHarmless,
  },
  program: {
    mutations: [...cloudMutations, ...optionMutations, ...programEditMutations],
    harmless: noHarmless,
  },
  properties: { mutations: propertyMutations, harmless: noHarmless },
  clouds: {
    mutations: [...kubernetesMutations, ...azureMutations, ...keyMutations, ...stateContainerMutations],
    harmless: noHarmless,
  },
  harmless: {
    mutations: noMutations,
    harmless: [
      ...harmlessSettingsChanges,
      ...harmlessBareChanges,
      ...harmlessProgramChanges,
      ...harmlessLevelChanges,
      ...harmlessClusterChanges,
      ...harmlessKubernetesChanges,
      ...harmlessStoreChanges,
    ],
  },
} as const satisfies Readonly<Record<string, Group>>;

/** Everything that would cost data. */
export const mutations: readonly Mutation[] = Object.values(groups).flatMap((group) => group.mutations);

/** Everything that must pass without a word. */
export const harmless: readonly Harmless[] = Object.values(groups).flatMap((group) => group.harmless);
