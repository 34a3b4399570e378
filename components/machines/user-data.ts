import { gzipSync } from "fflate";
import { readFileSync } from "node:fs";
import * as path from "node:path";

/** EC2's limit, before the encoding that the API wants. */
export const USER_DATA_LIMIT = 16_384;

/** Where the scripts are on the machine; boot/ here. They find each other by relative paths. */
const MACHINE_DIRECTORY = "/opt/groundwork";

const SOURCE_DIRECTORY = path.join(__dirname, "../../boot");

/** One file that cloud-init writes. */
export interface MachineFile {
  readonly path: string;
  /** Octal. */
  readonly permissions: string;
  readonly content: string;
}

/**
 * A file of boot/ as the machine gets it: without lines that are comments, so that a better comment starts no new machine.
 *
 * @param name Path below boot/.
 */
export function bootFile(name: string): MachineFile {
  const source = readFileSync(path.join(SOURCE_DIRECTORY, name), "utf8");
  const content = source
    .split("\n")
    .filter((line, index) => (index === 0 && line.startsWith("#!")) || !/^\s*(#|$)/.test(line))
    .join("\n");
  return {
    path: `${MACHINE_DIRECTORY}/${name}`,
    permissions: name.endsWith(".sh") ? "0755" : "0644",
    content: `${content}\n`,
  };
}

/**
 * The user data of a machine, in base64: a cloud-config (JSON is YAML) that writes files and runs one of them, once in the
 * machine's life. Compressed, as cloud-init takes it, by a library and not by Node's zlib, whose result differs between
 * versions and processors: the same settings must give the same bytes on a laptop and in CI, or machines are replaced.
 *
 * @throws Error when it is larger than EC2 takes; says how much there is of what.
 */
export function userData(owner: string, files: readonly MachineFile[], run: string): string {
  const config = {
    write_files: files.map((file) => ({ ...file, owner: "root:root" })),
    runcmd: [[`${MACHINE_DIRECTORY}/${run}`]],
  };
  const text = `#cloud-config\n${JSON.stringify(config)}\n`;
  const bytes = gzipSync(Buffer.from(text), { level: 9, mtime: 0 });
  if (bytes.length > USER_DATA_LIMIT) {
    const sizes = files.map(({ path: file, content }) => `${file} ${Buffer.byteLength(content)}`).join(", ");
    throw new Error(
      `${owner}: the user data has ${bytes.length} bytes compressed, and EC2 takes ${USER_DATA_LIMIT}. Before ` +
        `compression: ${sizes}. Make environment and runtimeCommand shorter, or put large values where the service can ` +
        "fetch them.",
    );
  }
  return Buffer.from(bytes).toString("base64");
}
