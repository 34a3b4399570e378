import { sizeOf } from "../instance-types";
import { entriesOf, finding, type Rule } from "./rule";

/** What a task and the machine beside it take at the least; generic-worker ends tasks when 0.5 GiB are left (minAvailableMemoryBytes). */
const task = { vcpus: 1, memoryGib: 2, diskGib: 10 };
const system = { memoryGib: 2, diskGib: 10 };
const BYTES_OF_GIB = 1024 ** 3;

const metalMachinesHoldTheirTasks: Rule = function* ({ metalWorkers }) {
  const { capacity, diskThreshold } = metalWorkers?.worker ?? {};
  const { instanceType, rootVolumeSize } = metalWorkers?.source?.ec2 ?? {};
  if (capacity === undefined) {
    return;
  }
  const tasks = `${capacity} ${capacity === 1 ? "task" : "tasks"} at a time (worker.capacity)`;
  const size = instanceType === undefined ? undefined : sizeOf(instanceType);
  const vcpus = task.vcpus * capacity;
  const memory = task.memoryGib * capacity + system.memoryGib;
  if (size !== undefined && (size.vcpus < vcpus || size.memoryGib < memory)) {
    yield finding("metalWorkers", ["source", "ec2", "instanceType"], {
      message: `${instanceType ?? ""} has ${size.vcpus} vCPU and ${size.memoryGib} GiB: too little for ${tasks}`,
      allowed: `${vcpus} vCPU and ${memory} GiB or more, or a lower worker.capacity`,
    });
  }
  if (diskThreshold !== undefined && rootVolumeSize !== undefined) {
    const least = system.diskGib + Math.ceil((diskThreshold * 1e9) / BYTES_OF_GIB) + task.diskGib * capacity;
    if (rootVolumeSize < least) {
      yield finding("metalWorkers", ["source", "ec2", "rootVolumeSize"], {
        message: `${rootVolumeSize} GiB are too few for ${tasks} and worker.diskThreshold ${diskThreshold}: the worker would take none`,
        allowed: `${least} or more`,
      });
    }
  }
};

/** Of the smaller types EKS lets 4 pods on a node (its eni-max-pods.txt), and its add-ons are 4 on each. */
const NODE_MEMORY = 2;

const nodesHoldMoreThanTheAddOns: Rule = function* ({ cluster }) {
  for (const [name, group] of Object.entries(cluster?.nodeGroups ?? {})) {
    for (const [index, type] of entriesOf(group?.instanceTypes)) {
      const size = sizeOf(type);
      if (size !== undefined && size.memoryGib < NODE_MEMORY) {
        yield finding("cluster", ["nodeGroups", name, "instanceTypes", index], {
          message: `${type} has ${size.memoryGib} GiB, and EKS lets no more than 4 pods on it: its own add-ons are as many`,
          allowed: `${NODE_MEMORY} GiB or more, such as t3.small`,
        });
      }
    }
  }
};

/** containerd, the worker and what it keeps open, before the first container of a build. */
const WORKER_MEMORY = 2;

const workersHoldABuild: Rule = function* ({ workerGroups }) {
  for (const [name, group] of Object.entries(workerGroups ?? {})) {
    const types = [
      ["instanceType", group?.instanceType] as const,
      ...[...entriesOf(group?.overrides)].map(([index, type]) => [index, type] as const),
    ];
    for (const [place, type] of types) {
      const size = type === undefined ? undefined : sizeOf(type);
      if (size !== undefined && size.memoryGib < WORKER_MEMORY) {
        yield finding(
          "workerGroups",
          [name, ...(place === "instanceType" ? [place] : ["overrides", place])],
          {
            message: `${type ?? ""} has ${size.memoryGib} GiB: a worker and one build do not fit`,
            allowed: `${WORKER_MEMORY} GiB or more`,
          },
        );
      }
    }
  }
};

export const machineSizeRules: readonly Rule[] = [
  metalMachinesHoldTheirTasks,
  nodesHoldMoreThanTheAddOns,
  workersHoldABuild,
];
