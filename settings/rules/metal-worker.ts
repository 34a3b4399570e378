import { loopbackDevices } from "../sections/metal-worker";
import { finding, type Rule } from "./rule";

/** The first release without docker-worker (pull request 8555, merged 30 April 2026). Source: CHANGELOG.md of taskcluster/taskcluster. */
const FIRST_WITHOUT_DOCKER_WORKER = 100;
/** The first release whose generic-worker runs several tasks at a time. Source: the same. */
const FIRST_WITH_CAPACITY = 100;
/** From this release on generic-worker wants a newer Docker. Source: the same. */
const WANTS_NEWER_DOCKER = { release: 105, docker: 27 };

/** Settings of the worker that one of the two kinds has no use for. */
const onlyFor = {
  "generic-worker": ["releasesUrl", "checksums", "websocktunnel"],
  "docker-worker": ["binary", "arguments"],
} as const;

const workerHasWhatItsKindNeeds: Rule = function* ({ metalWorkers }) {
  const worker = metalWorkers?.worker;
  if (worker?.kind === undefined) {
    return;
  }
  const [other, needed] =
    worker.kind === "generic-worker"
      ? (["docker-worker", "checksums"] as const)
      : (["generic-worker", "binary"] as const);
  if (!(needed in worker)) {
    yield finding("metalWorkers", ["worker", needed], {
      message: `is missing: worker.kind is ${worker.kind}`,
      allowed:
        needed === "checksums"
          ? "genericWorker, livelog and taskclusterProxy, each the SHA-256 of the release's file"
          : "url and sha256 of the executable, or of an archive that has it",
    });
  }
  for (const key of onlyFor[other]) {
    if (worker[key] !== undefined) {
      yield finding("metalWorkers", ["worker", key], {
        message: `is for ${other}, and worker.kind is ${worker.kind}`,
        allowed: `nothing here, or worker.kind: ${other}`,
        aboutKey: true,
      });
    }
  }
  for (const key of ["allowNativePayloads", "allowInteractive"] as const) {
    if (worker.kind === "docker-worker" && worker[key] === true) {
      yield finding("metalWorkers", ["worker", key], {
        message: "docker-worker knows nothing of it",
        allowed: "false, or worker.kind: generic-worker",
      });
    }
  }
  if (worker.kind === "generic-worker" && worker.allowInteractive === true && !("websocktunnel" in worker)) {
    yield finding("metalWorkers", ["worker", "websocktunnel"], {
      message: "is missing, and tasks may be interactive: nobody could reach their shells",
      allowed: "url and audience of the deployment's websocktunnel, or allowInteractive: false",
    });
  }
};

const releaseHasTheWorker: Rule = function* ({ metalWorkers }) {
  const { worker, docker } = metalWorkers ?? {};
  if (worker?.kind === undefined || worker.release === undefined) {
    return;
  }
  const major = Number(worker.release.split(".")[0]);
  if (worker.kind === "docker-worker" && major >= FIRST_WITHOUT_DOCKER_WORKER) {
    yield finding("metalWorkers", ["worker", "release"], {
      message: `${worker.release} has no docker-worker: it was taken out of Taskcluster on 30 April 2026, and 100.0.0 was the first release without it`,
      allowed: "a release before 100.0.0, or worker.kind: generic-worker, which takes the same payloads",
    });
  }
  if (worker.kind === "generic-worker" && major < FIRST_WITH_CAPACITY) {
    yield finding("metalWorkers", ["worker", "release"], {
      message: `the generic-worker of ${worker.release} knows no capacity, and refuses a configuration that has it`,
      allowed: "100.0.0 or later",
    });
  }
  const dockerMajor = docker?.version === undefined ? undefined : Number(docker.version.split(".")[0]);
  if (
    worker.kind === "generic-worker" &&
    major >= WANTS_NEWER_DOCKER.release &&
    dockerMajor !== undefined &&
    dockerMajor < WANTS_NEWER_DOCKER.docker
  ) {
    yield finding("metalWorkers", ["docker", "version"], {
      message: `generic-worker ${worker.release} does not work with Docker ${docker?.version ?? ""}`,
      allowed: `Docker ${WANTS_NEWER_DOCKER.docker} or later with generic-worker ${WANTS_NEWER_DOCKER.release}.0.0 or later`,
    });
  }
};

/** One process has one number of a video and one of an audio device (gwconfig/config_linux.go), whatever its capacity. */
const tasksShareNoDevice: Rule = function* ({ metalWorkers }) {
  const worker = metalWorkers?.worker;
  if (worker?.kind !== "generic-worker") {
    return;
  }
  const { video, audio } = loopbackDevices({ ...worker, kind: worker.kind });
  for (const [key, number] of [
    ["videoDevices", video],
    ["audioDevices", audio],
  ] as const) {
    if (number > 1) {
      yield finding("metalWorkers", ["worker", key], {
        message: `${number}: generic-worker uses one device of a kind`,
        allowed: "0 or 1 with generic-worker",
      });
    } else if (number === 1 && worker.capacity !== undefined && worker.capacity > 1) {
      yield finding("metalWorkers", ["worker", key], {
        message: `generic-worker gives all its tasks the same device, and ${worker.capacity} tasks run at a time`,
        allowed: `${key}: 0; or capacity: 1, with a slot for each task at a time`,
      });
    }
  }
};

const archiveNamesItsExecutable: Rule = function* ({ metalWorkers }) {
  const binary = metalWorkers?.worker?.binary;
  if (binary?.url === undefined) {
    return;
  }
  const isArchive = /\.(tar\.gz|tgz)$/.test(binary.url);
  if (isArchive !== "executable" in binary) {
    yield finding("metalWorkers", ["worker", "binary", "executable"], {
      message: isArchive
        ? "is missing: the URL gives an archive"
        : "the URL gives no archive (.tar.gz, .tgz) that it could be in",
      allowed: "the path of the executable in an archive, and nothing without one",
    });
  }
};

/** Families with nested virtualization. Source: EC2 User Guide, "Nested virtualization"; the provider's InstanceCpuOptions. */
const nested = /^[cmr]8i(-flex)?\.(?!metal)/;

const virtualizationCanBeNested: Rule = function* ({ metalWorkers }) {
  const { instanceType, nestedVirtualization } = metalWorkers?.source?.ec2 ?? {};
  if (nestedVirtualization === true && instanceType !== undefined && !nested.test(instanceType)) {
    const isMetal = /\.metal(-|$)/.test(instanceType);
    yield finding("metalWorkers", ["source", "ec2", "nestedVirtualization"], {
      message: isMetal
        ? `${instanceType} is bare metal: tasks start virtual machines on it as it is`
        : `${instanceType} has none`,
      allowed: isMetal
        ? "false with bare metal"
        : "true with virtual machines of C8i, M8i, R8i and their -flex forms",
    });
  }
};

export const metalWorkerKindRules: readonly Rule[] = [
  workerHasWhatItsKindNeeds,
  releaseHasTheWorker,
  tasksShareNoDevice,
  archiveNamesItsExecutable,
  virtualizationCanBeNested,
];
