import { expect } from "chai";
import { diffInputs } from "../../rehearsal/interpreter/diff";
import { refusedUpdates } from "../../rehearsal/interpreter/fixed-fields";
import type { Values } from "../../rehearsal/interpreter/values";
import { isNamespaced } from "../../rehearsal/packages/kubernetes/kinds";
import { describeWithApiServer, type ApiServer } from "./support/api-server";
import { kindChanges, type KindChanges } from "./support/changes";
import type { KubernetesObject } from "./support/objects";

/**
 * What the provider replaces though the API server would change it: its own table is older than the server, and the
 * rehearsal does as the provider does.
 */
const replacedByTheProviderOnly: readonly string[] = [
  // Unless they are marked immutable: a new one under a new name makes what uses it start again.
  "ConfigMap.data.a",
  "ConfigMap.binaryData",
  "Secret.stringData.a",
  "Job.spec.parallelism",
  "Pod.spec.containers.0.image",
  "StatefulSet.spec.revisionHistoryLimit",
];

describeWithApiServer("a change of a field", (server) => {
  const namespace = "changes";
  before(async () => {
    await created(server(), {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace },
    });
    // Claims of this class may grow.
    await created(server(), {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "a" },
      provisioner: "ebs.csi.aws.com",
      allowVolumeExpansion: true,
    });
    for (const name of ["default", "b"]) {
      await created(server(), {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name, namespace },
      });
    }
  });

  for (const { type, object, status, changes } of kindChanges) {
    const kind = type.split(":").at(-1) ?? "";
    const { name } = object["metadata"] as { readonly name: string };
    describe(`of ${kind} ${name}`, () => {
      let old: KubernetesObject;
      before(async () => {
        old = whole(type, object, namespace);
        await created(server(), old);
        if (status !== undefined) {
          expect(await server().client.applyStatus({ ...old, status })).to.include({ status: 200 });
        }
      });

      for (const [path, value] of changes) {
        const change = `${path} to ${JSON.stringify(value) ?? "nothing"}`;
        it(`${change} is an update where the API server takes it, and only there`, async () => {
          const wanted = exchanged(old, path.split("."), value) as KubernetesObject;
          const answer = await server().client.apply(wanted, { dryRun: true });
          expect(answer.status, answer.message).to.be.oneOf([200, 422]);
          const label = `${kind}.${path}`;
          if (answer.status === 422) {
            expect(rehearsed(type, old, wanted), answer.message).to.be.oneOf(["replaced", "refused"]);
          } else if (replacedByTheProviderOnly.includes(label)) {
            expect(rehearsed(type, old, wanted)).to.equal("replaced");
          } else {
            expect(rehearsed(type, old, wanted)).to.equal("updated");
          }
        });
      }
    });
  }
});

/** What the rehearsal's provider makes of a change. */
function rehearsed(type: string, old: object, wanted: object): "replaced" | "refused" | "updated" {
  const { replaces } = diffInputs(type, old as Values, wanted as Values);
  if (replaces.length > 0) {
    return "replaced";
  }
  return refusedUpdates(type, old as Values, wanted as Values).length > 0 ? "refused" : "updated";
}

function whole(type: string, object: KindChanges["object"], namespace: string): KubernetesObject {
  const [, version = "", kind = ""] = type.split(":");
  const metadata = object["metadata"] as KubernetesObject["metadata"];
  return {
    ...object,
    apiVersion: version.replace(/^core\//, ""),
    kind,
    metadata: { ...metadata, ...(isNamespaced(type) ? { namespace } : {}) },
  };
}

async function created(server: ApiServer, object: KubernetesObject): Promise<void> {
  const { status, message } = await server.client.apply(object);
  if (status >= 300) {
    throw new Error(`${object.kind} ${object.metadata.name}: ${message}`);
  }
}

/** A copy with another value at a place, or none. */
function exchanged(value: unknown, [step, ...rest]: readonly string[], wanted: unknown): unknown {
  if (step === undefined) {
    return wanted;
  }
  if (Array.isArray(value)) {
    return (value as unknown[]).map((entry, index) =>
      index === Number(step) ? exchanged(entry, rest, wanted) : entry,
    );
  }
  const fields = (value ?? {}) as Readonly<Record<string, unknown>>;
  const { [step]: had, ...others } = fields;
  const next = exchanged(had, rest, wanted);
  return next === undefined ? others : { ...others, [step]: next };
}
