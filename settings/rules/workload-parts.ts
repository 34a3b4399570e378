import type { Path } from "../problem";
import { portsOf, strategyOf } from "../sections/workloads";
import type { Rule, Verdict } from "./rule";
import { each, type Workload } from "./workload-rule";

type Found = readonly [Path, Verdict];

/** Probes of the workload and of its sidecars: one question each, to a port that is there. */
const probesAsk = each(function* (workload) {
  const known = Object.keys(portsOf(workload));
  const allowed =
    known.length === 0
      ? "no port: the workload has none"
      : `a name of the workload's ports: ${known.join(", ")}`;
  const places: readonly (readonly [Path, Workload["probes"], boolean])[] = [
    [["probes"], workload.probes, true],
    ...(workload.sidecars ?? []).map(
      (one, index) => [["sidecars", index, "probes"], one?.probes, false] as const,
    ),
  ];
  for (const [path, probes, isMain] of places) {
    for (const kind of ["readiness", "liveness", "startup"] as const) {
      const probe = probes?.[kind];
      if (probe === undefined) {
        continue;
      }
      const at = (...rest: Path): Path => [...path, kind, ...rest];
      const asked = (["path", "exec", "grpc"] as const).filter((way) => probe[way] !== undefined);
      if (asked.length > 1) {
        yield [
          at(asked[1] ?? ""),
          { message: `${asked.join(" and ")} are two questions`, allowed: "one of them" },
        ];
      }
      if (probe.exec !== undefined) {
        if (probe.port !== undefined) {
          yield [at("port"), { message: "a command asks no port", allowed: "no port beside exec" }];
        }
      } else if (probe.port !== undefined && !known.includes(probe.port)) {
        yield [at("port"), { message: `${JSON.stringify(probe.port)} is no port of the workload`, allowed }];
      } else if (known.length === 0 && (!isMain || kind !== "readiness")) {
        yield [at(), { message: "the workload has no port to ask", allowed: "port, exec, or no such probe" }];
      } else if (!isMain && kind === "startup" && probe.port === undefined) {
        yield [
          at("port"),
          {
            message: "the program is not there before this probe has succeeded, and the port may be its own",
            allowed: `the port that the sidecar itself listens on: ${known.join(", ")}`,
          },
        ];
      } else if (known.length === 0 && asked.length > 0) {
        yield [
          at(),
          { message: "the workload has no port to ask", allowed: `port, exec, or no ${asked.join(" and ")}` },
        ];
      }
    }
  }
});

const containersHaveNames = each(function* ({ initContainers, sidecars }, key) {
  const seen = new Set([key]);
  for (const [list, containers] of [
    ["sidecars", sidecars],
    ["initContainers", initContainers],
  ] as const) {
    for (const [index, container] of (containers ?? []).entries()) {
      const name = container?.name;
      if (name !== undefined && seen.has(name)) {
        yield [
          [list, index, "name"],
          {
            message: `${JSON.stringify(name)} is ${name === key ? "the program's own container" : "a container already"}`,
            allowed: "each name once in a workload",
          },
        ];
      }
      if (name !== undefined) seen.add(name);
    }
  }
});

/** Kubernetes mounts one thing in a place. The same path in two settings is refused where the second stands. */
const pathsDiffer = each(function* ({ files, volumes, writablePaths }) {
  const seen = new Map<string, string>();
  const paths: readonly (readonly [Path, string, string])[] = [
    ...Object.keys(writablePaths ?? {}).map(
      (path) => [["writablePaths", path], path, "writablePaths"] as const,
    ),
    ...Object.entries(volumes ?? {}).flatMap(([name, volume]) =>
      volume?.mountPath === undefined
        ? []
        : [[["volumes", name, "mountPath"], volume.mountPath, `volumes.${name}`] as const],
    ),
    ...Object.keys(files ?? {}).map((path) => [["files", path], path, "files"] as const),
  ];
  for (const [place, path, owner] of paths) {
    const first = seen.get(path);
    const aboutKey = owner === "files" || owner === "writablePaths";
    if (first !== undefined) {
      yield [
        place,
        { message: `${JSON.stringify(path)} is of ${first} already`, allowed: "each path once", aboutKey },
      ];
    }
    if (owner !== "writablePaths") {
      yield* plainPath(place, path, aboutKey);
    }
    const above = Object.keys(files ?? {}).find((file) => path.startsWith(`${file}/`));
    if (above !== undefined) {
      const message = `${JSON.stringify(path)} is below ${JSON.stringify(above)}, which is a file`;
      yield [place, { message, allowed: "a path that has folders alone above it", aboutKey }];
    }
    seen.set(path, owner);
  }
});

