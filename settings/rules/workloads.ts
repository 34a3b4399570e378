import type { Draft } from "../draft";
import type { Path } from "../problem";
import { parseBytes, parseCpu } from "../quantities";
import { standardUsers, type Grant } from "../sections/users";
import { portsOf, type WorkloadSettings } from "../sections/workloads";
import { entriesOf, finding, repeated, type Rule, type RuleInput, type Verdict } from "./rule";

type Workload = Draft<WorkloadSettings>;
/** A finding in a workload, before its key is put before its path. */
type Found = readonly [Path, Verdict];
type WorkloadRule = (workload: Workload, key: string, input: RuleInput) => Iterable<Found>;

/** A rule over each workload by itself. */
function each(judge: WorkloadRule): Rule {
  return function* (input) {
    for (const [key, workload] of Object.entries(input.workloads ?? {})) {
      if (workload !== undefined) {
        for (const [path, verdict] of judge(workload, key, input)) {
          yield finding("workloads", [key, ...path], verdict);
        }
      }
    }
  };
}

export const workloadsHaveACluster: Rule = function* ({ declared }) {
  if (declared.has("workloads") && !declared.has("cluster")) {
    yield finding("workloads", [], {
      message: "there is no cluster for them",
      allowed: "a section groundwork:cluster, or no section groundwork:workloads",
    });
  }
};

/** The catcher's objects, and the secret with the mail settings. */
const takenNames = ["mail"];

/** Objects that are made for a workload, by kinds whose names could meet another workload's. */
export const workloadNamesAreUnique: Rule = function* ({ workloads }) {
  const keys = new Set(Object.keys(workloads ?? {}));
  for (const [key, workload] of Object.entries(workloads ?? {})) {
    if (takenNames.includes(key)) {
      yield finding("workloads", [key], {
        message: `${JSON.stringify(key)} is the mail catcher's name`,
        allowed: "another name",
        aboutKey: true,
      });
    }
    const service = loadBalancerService(key, workload);
    if (service !== undefined && keys.has(service)) {
      yield finding("workloads", [service], {
        message: `${JSON.stringify(service)} is the name of the service before ${JSON.stringify(key)}`,
        allowed: "another name, or no load balancer of this type there",
        aboutKey: true,
      });
    }
  }
};

function loadBalancerService(key: string, workload: Workload | undefined): string | undefined {
  const { type, internal } = workload?.loadBalancer ?? {};
  return type === undefined ? undefined : `${key}-${type}${internal === true ? "-internal" : ""}`;
}

export const workloadPortsDiffer = each(function* ({ port, ports }) {
  if (ports !== undefined && "http" in ports) {
    yield [
      ["ports", "http"],
      { message: '"http" is the name of port', allowed: "another name, or port", aboutKey: true },
    ];
  }
  const seen = new Map<number, string>(port === undefined ? [] : [[port, "port"]]);
  for (const [name, number] of Object.entries(ports ?? {})) {
    const first = number === undefined ? undefined : seen.get(number);
    if (first !== undefined) {
      yield [["ports", name], { message: `${number} is ${first} already`, allowed: "each number once" }];
    } else if (number !== undefined) {
      seen.set(number, `ports.${name}`);
    }
  }
});

export const workloadPortsNeedNoRoot = each(function* (workload) {
  const { port, ports } = workload;
  const all: (readonly [Path, number | undefined])[] = [
    [["port"], port],
    ...Object.entries(ports ?? {}).map(([name, number]) => [["ports", name], number] as const),
  ];
  for (const [path, number] of all) {
    if (number !== undefined && number < 1024) {
      yield [
        path,
        {
          message: `found ${number}, which only root may listen on`,
          allowed: "a port from 1024 to 65535; loadBalancer.listeners may have lower ones",
        },
      ];
    }
  }
});

export const workloadPortNamesExist = each(function* (workload) {
  const known = Object.keys(portsOf(workload));
  const allowed =
    known.length === 0
      ? "no port: the workload has none"
      : `a name of the workload's ports: ${known.join(", ")}`;
  for (const kind of ["readiness", "liveness", "startup"] as const) {
    const probe = workload.probes?.[kind];
    if (probe?.port !== undefined && !known.includes(probe.port)) {
      yield [
        ["probes", kind, "port"],
        { message: `${JSON.stringify(probe.port)} is no port of the workload`, allowed },
      ];
    } else if (known.length === 0 && kind !== "readiness" && probe !== undefined) {
      yield [
        ["probes", kind],
        { message: "the workload has no port to ask", allowed: "port, or no such probe" },
      ];
    } else if (known.length === 0 && probe?.path !== undefined) {
      yield [["probes", kind], { message: "the workload has no port to ask", allowed: "port, or no path" }];
    }
  }
  for (const [index, listener] of entriesOf(workload.loadBalancer?.listeners)) {
    if (listener.target !== undefined && !known.includes(listener.target)) {
      yield [
        ["loadBalancer", "listeners", index, "target"],
        { message: `${JSON.stringify(listener.target)} is no port of the workload`, allowed },
      ];
    }
  }
  if (
    workload.loadBalancer !== undefined &&
    !("listeners" in workload.loadBalancer) &&
    !("port" in workload)
  ) {
    yield [
      ["loadBalancer"],
      {
        message: "the workload has no port that it could send to",
        allowed: "port, or listeners with a target",
      },
    ];
  }
});

