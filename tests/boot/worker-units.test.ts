import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { USER_DATA_LIMIT, userData } from "../../components/machines/user-data";
import { workerDataFile, workerScripts } from "../../components/worker-groups/worker-files";
import { Scheduler, workerDataFor } from "./support/worker-machine";

const folder = path.join(__dirname, "../../boot/worker");
const units = readdirSync(folder).filter((file) => /\.(service|slice)$/.test(file));

describe("the files of a worker's machine", () => {
  it("have every script that a unit or the first boot calls, to be executed", () => {
    const scripts = new Map(workerScripts().map((file) => [file.path, file.permissions]));
    const called = units
      .flatMap((unit) => readFileSync(path.join(folder, unit), "utf8").match(/\/opt\/groundwork\/\S+/g) ?? [])
      .concat("/opt/groundwork/worker/install.sh");
    expect(called).to.include.members(["/opt/groundwork/worker/boot.sh", "/opt/groundwork/worker/watch.sh"]);
    for (const script of called) {
      expect(scripts.get(script), script).to.equal("0755");
    }
  });

  it("leave room in the user data, with settings as long as they may sensibly be", async () => {
    const scheduler = await Scheduler.start();
    after(() => scheduler.end());
    const numbered = (many: number): number[] => Array.from({ length: many }, (_, index) => index);
    const sha256 = { amd64: scheduler.sum("worker", "sha256"), arm64: scheduler.sum("metrics", "sha256") };
    const data = workerDataFor(scheduler, {
      tags: numbered(20).map((tag) => `tag-${tag}`),
      environment: Object.fromEntries(
        numbered(40).map((variable) => [
          `CONCOURSE_SETTING_${variable}`,
          String(Math.sin(variable + 1)).repeat(2),
        ]),
      ),
      keys: {
        worker: { arn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:concourse/worker-key-a1B2c3" },
        scheduler: {
          publicKey: `ssh-rsa ${numbered(60)
            .map((part) => String(Math.cos(part + 1)).slice(-9))
            .join("")}`,
        },
      },
      install: {
        packages: numbered(50).map((one) => `package-${one}`),
        worker: {
          url: "https://github.com/concourse/concourse/releases/{version}",
          sha256: { "7.14.1": sha256 },
        },
      },
    });
    const text = userData("workers", [...workerScripts(), workerDataFile(data)], "worker/boot.sh");
    expect(Buffer.from(text, "base64").length).to.be.lessThan(USER_DATA_LIMIT * 0.8);
  });
});
