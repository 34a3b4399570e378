import { Provider as Aws } from "@pulumi/aws/provider";
import { expect } from "chai";
import { machinesToAdopt, type Adoptable } from "../../../components/metal-workers/adoption";
import { machinesInState } from "../../../components/metal-workers/known-machines";
import { createEquinixProvider } from "../../../components/metal-workers/equinix";
import { metalWorkersSettings, type MetalWorkersSettings } from "../../../settings/sections/metal-workers";
import { record } from "../../support/mocks";
import { stackContext } from "../../support/settings";

const context = stackContext();
const instance = "aws:ec2/instance:Instance";
const device = "equinix-metal:index/device:Device";

function settings(source: object): MetalWorkersSettings {
  return metalWorkersSettings.parse({
    slots: ["0-1", 7],
    source,
    docker: { version: "28.5.2" },
    worker: {
      release: "106.0.0",
      rootUrl: "https://taskcluster.example.net",
      clientId: "project/worker",
      workerGroup: "group",
      workerType: "type",
    },
  });
}
const equinix = {
  equinix: { projectId: "6a73cbe1-4f0c-4a0e-9d6a-2f1b7c1d8e90", metro: "sv", plan: "c3.small.x86" },
};
const ec2 = { ec2: { instanceType: "m7i.metal-24xl", amiId: "ami-0a1b2c3d4e5f60718" } };

/** What the state has: ids of machines. */
function state(type: string, ids: readonly string[]): () => Record<string, unknown> {
  const outputs = Object.fromEntries(ids.map((id) => [`urn:${id}`, { type, outputs: { id } }]));
  return () => ({
    outputs: { ...outputs, "urn:other": { type: "aws:sqs/queue:Queue", outputs: { id: "q" } } },
  });
}

/** Instances by the slot that they are tagged with; asked without a slot, all. */
async function adoptInstances(
  there: readonly (readonly [slot: string, id: string])[],
  known: readonly string[],
): Promise<{ readonly found: Adoptable; readonly questions: readonly Record<string, unknown>[] }> {
  const questions: Record<string, unknown>[] = [];
  const { result } = await record(
    async () =>
      machinesToAdopt({
        context,
        settings: settings(ec2),
        provider: new Aws("aws", { region: "eu-west-1" }),
        known: await machinesInState(),
      }),
    {
      invokes: {
        "pulumi:pulumi:readStackResourceOutputs": state(instance, known),
        "aws:ec2/getInstances:getInstances": (inputs) => {
          questions.push(inputs);
          const { slot } = inputs["instanceTags"] as { readonly slot?: string };
          return { ids: there.filter(([of]) => slot === undefined || of === slot).map(([, id]) => id) };
        },
      },
    },
  );
  return { found: result, questions };
}

/** Devices by the number of their slot; `several` for a name that two have. */
async function adoptDevices(
  there: Readonly<Record<string, { readonly id: string; readonly state: string } | "several">>,
  known: readonly string[],
): Promise<Adoptable> {
  const { result } = await record(
    async () =>
      machinesToAdopt({
        context,
        settings: settings(equinix),
        provider: createEquinixProvider("token"),
        known: await machinesInState(),
      }),
    {
      invokes: {
        "pulumi:pulumi:readStackResourceOutputs": state(device, known),
        "equinix-metal:index/getDevice:getDevice": ({ hostname, deviceId }) => {
          if (deviceId !== undefined) {
            return {
              id: deviceId,
              state: "active",
              hostname: `${context.project}-${context.stack}-docker-worker-0`,
            };
          }
          const found = there[String(hostname).split("-").at(-1) ?? ""];
          if (found === undefined) {
            throw new Error(`no device found with hostname ${String(hostname)}`);
          }
          if (found === "several") {
            throw new Error(`too many devices found with hostname ${String(hostname)} (found 2, expected 1)`);
          }
          return { ...found, hostname };
        },
      },
    },
  );
  return result;
}

const failure = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => "it went through",
    (error: unknown) => (error as Error).message,
  );

describe("machines that are taken over", () => {
  it("are instances of a slot that the state does not know; one question is enough where it knows all", async () => {
    const all = await adoptInstances([["0", "i-0"]], ["i-0"]);
    expect([...all.found]).to.deep.equal([]);
    expect(all.questions).to.have.length(1);
    expect(all.questions[0]).to.deep.include({
      instanceStateNames: ["pending", "running", "stopping", "stopped"],
    });
    expect(all.questions[0]?.["instanceTags"]).to.deep.include({
      environment: context.stack,
      "groundwork:pool": "metal-workers",
    });
    const { found } = await adoptInstances(
      [
        ["0", "i-0"],
        ["1", "i-1"],
        ["9", "i-9"],
      ],
      ["i-0"],
    );
    // Slot 9 is none of the settings'.
    expect([...found]).to.deep.equal([[1, "i-1"]]);
  });

  it("leave a slot alone whose machine lives, and stop the run where nobody knows which it is", async () => {
    const there = [
      ["0", "i-0"],
      ["0", "i-stray"],
    ] as const;
    expect([...(await adoptInstances(there, ["i-0"])).found]).to.deep.equal([]);
    expect(await failure(adoptInstances(there, []))).to.match(
      /Slot 0 .* i-0 and i-stray .*groundwork doctor dev --fix/s,
    );
  });

  it("are devices by their names, but none that is being deleted", async () => {
    const found = await adoptDevices(
      {
        "0": { id: "known", state: "active" },
        "1": { id: "lost", state: "provisioning" },
        "7": { id: "going", state: "deprovisioning" },
      },
      ["known"],
    );
    expect([...found]).to.deep.equal([[1, "lost"]]);
  });

  it("are not looked for among devices of one name while the slot's own lives", async () => {
    expect([...(await adoptDevices({ "0": "several" }, ["known"]))]).to.deep.equal([]);
    expect(await failure(adoptDevices({ "1": "several" }, ["known"]))).to.contain(
      "Slot 1 of the workers has several devices",
    );
  });

  it("are none among machines that exist: nobody makes them", async () => {
    const hosts = { hosts: {} };
    const { result } = await record(() =>
      machinesToAdopt({
        context,
        settings: settings(hosts),
        provider: new Aws("aws", { region: "eu-west-1" }),
        known: new Map(),
      }),
    );
    expect([...result]).to.deep.equal([]);
  });
});
