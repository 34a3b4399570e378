import { expect } from "chai";
import * as fc from "fast-check";
import type { Config } from "../settings/support";
import { describeWithApiServer, said } from "./support/api-server";
import {
  CERTIFICATE,
  IMAGE,
  refusedBySettings,
  workloadObjects,
  workloadsConfig,
} from "./support/workloads-program";

/** The same settings each time. */
const seed = 20_260_301;
const runs = 400;

const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
/** Small numbers, and the ends of ranges that somebody might think of. */
const number = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 1, max: 120 }) },
  fc.constantFrom(-1, 0, 1023, 1024, 3600, 65535, 65536, 86400, 2 ** 31 - 1, 2 ** 31),
);
const count = fc.oneof(
  fc.integer({ min: 0, max: 5 }),
  fc.integer({ min: 0, max: 101 }).map((percent) => `${percent}%`),
);
const text = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 40 }) },
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("$(A)", "", " ", "\n", "\u0000", "\ud800"),
);
const letters = fc.stringMatching(/^[a-zA-Z0-9._-]{0,50}$/);
const name = fc.oneof(
  { weight: 5, arbitrary: fc.stringMatching(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/) },
  letters,
);
const port = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1024, max: 65535 }) }, number);
const portNames = fc.constantFrom("http", "metrics", "a", "a-1", "abcdefghijklmno", "nine9");
const quantity = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("8Mi", "64Mi", "1Gi", "1.5Gi", "1G") },
  fc.constantFrom("1", "0.5", "100m", "64Mi", "128Mi", "1Gi", "1G", "1.5Gi", "0", "1e3", "1E", "100k", "8Mi"),
  fc.stringMatching(/^\d{1,6}(\.\d{1,3})?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/),
);
const variable = fc.oneof({ weight: 9, arbitrary: fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,20}$/) }, letters);
const block = fc.oneof(
  { weight: 4, arbitrary: fc.nat(255).map((a) => `10.${a}.0.0/16`) },
  fc.constantFrom("0.0.0.0/0", "10.0.0.0/8", "169.254.169.254/32", "203.0.113.0/24", "10.0.0.1/8", "::/0"),
  fc
    .tuple(fc.nat(255), fc.nat(255), fc.integer({ min: 0, max: 16 }))
    .map(([a, b, bits]) => `${a}.${b}.0.0/${bits}`),
);
const folder = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("/tmp", "/var/cache", "/data/a.b_c-d") },
  fc.constantFrom("/tmp", "/var/cache", "/data", "/a/../b", "/proc/self", "/run/secrets/x", "tmp", "/a:b"),
  fc.stringMatching(/^(\/[A-Za-z0-9._-]{1,12}){1,4}$/),
);
const probe = fc.record(
  {
    path: fc.oneof(fc.constantFrom("/", "/healthz?full=1", "healthz"), fc.stringMatching(/^\/[!-~]{0,30}$/)),
    port: portNames,
    initialDelaySeconds: number,
    periodSeconds: number,
    timeoutSeconds: number,
    failureThreshold: number,
  },
  { requiredKeys: [] },
);
const loadBalancer = fc.record(
  {
    type: fc.constantFrom("network", "classic"),
    internal: fc.boolean(),
    listeners: fc.array(
      fc.record({ port, target: portNames, tls: fc.boolean() }, { requiredKeys: ["port"] }),
      { maxLength: 4 },
    ),
    certificateArn: fc.constant(CERTIFICATE),
    allowedCidrBlocks: fc.array(block, { maxLength: 4 }),
    crossZone: fc.boolean(),
    externalTrafficPolicy: fc.constantFrom("Cluster", "Local"),
    idleTimeoutSeconds: number,
  },
  { requiredKeys: [] },
);

/** One optional setting of a workload at a time may be anything: so, most workloads are right. */
const optional: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  port,
  ports: fc.dictionary(portNames, port, { maxKeys: 4 }),
  replicas: fc.oneof(
    number,
    fc.record({ min: number, max: number, cpuPercent: number }, { requiredKeys: ["min", "max"] }),
  ),
  resources: fc.record({
    requests: fc.record(
      { cpu: quantity, memory: quantity, "ephemeral-storage": quantity },
      { requiredKeys: ["cpu", "memory"] },
    ),
    limits: fc.record(
      { cpu: quantity, memory: quantity, "ephemeral-storage": quantity },
      { requiredKeys: ["memory"] },
    ),
  }),
  probes: fc.record({ readiness: probe, liveness: probe, startup: probe }, { requiredKeys: [] }),
  command: fc.array(text, { maxLength: 4 }),
  args: fc.array(text, { maxLength: 4 }),
  environment: fc.dictionary(variable, text, { maxKeys: 5 }),
  secrets: fc.dictionary(
    variable,
    fc.constantFrom(
      { user: "report_writer", url: "dynamodb" },
      { user: "report_reader", url: "s3" },
      { user: "sqs_readwriter", url: "sqs" },
    ),
    { maxKeys: 3 },
  ),
  mail: fc.boolean(),
  writablePaths: fc.dictionary(folder, quantity, { maxKeys: 4 }),
  runAsUser: number,
  disruption: fc.record({ minAvailable: count, maxUnavailable: count }, { requiredKeys: [] }),
  rollingUpdate: fc.record({ maxSurge: count, maxUnavailable: count }, { requiredKeys: [] }),
  minReadySeconds: number,
  progressDeadlineSeconds: number,
  preStopSeconds: number,
  terminationGracePeriodSeconds: number,
  spread: fc.constantFrom("prefer", "require"),
  allowFrom: fc.array(fc.constantFrom("a", "a", "a", "c-d"), { maxLength: 3 }),
  egressCidrBlocks: fc.array(block, { maxLength: 4 }),
  loadBalancer,
};

const base = {
  image: IMAGE,
  port: 8080,
  resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "128Mi" } },
};

const workload = fc
  .array(
    fc
      .constantFrom(...Object.keys(optional))
      .chain((key) => (optional[key] as fc.Arbitrary<unknown>).map((value) => [key, value] as const)),
    { minLength: 1, maxLength: 4 },
  )
  .map((entries): Config => ({ ...base, ...Object.fromEntries(entries) }));

const mail = fc.oneof(
  fc.record({ catcher: fc.record({ maxMessages: number, retentionHours: number }, { requiredKeys: [] }) }),
  fc.record({
    sendgrid: fc.record(
      {
        from: fc.constantFrom("a@example.com", "x"),
        port: fc.constantFrom(25, 465, 587, 2525),
        username: text,
      },
      { requiredKeys: ["from"] },
    ),
  }),
);

describeWithApiServer("whatever settings take", (server) => {
  it("is taken by the API server", async () => {
    let taken = 0;
    const settings = fc.record({
      workloads: fc
        .tuple(fc.dictionary(name, workload, { maxKeys: 1 }), some(workload))
        .map(([named, a = base]): Config => ({ ...named, a })),
      mail: some(mail),
    });
    await fc.assert(
      fc.asyncProperty(settings, async (given) => {
        const config = workloadsConfig(given.workloads, given.mail);
        if (refusedBySettings(config).length > 0) {
          return;
        }
        taken++;
        expect(said(await server().refusals(await workloadObjects(config)))).to.deep.equal([]);
      }),
      { seed, numRuns: runs, endOnFailure: true },
    );
    // Else the above says nothing.
    expect(taken).to.be.at.least(runs / 5);
  });
});
