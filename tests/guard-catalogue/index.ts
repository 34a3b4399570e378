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

/** Everything that would cost data. One array a file in mutations/. */
export const mutations: readonly Mutation[] = [
  ...sectionMutations,
  ...databaseMutations,
  ...reportsMutations,
  ...messagingMutations,
  ...levelMutations,
  ...placeMutations,
  ...machineMutations,
  ...clusterMutations,
  ...stateRemovedMutations,
  ...stateEditedMutations,
  ...upFlagMutations,
  ...destroyFlagMutations,
  ...historyMutations,
  ...cloudMutations,
  ...optionMutations,
  ...propertyMutations,
  ...kubernetesMutations,
  ...azureMutations,
  ...keyMutations,
  ...stateContainerMutations,
];

/** Everything that must pass without a word. One array a file in harmless/. */
export const harmless: readonly Harmless[] = [
  ...harmlessSettingsChanges,
  ...harmlessBareChanges,
  ...harmlessProgramChanges,
  ...harmlessLevelChanges,
  ...harmlessClusterChanges,
  ...harmlessKubernetesChanges,
  ...harmlessStoreChanges,
];
