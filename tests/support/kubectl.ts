import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readEnvironment } from "../../settings/environment";

/**
 * A `kubectl` for the PATH that keeps what it is given to create in a folder, and runs what is executed in a pod on this machine, in
 * the environment of the Job's container; a pod's folder /run/psql is one of here. Pods run at once, and Jobs end as `endJob` says.
 */
export class StandInKubectl {
  private readonly folder = mkdtempSync(path.join(tmpdir(), "groundwork-kubectl-"));
  readonly bin = path.join(this.folder, "bin");
  readonly memory = path.join(this.folder, "memory");

  constructor() {
    for (const folder of [this.bin, this.memory, path.join(this.folder, "objects")]) mkdirSync(folder);
    writeFileSync(path.join(this.bin, "kubectl"), `#!${process.execPath}\n${script(this.folder)}`, {
      mode: 0o755,
    });
  }

  /** For what calls it. */
  get variables(): NodeJS.ProcessEnv {
    return { PATH: `${this.bin}:${readEnvironment(process.cwd()).path}` };
  }

  /** What Jobs say from now on, and how they end. */
  endJob(condition: "Complete" | "Failed", log: string): void {
    writeFileSync(path.join(this.folder, "job.json"), JSON.stringify({ condition, log }));
  }

  /** Jobs go on and on. */
  leaveJob(): void {
    writeFileSync(path.join(this.folder, "job.json"), JSON.stringify({ condition: "Suspended", log: "" }));
  }

  /** What pods say from now on that do not come to run. */
  holdPods(status: object): void {
    writeFileSync(path.join(this.folder, "pod.json"), JSON.stringify(status));
  }

  /** Each call's arguments, without the kubeconfig. */
  calls(): readonly string[] {
    return readFileSync(path.join(this.folder, "calls"), "utf8").trimEnd().split("\n");
  }

  /** What is there now. */
  objects(): readonly Readonly<Record<string, unknown>>[] {
    const folder = path.join(this.folder, "objects");
    return readdirSync(folder).map(
      (file) =>
        JSON.parse(readFileSync(path.join(folder, file), "utf8")) as Readonly<Record<string, unknown>>,
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const script = (folder: string): string => `
const fs = require("node:fs"), { spawnSync } = require("node:child_process");
const folder = ${JSON.stringify(folder)}, [, , , , verb, what, ...rest] = process.argv;
const here = (text) => text.replaceAll("/run/psql", folder + "/memory");
const read = (file) => JSON.parse(fs.readFileSync(folder + "/" + file, "utf8"));
const objects = () => fs.readdirSync(folder + "/objects").map((file) => read("objects/" + file));
fs.appendFileSync(folder + "/calls", process.argv.slice(4).join(" ") + "\\n");
const job = objects().find(({ kind }) => kind === "Job");
if (verb === "create") {
  const made = JSON.parse(fs.readFileSync(0, "utf8"));
  const owners = made.metadata.ownerReferences ?? [];
  if (owners.some(({ uid }) => uid !== "uid-of-" + made.metadata.name)) process.exit(1);
  made.metadata.uid = "uid-of-" + made.metadata.name;
  fs.writeFileSync(folder + "/objects/" + made.kind, JSON.stringify(made));
  console.log(JSON.stringify(made));
} else if (verb === "get" && what === "pods") {
  const status = fs.existsSync(folder + "/pod.json") ? read("pod.json") : { phase: "Running" };
  console.log(JSON.stringify({ items: job ? [{ metadata: { name: "the-pod" }, status }] : [] }));
} else if (verb === "get") {
  console.log(JSON.stringify({ status: { conditions: [{ type: read("job.json").condition, status: "True" }] } }));
} else if (verb === "logs") {
  process.stdout.write(read("job.json").log);
} else if (verb === "delete") {
  for (const file of fs.readdirSync(folder + "/objects")) fs.rmSync(folder + "/objects/" + file);
} else if (verb === "exec") {
  const [program, ...args] = rest.slice(rest.indexOf("--") + 1);
  const [container] = job.spec.template.spec.containers;
  const env = Object.fromEntries(container.env.map(({ name, value }) => [name, here(value)]));
  const { status } = spawnSync(program, args.map(here), { stdio: "inherit", env: { PATH: process.env.PATH, ...env } });
  process.exit(status ?? 137);
} else process.exit(1);
`;
