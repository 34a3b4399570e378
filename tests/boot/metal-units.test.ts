import { expect } from "chai";
import execa from "execa";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { both, describeWith, installed } from "../support/real-parts";
import { metalMachine, stepScript } from "./support/metal-machine";
import { scriptTools } from "./support/stage";

const systemd = installed(["systemd-analyze"], "systemd-analyze (Debian: apt-get install systemd)");

describeWith("the units of a metal worker, by systemd", both(systemd, scriptTools), (programs) => {
  for (const kind of ["generic-worker", "docker-worker"]) {
    it(`are read without a complaint: ${kind}`, async () => {
      const machine = metalMachine();
      try {
        await execa("bash", ["-c", stepScript("60-service.sh")], {
          env: {
            ...machine.environment,
            WORKER_KIND: kind,
            EXECUTABLE: kind,
            ARGUMENTS: "",
            DRAIN_SECONDS: "7200",
            DEVICES: "/dev/video0 /dev/snd/controlC0",
          },
        });
        const units = path.join(machine.root, "etc/systemd/system");
        const unit = path.join(units, `${kind}.service`);
        // A program and a unit that are not on this machine.
        const text = machine.read(`etc/systemd/system/${kind}.service`);
        writeFileSync(unit, text.replace(/=\/opt\/\S+/, "=/bin/true"));
        writeFileSync(path.join(units, "docker.service"), "[Service]\nExecStart=/bin/true\n");
        const { all } = await execa(programs()[0]["systemd-analyze"], ["verify", "--man=no", unit], {
          all: true,
          reject: false,
          env: { SYSTEMD_UNIT_PATH: `${units}:` },
        });
        expect(all).to.equal("");
      } finally {
        machine.end();
      }
    });
  }
});