export const limitsReachRequests = each(function* ({ resources }) {
  const { requests, limits } = resources ?? {};
  const measures = [
    ["cpu", parseCpu],
    ["memory", parseBytes],
    ["ephemeral-storage", parseBytes],
  ] as const;
  for (const [name, parse] of measures) {
    const [request, limit] = [requests?.[name], limits?.[name]];
    if (
      request !== undefined &&
      limit !== undefined &&
      (parse(request) ?? 0) > (parse(limit) ?? Number.POSITIVE_INFINITY)
    ) {
      yield [
        ["resources", "limits", name],
        {
          message: `found ${JSON.stringify(limit)}, with requests.${name} ${JSON.stringify(request)}`,
          allowed: "at least what is requested",
        },
      ];
    }
  }
});

/** A folder whose size counts against a limit that it exceeds would get its pod evicted before it is full. */
export const writablePathsFit = each(function* ({ writablePaths, resources }) {
  const limit = resources?.limits?.["ephemeral-storage"];
  const bytes = limit === undefined ? undefined : parseBytes(limit);
  for (const [path, size] of Object.entries(writablePaths ?? {})) {
    if (/(^|\/)\.{1,2}(\/|$)/.test(path)) {
      yield [
        ["writablePaths", path],
        { message: `${JSON.stringify(path)} goes through . or ..`, allowed: "a plain path", aboutKey: true },
      ];
    }
    if (/^\/(proc|sys|dev)(\/|$)/.test(path) || /^\/(var\/)?run\/secrets(\/|$)/.test(path)) {
      yield [
        ["writablePaths", path],
        {
          message: `${JSON.stringify(path)} is the system's own`,
          allowed: "a folder outside /proc, /sys, /dev and /run/secrets",
          aboutKey: true,
        },
      ];
    }
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

export const replicasAreInOrder = each(function* ({ replicas }) {
  const { min, max } = typeof replicas === "object" ? replicas : {};
  if (min !== undefined && max !== undefined && min > max) {
    yield [
      ["replicas", "max"],
      { message: `found ${max}, with min ${min}`, allowed: `at least min, ${min}` },
    ];
  }
});

export const drainsEnd = each(function* (workload) {
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

export const updatesMove = each(function* ({ rollingUpdate, minReadySeconds, progressDeadlineSeconds }) {
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

export const podsEndInOrder = each(function* (workload) {
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

/** What Linux takes as one text, its name, `=` and the end included. */
const textBytes = 131072;
/** Of 1.5 MiB that etcd takes for an object; what else is in it, and its copies of managed fields, need the rest. */
const objectBytes = 512 * 1024;

export const environmentFits = each(function* ({ environment, command, args }) {
  let total = 0;
  for (const [name, value] of Object.entries(environment ?? {})) {
    const bytes = Buffer.byteLength(`${name}=${value ?? ""}`) + 1;
    total += bytes;
    if (bytes > textBytes) {
      yield [["environment", name], tooLong(bytes)];
    }
  }
  for (const [key, list] of [
    ["command", command],
    ["args", args],
  ] as const) {
    for (const [index, text] of entriesOf(list)) {
      const bytes = Buffer.byteLength(text) + 1;
      total += bytes;
      if (bytes > textBytes) {
        yield [[key, index], tooLong(bytes)];
      }
    }
  }
  if (total > objectBytes) {
    yield [
      ["environment"],
      {
        message: `environment, command and args have ${total} bytes together`,
        allowed: `up to ${objectBytes} bytes: the API server keeps no larger objects. Read large things from a file or a bucket`,
      },
    ];
  }
});

function tooLong(bytes: number): Verdict {
  return { message: `has ${bytes} bytes`, allowed: `up to ${textBytes} bytes, as Linux has it` };
}

/** Environment variables that the section mail gives. */
export const mailVariables = [
  "SMTP_HOST",
  "SMTP_PORT",
  "SMTP_USERNAME",
  "SMTP_PASSWORD",
  "SMTP_FROM",
] as const;

export const variablesAreSetOnce = each(function* ({ environment, secrets, mail }) {
  for (const name of Object.keys(secrets ?? {})) {
    if (environment !== undefined && name in environment) {
      yield [
        ["secrets", name],
        { message: `${name} is set in environment too`, allowed: "each variable once", aboutKey: true },
      ];
    }
  }
  if (mail !== true) {
    return;
  }
  for (const section of ["environment", "secrets"] as const) {
    for (const name of mailVariables) {
      if ((section === "environment" ? environment : secrets)?.[name] !== undefined) {
        yield [
          [section, name],
          {
            message: `${name} is what mail: true gives`,
            allowed: "another name, or mail: false",
            aboutKey: true,
          },
        ];
      }
    }
  }
});

const grantsOfStandard: Readonly<Record<(typeof standardUsers)[number], Grant>> = {
  report_writer: "reports:write",
  report_reader: "reports:read",
  sqs_readwriter: "queues:all",
};

const grantsOfScheme: Readonly<Record<string, readonly Grant[]>> = {
  dynamodb: ["reports:write", "reports:read"],
  s3: ["reports:write", "reports:read"],
  sqs: ["queues:all"],
};

export const secretUsersExist = each(function* ({ secrets }, _key, input) {
  const users = usersOf(input);
  for (const [name, secret] of Object.entries(secrets ?? {})) {
    const { user, url } = secret ?? {};
    if (user === undefined) {
      continue;
    }
    const grants = users.get(user);
    if (grants === undefined) {
      yield [
        ["secrets", name, "user"],
        {
          message: `${JSON.stringify(user)} is no service user of this stack`,
          allowed:
            users.size === 0
              ? "a user of the section groundwork:users, which has none"
              : `one of ${[...users.keys()].join(", ")}`,
        },
      ];
    } else if (url !== undefined && !(grantsOfScheme[url] ?? []).some((grant) => grants.includes(grant))) {
      yield [
        ["secrets", name, "url"],
        {
          message: `${JSON.stringify(user)} may not use ${url}`,
          allowed: `a user with ${(grantsOfScheme[url] ?? []).join(" or ")}, or a URL of what it may use`,
        },
      ];
    }
  }
});

/** Service users that a stack has, with what they may do. */
function usersOf({ declared, users }: RuleInput): ReadonlyMap<string, readonly Grant[]> {
  if (!declared.has("users")) {
    return new Map();
  }
  const standard = standardUsers
    .map((name) => [name, [grantsOfStandard[name]]] as const)
    .filter(([, [grant]]) => declared.has(grant === "queues:all" ? "messaging" : "reports"));
  const additional = Object.entries(users?.additional ?? {}).map(
    ([name, user]) => [name, (user?.grants ?? []).filter((grant) => grant !== undefined)] as const,
  );
  return new Map<string, readonly Grant[]>([...standard, ...additional]);
}

export const mailIsThere = each(function* ({ mail }, _key, { declared }) {
  if (mail === true && !declared.has("mail")) {
    yield [
      ["mail"],
      { message: "there is no section groundwork:mail", allowed: "false, or a section groundwork:mail" },
    ];
  }
});

export const callersExist = each(function* ({ allowFrom }, key, { workloads }) {
  for (const [index, caller] of entriesOf(allowFrom)) {
    if (!Object.hasOwn(workloads ?? {}, caller)) {
      yield [
        ["allowFrom", index],
        {
          message: `${JSON.stringify(caller)} is no workload`,
          allowed: `keys of groundwork:workloads other than ${key}`,
        },
      ];
    }
  }
  for (const [index, caller] of repeated(allowFrom)) {
    yield [
      ["allowFrom", index],
      { message: `${JSON.stringify(caller)} is listed twice`, allowed: "each once" },
    ];
  }
});

export const egressBlocksDiffer = each(function* ({ egressCidrBlocks }) {
  for (const [index, block] of repeated(egressCidrBlocks)) {
    yield [
      ["egressCidrBlocks", index],
      { message: `${JSON.stringify(block)} is listed twice`, allowed: "each block once" },
    ];
  }
});

export const workloadRules: readonly Rule[] = [
  workloadsHaveACluster,
  workloadNamesAreUnique,
  workloadPortsDiffer,
  workloadPortsNeedNoRoot,
  workloadPortNamesExist,
  limitsReachRequests,
  writablePathsFit,
  replicasAreInOrder,
  drainsEnd,
  updatesMove,
  podsEndInOrder,
  environmentFits,
  variablesAreSetOnce,
  secretUsersExist,
  mailIsThere,
  callersExist,
  egressBlocksDiffer,
];
