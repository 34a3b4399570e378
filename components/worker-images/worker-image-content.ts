import { bootFile } from "../machines/user-data";
import type { WorkerInstallData } from "../worker-groups/worker-data";
import { workerDataFile } from "../worker-groups/worker-files";
import type { ImageContent } from "./build-document";

/**
 * What an image of workers holds: what boot/worker/install.sh installs, by the same script and the same settings as on a machine that
 * boots without an image. All other scripts come with the machine: a change of theirs needs no new image.
 */
export function workerImageContent(install: WorkerInstallData): ImageContent {
  return {
    files: [
      bootFile("lib/machine.sh"),
      bootFile("lib/worker.sh"),
      bootFile("worker/install.sh"),
      bootFile("worker-image/check.sh"),
      // The machine's own takes its place.
      workerDataFile({ install }),
    ],
    install: ["/opt/groundwork/worker/install.sh"],
    check: ["/opt/groundwork/worker-image/check.sh"],
  };
}
