import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { recordProgram, type Config } from "../support/program";
import { describeWithApiServer, said } from "./support/api-server";
import { objectsOf } from "./support/objects";

const file = path.join(__dirname, "../../docs/examples/workloads/Pulumi.tools.yaml");

describeWithApiServer("the examples of workloads before a real API server", (server) => {
  it("every object is accepted, and a pod of every template", async () => {
    const { config: example } = parse(readFileSync(file, "utf8")) as { readonly config: Config };
    const recording = await recordProgram("dev", {
      change: (config) => {
        for (const key of Object.keys(config)) delete config[key];
        Object.assign(config, example);
      },
    });
    const objects = objectsOf(recording);
    const kinds = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(kinds).to.include.members([
      "Deployment grafana",
      "PersistentVolumeClaim grafana-data",
      "Deployment concourse",
      "Deployment podinfo",
      "CronJob podinfo-check",
    ]);
    expect(said(await server().refusals(objects))).to.deep.equal([]);
  });
});
