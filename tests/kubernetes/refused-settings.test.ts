import { expect } from "chai";
import type { StackSections } from "../../settings/schema";
import { problemsOf, type Config } from "../settings/support";
import { describeWithApiServer } from "./support/api-server";
import { objectsOf } from "./support/objects";
import { leastWorkload, recordWorkloads, sectionsOf, workloadsConfig } from "./support/workloads-program";

/** Where in a workload, and what stands there. */
type Change = readonly [path: readonly (string | number)[], value: unknown];

/** Right, and with every optional part. */
const right = (): Config =>
  leastWorkload({
    ports: { metrics: 9090 },
    replicas: { min: 2, max: 4 },
    probes: { readiness: { path: "/" }, liveness: {}, startup: {} },
    command: ["/bin/server"],
    args: ["--verbose"],
    environment: { LOG_LEVEL: "info" },
    secrets: { REPORTS_URL: { user: "report_writer", url: "dynamodb" } },
    writablePaths: { "/tmp": "64Mi" },
    allowFrom: ["frontend"],
    egressCidrBlocks: ["10.0.0.0/8"],
    loadBalancer: { listeners: [{ port: 80 }] },
  });

/**
 * What settings refuse, and the API server would refuse, too: the first is no idea of ours. (Settings refuse more, such as
 * an image without a digest: that is not in this table.)
 */
const refused: Readonly<Record<string, Change>> = {
  "port 0": [["port"], 0],
  "port 65536": [["port"], 65536],
  "a port that is no number": [["port"], "http"],
  "a port's name in capitals": [["ports"], { Metrics: 9090 }],
  "a port's name of 16 characters": [["ports"], { ["m".repeat(16)]: 9090 }],
  "a port's name with two hyphens in a row": [["ports"], { "m--n": 9090 }],
  "a port's name without a letter": [["ports"], { "1": 9090 }],
  "a port's name that begins with a hyphen": [["ports"], { "-m": 9090 }],
  "one port under two names": [["ports"], { again: 8080 }],
  "fewer than no pods": [["replicas"], -1],
  "half a pod": [["replicas"], 1.5],
  "more pods at least than at most": [["replicas"], { min: 4, max: 2, cpuPercent: 70 }],
  "an autoscaler to nothing": [["replicas", "min"], 0],
  "an autoscaler that aims at no use": [["replicas", "cpuPercent"], 0],
  "an image that is no text": [["image"], 5],
  "no image": [["image"], ""],
  "processor time with an unknown suffix": [["resources", "requests", "cpu"], "1Gx"],
  "processor time in words": [["resources", "requests", "cpu"], "one"],
  "processor time below zero": [["resources", "requests", "cpu"], "-1"],
  "memory with an unknown suffix": [["resources", "limits", "memory"], "128MB"],
  "memory with a space": [["resources", "limits", "memory"], "128 Mi"],
  "memory below its request": [["resources", "limits", "memory"], "32Mi"],
  "processor time below its request": [["resources", "limits", "cpu"], "10m"],
  "a probe's delay below zero": [["probes", "readiness", "initialDelaySeconds"], -1],
  "a probe's period below zero": [["probes", "readiness", "periodSeconds"], -1],
  "a probe's timeout below zero": [["probes", "liveness", "timeoutSeconds"], -1],
  "a probe's threshold below zero": [["probes", "startup", "failureThreshold"], -1],
  "a probe's period beyond 32 bits": [["probes", "liveness", "periodSeconds"], 2 ** 31],
  "a probe of a port with an impossible name": [["probes", "readiness", "port"], "no_such_port!"],
  "a probe that succeeds twice to live": [["probes", "liveness", "successThreshold"], 2],
  "a command that is no list": [["command"], "/bin/server"],
  "an argument that is no text": [["args"], [8080]],
  "a variable with = in its name": [["environment"], { "A=B": "c" }],
  "a variable without a name": [["environment"], { "": "c" }],
  "a variable that is no text": [["environment"], { A: 5 }],
  "more variables than an object may hold": [
    ["environment"],
    Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`V${index}`, "x".repeat(131000)])),
  ],
  "a secret variable with a space in its name": [
    ["secrets"],
    { "REPORTS URL": { user: "report_writer", url: "dynamodb" } },
  ],
  "a folder of a size below zero": [["writablePaths"], { "/tmp": "-1Mi" }],
  "a folder of a size in words": [["writablePaths"], { "/tmp": "large" }],
  root: [["runAsUser"], 0],
  "a user below zero": [["runAsUser"], -1],
  "a user beyond 31 bits": [["runAsUser"], 2 ** 31],
  "a user by name": [["runAsUser"], "nobody"],
  "a budget below zero": [["disruption"], { minAvailable: -1 }],
  "a budget of more than all": [["disruption"], { minAvailable: "101%" }],
  "a budget in fractions of a percent": [["disruption"], { maxUnavailable: "5.5%" }],
  "a budget in words": [["disruption"], { maxUnavailable: "some" }],
  "an update that may neither surge nor fall": [["rollingUpdate"], { maxSurge: 0, maxUnavailable: 0 }],
  "an update that may neither surge nor fall, in percent": [
    ["rollingUpdate"],
    { maxSurge: "0%", maxUnavailable: "0%" },
  ],
  "an update that may fall below nothing": [["rollingUpdate"], { maxSurge: 1, maxUnavailable: "101%" }],
  "an update that surges below zero": [["rollingUpdate"], { maxSurge: -1, maxUnavailable: 1 }],
  "a pause below zero": [["minReadySeconds"], -1],
  "a deadline before the pause is over": [["progressDeadlineSeconds"], 10],
  "a pod that serves for longer than it may end": [["preStopSeconds"], 61],
  "a caller whose name is no label": [["allowFrom"], ["not a label"]],
  "a caller with a name of 64 characters": [["allowFrom"], ["c".repeat(64)]],
  "a block of 33 bits": [["egressCidrBlocks"], ["10.0.0.0/33"]],
  "a block without bits": [["egressCidrBlocks"], ["10.0.0.0"]],
  "a block that is none": [["egressCidrBlocks"], ["somewhere"]],
  "a listener at port 0": [["loadBalancer", "listeners", 0, "port"], 0],
  "a listener at port 65536": [["loadBalancer", "listeners", 0, "port"], 65536],
  "a listener to an impossible port": [["loadBalancer", "listeners", 0, "target"], "no_such_port!"],
  "two listeners at one port": [
    ["loadBalancer", "listeners"],
    [
      { port: 80, target: "http", tls: false },
      { port: 80, target: "metrics", tls: false },
    ],
  ],
  "a load balancer without a listener": [["loadBalancer", "listeners"], []],
  "a load balancer for an impossible block": [["loadBalancer", "allowedCidrBlocks"], ["everybody"]],
  "a load balancer with a policy of its own": [["loadBalancer", "externalTrafficPolicy"], "Nearby"],
};

