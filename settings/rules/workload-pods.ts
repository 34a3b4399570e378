import { parseBytes, parseCpu } from "../quantities";
import { containersOf } from "../workload-sources";
import type { Rule } from "./rule";
import { plainPath } from "./workload-parts";
import { each, type Workload } from "./workload-rule";

const measures = [
  ["cpu", parseCpu],
  ["memory", parseBytes],
  ["ephemeral-storage", parseBytes],
] as const;

const limitsReachRequests = each(function* (workload) {
  for (const [path, { resources: { requests, limits } = {} }] of containersOf(workload)) {
    for (const [name, parse] of measures) {
      const [request, limit] = [requests?.[name], limits?.[name]];
      if (
        request !== undefined &&
        limit !== undefined &&
        (parse(request) ?? 0) > (parse(limit) ?? Number.POSITIVE_INFINITY)
      ) {
        yield [
          [...path, "resources", "limits", name],
          {
            message: `found ${JSON.stringify(limit)}, with requests.${name} ${JSON.stringify(request)}`,
            allowed: "at least what is requested",
          },
        ];
      }
    }
  }
});

/** A folder whose size counts against a limit that it exceeds would get its pod evicted before it is full. */
const writablePathsFit = each(function* ({ writablePaths, resources }) {
  const limit = resources?.limits?.["ephemeral-storage"];
  const bytes = limit === undefined ? undefined : parseBytes(limit);
  for (const [path, size] of Object.entries(writablePaths ?? {})) {
    yield* plainPath(["writablePaths", path], path, true);
    if (size !== undefined && bytes !== undefined && (parseBytes(size) ?? 0) > bytes) {
      yield [
        ["writablePaths", path],
        {
          message: `found ${JSON.stringify(size)}, with resources.limits.ephemeral-storage ${JSON.stringify(limit)}`,
          allowed: "at most the limit: the pod would be evicted before the folder is full",
        },
      ];
    }
  }
});

/** Fewest pods that a workload has when all are well; undefined where that is wrong by itself. */
function fewest({ replicas }: Workload): number | undefined {
  return typeof replicas === "object" ? replicas.min : replicas;
}

const replicasAreInOrder = each(function* ({ replicas }) {
  const { min, max } = typeof replicas === "object" ? replicas : {};
  if (min !== undefined && max !== undefined && min > max) {
    yield [
      ["replicas", "max"],
      { message: `found ${max}, with min ${min}`, allowed: `at least min, ${min}` },
    ];
  }
});

const drainsEnd = each(function* (workload) {
  const { disruption } = workload;
  const pods = fewest(workload);
  if (disruption === undefined || pods === undefined) {
    return;
  }
  const { minAvailable, maxUnavailable } = disruption;
  if ("minAvailable" in disruption && "maxUnavailable" in disruption) {
    yield [
      ["disruption"],
      { message: "has both minAvailable and maxUnavailable", allowed: "one of the two, or neither" },
    ];
    return;
  }
  if (minAvailable !== undefined && podsOf(minAvailable, pods) >= pods) {
    yield [
      ["disruption", "minAvailable"],
      {
        message: `found ${JSON.stringify(minAvailable)} of ${pods} ${pods === 1 ? "pod" : "pods"}: no node could ever be drained`,
        allowed:
          pods === 1
            ? "0, or maxUnavailable: 1; a workload of one pod is away while it moves"
            : `fewer than ${pods}, percentages rounded up`,
      },
    ];
  }
  if (maxUnavailable !== undefined && podsOf(maxUnavailable, pods) === 0) {
    yield [
      ["disruption", "maxUnavailable"],
      {
        message: `found ${JSON.stringify(maxUnavailable)}: no node could ever be drained`,
        allowed: "at least 1",
      },
    ];
  }
});

/** As the disruption controller counts: percentages rounded up. */
function podsOf(count: number | string, of: number): number {
  return typeof count === "number" ? count : Math.ceil((Number.parseInt(count, 10) * of) / 100);
}

function isNone(count: number | string | undefined): boolean {
  return count !== undefined && Number.parseInt(String(count), 10) === 0;
}

const updatesMove = each(function* ({ rollingUpdate, minReadySeconds, progressDeadlineSeconds }) {
  if (rollingUpdate !== undefined && isNone(rollingUpdate.maxSurge) && isNone(rollingUpdate.maxUnavailable)) {
    yield [
      ["rollingUpdate"],
      {
        message: "maxSurge and maxUnavailable are both zero: no pod could be replaced",
        allowed: "one of them above zero",
      },
    ];
  }
  if (
    minReadySeconds !== undefined &&
    progressDeadlineSeconds !== undefined &&
    progressDeadlineSeconds <= minReadySeconds
  ) {
    yield [
      ["progressDeadlineSeconds"],
      {
        message: `found ${progressDeadlineSeconds}, with minReadySeconds ${minReadySeconds}`,
        allowed: `more than ${minReadySeconds}`,
      },
    ];
  }
});

/** Health checks of the load balancer: two of them ten seconds apart, and some time for what is under way. */
const localDrainSeconds = 30;

const podsEndInOrder = each(function* (workload) {
  const { preStopSeconds, terminationGracePeriodSeconds, loadBalancer } = workload;
  if (
    preStopSeconds !== undefined &&
    terminationGracePeriodSeconds !== undefined &&
    preStopSeconds >= terminationGracePeriodSeconds
  ) {
    yield [
      ["terminationGracePeriodSeconds"],
      {
        message: `found ${terminationGracePeriodSeconds}, with preStopSeconds ${preStopSeconds}: nothing is left for the program to end`,
        allowed: `more than ${preStopSeconds}`,
      },
    ];
  }
  if (
    loadBalancer?.externalTrafficPolicy === "Local" &&
    preStopSeconds !== undefined &&
    preStopSeconds < localDrainSeconds
  ) {
    yield [
      ["preStopSeconds"],
      {
        message: `found ${preStopSeconds}, with loadBalancer.externalTrafficPolicy Local: requests would reach nodes whose pod is gone`,
        allowed: `at least ${localDrainSeconds}`,
      },
    ];
  }
});

/** What its pods take and give, how many there are, and how they come and go. */
export const workloadPodRules: readonly Rule[] = [
  limitsReachRequests,
  writablePathsFit,
  replicasAreInOrder,
  drainsEnd,
  updatesMove,
  podsEndInOrder,
];
