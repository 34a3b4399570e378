import type { Path } from "../problem";
import { loadBalancerName, type ListenerSettings } from "../sections/load-balancer";
import { portsOf } from "../sections/workloads";
import { entriesOf, finding, repeated, type Rule } from "./rule";
import { workloadEnvironmentRules } from "./workload-environment";
import { workloadNodeRules } from "./workload-nodes";
import { workloadPartRules } from "./workload-parts";
import { workloadPodRules } from "./workload-pods";
import { each, type Workload } from "./workload-rule";

const workloadsHaveACluster: Rule = function* ({ declared }) {
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
const workloadNamesAreUnique: Rule = function* ({ workloads }) {
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
  const {
    type,
    internal = false,
    certificate,
    certificateArn,
    listeners: some,
  } = workload?.loadBalancer ?? {};
  // What is wrong in one is said elsewhere.
  const listeners = some?.filter((listener) => listener?.port !== undefined) as
    ListenerSettings[] | undefined;
  return type === undefined
    ? undefined
    : loadBalancerName(key, { type, internal, certificate, certificateArn, listeners });
}

const workloadPortsDiffer = each(function* ({ port, ports, udpPorts }) {
  for (const [list, named] of [
    ["ports", ports],
    ["udpPorts", udpPorts],
  ] as const) {
    if (named !== undefined && "http" in named) {
      yield [
        [list, "http"],
        { message: '"http" is the name of port', allowed: "another name, or port", aboutKey: true },
      ];
    }
  }
  for (const name of Object.keys(udpPorts ?? {})) {
    if (ports !== undefined && name in ports) {
      yield [
        ["udpPorts", name],
        {
          message: `${JSON.stringify(name)} is a name of ports already`,
          allowed: "another name; the same number may take both TCP and UDP",
          aboutKey: true,
        },
      ];
    }
  }
  const numbers = new Map<number, string>();
  for (const [name, number] of Object.entries(udpPorts ?? {})) {
    if (number !== undefined && numbers.has(number)) {
      yield [
        ["udpPorts", name],
        {
          message: `${number} is udpPorts.${numbers.get(number) ?? ""} already`,
          allowed: "each number once",
        },
      ];
    }
    if (number !== undefined) numbers.set(number, name);
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

const workloadPortsNeedNoRoot = each(function* (workload) {
  const { port, ports, udpPorts } = workload;
  const all: (readonly [Path, number | undefined])[] = [
    [["port"], port],
    ...Object.entries(ports ?? {}).map(([name, number]) => [["ports", name], number] as const),
    ...Object.entries(udpPorts ?? {}).map(([name, number]) => [["udpPorts", name], number] as const),
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

const workloadPortNamesExist = each(function* (workload) {
  const known = Object.keys(portsOf(workload));
  const allowed =
    known.length === 0
      ? "no port: the workload has none"
      : `a name of the workload's ports: ${known.join(", ")}`;
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

/** Lists of other workloads: callers, and those that pods are put near to or away from. */
const namedWorkloadsExist = each(function* ({ affinity, allowFrom }, key, { workloads }) {
  const lists = [
    [["allowFrom"], allowFrom],
    [["affinity", "near"], affinity?.near],
    [["affinity", "awayFrom"], affinity?.awayFrom],
  ] as const;
  for (const [path, list] of lists) {
    for (const [index, name] of entriesOf(list)) {
      if (!Object.hasOwn(workloads ?? {}, name)) {
        yield [
          [...path, index],
          {
            message: `${JSON.stringify(name)} is no workload`,
            allowed: `keys of groundwork:workloads other than ${key}`,
          },
        ];
      }
    }
    for (const [index, name] of repeated(list)) {
      yield [[...path, index], { message: `${JSON.stringify(name)} is listed twice`, allowed: "each once" }];
    }
  }
});

const egressBlocksDiffer = each(function* ({ egressCidrBlocks }) {
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
  namedWorkloadsExist,
  egressBlocksDiffer,
  ...workloadPodRules,
  ...workloadPartRules,
  ...workloadNodeRules,
  ...workloadEnvironmentRules,
];