const refusedNames = {
  capitals: "Frontend",
  "an underscore": "front_end",
  "a hyphen at its end": "frontend-",
  "a dot": "front.end",
  "64 characters": "f".repeat(64),
  "too many characters for the name of its load balancer's service": "f".repeat(56),
} as const;

describeWithApiServer("settings refuse what the API server would refuse", (server) => {
  for (const [title, [path, value]] of Object.entries(refused)) {
    it(title, async () => {
      const config = workloadsConfig({ frontend: right() });
      const sections = sectionsOf(config);

      const change = exchanged(config, ["groundwork:workloads", "frontend", ...path], value);
      expect(problemsOf(change).map((problem) => problem.path)).to.satisfy(
        (places: readonly string[]) =>
          // What is too long for an object is too long for all settings together, too.
          places.some((place) => place.startsWith("groundwork:workloads.frontend")) &&
          places.every((place) => /^groundwork:workloads(\.frontend|$)/.test(place)),
      );
      expect(await refusals(exchanged(sections, ["workloads", "frontend", ...path], value))).to.not.equal(0);
    });
  }

  for (const [title, name] of Object.entries(refusedNames)) {
    it(`a workload's name with ${title}`, async () => {
      const workload = leastWorkload({ loadBalancer: {} });
      const { frontend } = sectionsOf(workloadsConfig({ frontend: workload })).workloads ?? {};
      const sections = sectionsOf(workloadsConfig({}));

      expect(problemsOf(workloadsConfig({ [name]: workload }))).to.not.deep.equal([]);
      expect(await refusals({ ...sections, workloads: { [name]: frontend } } as StackSections)).to.not.equal(
        0,
      );
    });
  }

  /** How many objects the API server refuses, of settings that went past the rules. */
  async function refusals(sections: StackSections): Promise<number> {
    const refusedObjects = await server().refusals(objectsOf(await recordWorkloads(sections)));
    for (const { answer } of refusedObjects) {
      // Invalid, not a whim of the server: too large (413, 500 of etcd), undecodable (400), invalid (422), forbidden by admission (403).
      expect([400, 403, 413, 422, 500]).to.include(answer.status, answer.message);
    }
    return refusedObjects.length;
  }
});

/** A copy with another value at a place. */
function exchanged<T>(whole: T, [step, ...rest]: readonly (string | number)[], value: unknown): T {
  if (step === undefined) {
    return value as T;
  }
  const at = (whole as Record<string | number, unknown>)[step];
  if (Array.isArray(whole)) {
    return (whole as unknown[]).map((entry, index) =>
      index === step ? exchanged(entry, rest, value) : entry,
    ) as T;
  }
  return { ...whole, [step]: exchanged(at ?? {}, rest, value) };
}
