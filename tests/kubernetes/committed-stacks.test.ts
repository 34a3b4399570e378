import { expect } from "chai";
import { readConfig, recordProgram, stacks } from "../support/program";
import { describeWithApiServer, said } from "./support/api-server";
import { objectsOf } from "./support/objects";

describeWithApiServer("the committed stacks before a real API server", (server) => {
  for (const stack of stacks) {
    it(`${stack}: every object is accepted, and a pod of every template`, async () => {
      const objects = objectsOf(await recordProgram(stack));
      expect(objects.length > 0).to.equal("groundwork:cluster" in readConfig(stack));
      expect(said(await server().refusals(objects))).to.deep.equal([]);
    });
  }
});
