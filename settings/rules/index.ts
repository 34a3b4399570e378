import { addressRules } from "./addresses";
import { databaseRules } from "./database";
import { messagingRules } from "./messaging";
import { networkRules } from "./network";
import { reportsRules } from "./reports";
import { retentionRules } from "./retention";
import type { Rule } from "./rule";
import { stackRules } from "./stack";
import { tagsRules } from "./tags";
import { usersRules } from "./users";

/** Every rule across keys. Order does not matter: findings are sorted. */
export const rules: readonly Rule[] = [
  ...stackRules,
  ...networkRules,
  ...addressRules,
  ...databaseRules,
  ...retentionRules,
  ...reportsRules,
  ...messagingRules,
  ...usersRules,
  ...tagsRules,
];
