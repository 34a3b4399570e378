import { readdirSync } from "node:fs";
import * as path from "node:path";
import { bootFile, type MachineFile } from "../machines/user-data";
import { WORKER_DATA_FILE, type WorkerData, type WorkerInstallData } from "./worker-data";

/** What boot/worker takes of boot/lib. */
const LIBRARY = ["lib/machine.sh", "lib/secrets.sh", "lib/worker.sh", "lib/failed-boot.sh"];

/** Every script and unit of a worker's machine, the same for all groups. */
export function workerScripts(): readonly MachineFile[] {
  const own = readdirSync(path.join(__dirname, "../../boot/worker")).sort();
  return [...LIBRARY, ...own.map((name) => `worker/${name}`)].map(bootFile);
}

/** The scripts' settings, as boot/worker reads them. */
export function workerDataFile(data: WorkerData | { readonly install: WorkerInstallData }): MachineFile {
  return { path: WORKER_DATA_FILE, permissions: "0400", content: JSON.stringify(data) };
}
