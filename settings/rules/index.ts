import { accessLogRules } from "./access-logs";
import { addressRules } from "./addresses";
import { alarmRules } from "./alarms";
import { bootstrapRules } from "./bootstrap";
import { ciRules } from "./ci";
import { clusterRules } from "./cluster";
import { databaseRules } from "./database";
import { certificateRules } from "./certificates";
import { dnsRules } from "./dns";
import { encryptionRules } from "./encryption";
import { fleetRules } from "./fleets";
import { iamRules } from "./iam";
import { loadBalancerRules } from "./load-balancers";
import { machineSizeRules } from "./machine-sizes";
import { mailRules } from "./mail";
import { messagingRules } from "./messaging";
import { metalWorkerKindRules } from "./metal-worker";
import { metalWorkerRules } from "./metal-workers";
import { networkRules } from "./network";
import { pullThroughCacheRules } from "./pull-through-cache";
import { reportsRules } from "./reports";
import { retentionRules } from "./retention";
import type { Rule } from "./rule";
import { stackRules } from "./stack";
import { staticServiceRules } from "./static-services";
import { stateRules } from "./state";
import { tagsRules } from "./tags";
import { usersRules } from "./users";
import { workerGroupRules } from "./worker-groups";
import { workerImageRules } from "./worker-images";
import { workerScalingRules } from "./worker-scaling";
import { workloadRules } from "./workloads";

/** Every rule across keys. Order does not matter: findings are sorted. */
export const rules: readonly Rule[] = [
  ...stackRules,
  ...alarmRules,
  ...networkRules,
  ...addressRules,
  ...clusterRules,
  ...pullThroughCacheRules,
  ...databaseRules,
  ...bootstrapRules,
  ...retentionRules,
  ...reportsRules,
  ...accessLogRules,
  ...messagingRules,
  ...usersRules,
  ...workloadRules,
  ...loadBalancerRules,
  ...mailRules,
  ...dnsRules,
  ...certificateRules,
  ...staticServiceRules,
  ...fleetRules,
  ...workerGroupRules,
  ...workerScalingRules,
  ...workerImageRules,
  ...metalWorkerRules,
  ...iamRules,
  ...encryptionRules,
  ...ciRules,
  ...metalWorkerKindRules,
  ...machineSizeRules,
  ...stateRules,
  ...tagsRules,
];