/** A folder or file that a program may have in its image's place. */
export function* plainPath(place: Path, path: string, aboutKey: boolean): Iterable<Found> {
  if (/(^|\/)\.{1,2}(\/|$)/.test(path)) {
    yield [
      place,
      { message: `${JSON.stringify(path)} goes through . or ..`, allowed: "a plain path", aboutKey },
    ];
  }
  if (/^\/(proc|sys|dev)(\/|$)/.test(path) || /^\/(var\/)?run\/secrets(\/|$)/.test(path)) {
    yield [
      place,
      {
        message: `${JSON.stringify(path)} is the system's own`,
        allowed: "a place outside /proc, /sys, /dev and /run/secrets",
        aboutKey,
      },
    ];
  }
  if (/^\/etc\/groundwork(\/|$)/.test(path)) {
    yield [
      place,
      {
        message: `${JSON.stringify(path)} is where the database's authorities are put`,
        allowed: "a place outside /etc/groundwork",
        aboutKey,
      },
    ];
  }
}

const filesHaveOneSource = each(function* ({ files }) {
  for (const [path, file] of Object.entries(files ?? {})) {
    if (file !== undefined && "content" in file === "secret" in file) {
      yield [
        ["files", path],
        {
          message: "content" in file ? "has both content and secret" : "has neither content nor secret",
          allowed: "one of the two",
        },
      ];
    }
  }
});

const disksAreOfOnePod = each(function* (workload) {
  const { volumes, replicas, job, strategy } = workload;
  if (Object.keys(volumes ?? {}).length === 0) {
    return;
  }
  if (job === undefined && replicas !== undefined && replicas !== 1) {
    yield [
      ["replicas"],
      {
        message: `found ${typeof replicas === "object" ? "several" : replicas}, with volumes, which one pod alone can have`,
        allowed: "1, or no volumes",
      },
    ];
  }
  if (job === undefined && strategyOf({ strategy, volumes }) === "RollingUpdate") {
    yield [
      ["strategy"],
      {
        message: "the new pod would wait for the disks that the old one has until it is there",
        allowed: "Recreate with volumes",
      },
    ];
  }
});

/** What only means something where there are pods that serve. */
const jobsServeNobody = each(function* (workload) {
  const { job, probes, disruption } = workload;
  if (job === undefined) {
    return;
  }
  const serving: readonly (readonly [Path, boolean])[] = [
    [["port"], workload.port !== undefined],
    [["ports"], Object.keys(workload.ports ?? {}).length > 0],
    [["udpPorts"], Object.keys(workload.udpPorts ?? {}).length > 0],
    [["loadBalancer"], workload.loadBalancer !== undefined],
    [["allowFrom"], (workload.allowFrom ?? []).length > 0],
    [["probes", "liveness"], probes?.liveness !== undefined],
    [["probes", "startup"], probes?.startup !== undefined],
    [["strategy"], workload.strategy !== undefined],
    [["disruption"], Object.keys(disruption ?? {}).length > 0],
    [["replicas"], typeof workload.replicas === "object" || (workload.replicas ?? 2) > 2],
  ];
  for (const [path, isThere] of serving) {
    if (isThere) {
      yield [
        path,
        { message: "a job serves nobody: it runs to its end", allowed: "no job, or this left out" },
      ];
    }
  }
  for (const name of ["timeZone", "concurrencyPolicy", "suspend"] as const) {
    if (!("schedule" in job) && job[name] !== undefined) {
      yield [["job", name], { message: "the job has no schedule", allowed: `schedule, or no ${name}` }];
    }
  }
});

/** What its pods consist of. */
export const workloadPartRules: readonly Rule[] = [
  probesAsk,
  containersHaveNames,
  pathsDiffer,
  filesHaveOneSource,
  disksAreOfOnePod,
  jobsServeNobody,
];
