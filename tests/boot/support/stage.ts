import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { both, installed } from "../../support/real-parts";

const boot = path.join(__dirname, "../../../boot");

/** Where a test's machine has what is no stand-in: the folders of this one. */
const systemPath = "/usr/bin:/bin";

/** What scripts of boot/ call as it is. */
export const scriptTools = installed(
  ["jq", "curl", "python3"],
  "jq, curl and python3 in /usr/bin (Debian: apt-get install jq curl python3)",
  systemPath,
);

/** What they call besides, where disks are real filesystems in files. */
export const diskTools = both(
  scriptTools,
  installed(
    ["blkid", "mkfs", "mkfs.ext4"],
    "blkid and mkfs.ext4 in /usr/sbin (Debian: apt-get install util-linux e2fsprogs)",
    "/usr/sbin",
  ),
);

/** Commands that the scripts call and that a test's machine has not, or must not run. */
const commands = ["aws", "systemctl", "docker", "dnf", "sleep", "journalctl"] as const;

/**
 * Each command is this script: it writes down how it was called, fails as often as it was told to, and otherwise answers
 * what it was told to.
 */
const standIn = `#!/bin/bash
name=$(basename "$0")
# In one write: both ends of a pipe come here at once.
line=$(printf '\\t%s' "$@")
printf '%s%s\\n' "$name" "$line" >>"$STAND_INS/calls"
key="$name $1"
[[ $name == aws ]] && key="aws $1 $2"
key_name=\${key// /_}
file=$STAND_INS/\${key_name//\\//_}
if [[ -s $file.failures ]]; then
  failures=$(<"$file.failures")
  if ((failures > 0)); then
    echo $((failures - 1)) >"$file.failures"
    cat "$file.stderr" >&2
    exit 1
  fi
fi
[[ ! -f $file.does ]] || . "$file.does"
for word in "$@"; do
  word=\${word//\\//_}
  [[ ! -f $file.for.$word ]] || { cat "$file.for.$word"; exit 0; }
done 2>/dev/null
if [[ -f $STAND_INS/real_$name ]]; then
  exec "$(<"$STAND_INS/real_$name")" "$@"
fi
[[ $key != "docker login" ]] || cat >"$STAND_INS/password"
while (($# > 0)); do
  case "$key $1" in
    "aws ssm put-parameter --value") printf '%s' "$2" >"$STAND_INS/aws_ssm_get-parameter" ;;
    "docker run --env-file") { stat -c %a "$2"; cat "$2"; } >"$STAND_INS/env-file" ;;
    "dnf install docker") ln -s "$0" "$(dirname "$0")/docker" ;;
  esac
  shift
done
[[ ! -f $file ]] || cat "$file"
`;

export interface Result {
  readonly exitCode: number;
  /** Everything that it printed. */
  readonly output: string;
}

/** A machine as far as the scripts of boot/ see one: files below a folder, commands, the metadata service. */
export class Stage {
  readonly directory = mkdtempSync(path.join(tmpdir(), "groundwork-boot-"));
  readonly standIns = path.join(this.directory, "stand-ins");
  readonly bin = path.join(this.directory, "bin");
  private server: Server | undefined;
  private readonly hidden: string[] = [];
  /** Requests to the metadata service that came without a token. */
  tokenless = 0;
  /** False: it refuses to give tokens. */
  givesTokens = true;
  readonly root = path.join(this.directory, "root");

  constructor(private readonly metadata: Readonly<Record<string, string>>) {
    for (const one of [
      path.join(this.standIns, "metadata"),
      this.bin,
      path.join(this.root, "etc/groundwork"),
    ]) {
      mkdirSync(one, { recursive: true });
    }
    for (const command of commands) {
      this.install(command);
    }
  }

  install(command: string): void {
    writeFileSync(path.join(this.bin, "stand-in"), standIn);
    chmodSync(path.join(this.bin, "stand-in"), 0o755);
    symlinkSync("stand-in", path.join(this.bin, command));
  }

  /** A command that is not on the PATH, by its place on the machine. */
  installAt(file: string): void {
    this.install(path.basename(file));
    mkdirSync(path.join(this.root, path.dirname(file)), { recursive: true });
    symlinkSync(path.join(this.bin, path.basename(file)), path.join(this.root, file));
  }

  /** A command of the test's own machine that this one has not. */
  hide(command: string): void {
    this.hidden.push(command);
  }

  makeDirectory(folder: string): void {
    mkdirSync(path.join(this.root, folder), { recursive: true });
  }

  uninstall(command: string): void {
    rmSync(path.join(this.bin, command), { force: true });
  }

  /** What a call prints, by command and first words: `aws ssm get-parameter`, `docker inspect`. */
  answers(call: string, text: string): void {
    writeFileSync(this.file(call), text);
  }

  /** What it prints when one of its words is this one. */
  answersFor(call: string, word: string, text: string): void {
    writeFileSync(`${this.file(call)}.for.${word.replaceAll("/", "_")}`, text);
  }

  /**
   * Lines of bash that run inside the call, before it answers: what happens to the machine meanwhile. They may `exit`, and see
   * $STAND_INS and $GROUNDWORK_ROOT.
   */
  does(call: string, lines: string): void {
    writeFileSync(`${this.file(call)}.does`, lines);
  }

  /** The command is the test machine's own, and only written down. */
  installReal(command: string, program: string): void {
    this.install(command);
    writeFileSync(path.join(this.standIns, `real_${command}`), program);
  }

  /**
   * What the metadata service says from now on; `undefined` = nothing, as of a notice that has not come. Lines of
   * `does` write $STAND_INS/metadata/ITEM, with `__` for each slash.
   */
  says(item: string, text: string | undefined): void {
    const file = path.join(this.standIns, "metadata", item.replaceAll("/", "__"));
    if (text === undefined) {
      rmSync(file, { force: true });
    } else {
      writeFileSync(file, text);
    }
  }

  /** Lets the next calls fail. */
  fails(call: string, stderr: string, times = 1000): void {
    writeFileSync(`${this.file(call)}.failures`, String(times));
    writeFileSync(`${this.file(call)}.stderr`, `${stderr}\n`);
  }

  write(file: string, content: string, mode?: number): void {
    const at = path.join(this.root, file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, content, { mode });
  }

  read(file: string): string {
    return readFileSync(path.join(this.root, file), "utf8");
  }

  /** Permissions of a file. */
  mode(file: string): number {
    return statSync(path.join(this.root, file)).mode & 0o777;
  }

  remove(file: string): void {
    rmSync(path.join(this.root, file), { recursive: true, force: true });
  }

  exists(file: string): boolean {
    return existsSync(path.join(this.root, file));
  }

  /** A file beside the stand-ins, for their own use. */
  keep(name: string, content: string): void {
    writeFileSync(path.join(this.standIns, name), content);
  }

  /** Files of the machine that contain a text. */
  filesWith(text: string): readonly string[] {
    return readdirSync(this.root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file, "latin1").includes(text))
      .map((file) => path.relative(this.root, file));
  }

  /** What a stand-in has kept. */
  kept(name: string): string {
    return readFileSync(path.join(this.standIns, name), "utf8");
  }

  /** Takes it away. */
  drop(name: string): void {
    rmSync(path.join(this.standIns, name), { force: true });
  }

  /** Every call so far, words apart by one space. */
  calls(...beginnings: string[]): readonly string[] {
    const file = path.join(this.standIns, "calls");
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
    return lines
      .map((line) => line.replaceAll("\t", " "))
      .filter(
        (line) => beginnings.length === 0 || beginnings.some((beginning) => line.startsWith(beginning)),
      );
  }

  forgetCalls(): void {
    rmSync(path.join(this.standIns, "calls"), { force: true });
  }

  /** Takes `fails` back. */
  succeeds(call: string): void {
    rmSync(`${this.file(call)}.failures`, { force: true });
  }

  /** A command that does something of its own, in place of a stand-in. */
  script(command: string, text: string): void {
    const file = path.join(this.bin, command);
    rmSync(file, { force: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }

  /** What scripts run with, but for the metadata service. */
  get environment(): Readonly<Record<"PATH" | "GROUNDWORK_ROOT" | "STAND_INS", string>> {
    return {
      PATH: this.path(),
      GROUNDWORK_ROOT: this.root,
      STAND_INS: this.standIns,
    };
  }

  /** Runs a script of boot/. */
  async run(script: string, ...args: string[]): Promise<Result> {
    const { exitCode, all = "" } = await execa(path.join(boot, script), args, {
      all: true,
      reject: false,
      extendEnv: false,
      env: {
        ...this.environment,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: await this.endpoint(),
      },
    });
    return { exitCode, output: all };
  }

  end(): void {
    this.server?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private path(): string {
    if (this.hidden.length === 0) {
      return `${this.bin}:${systemPath}`;
    }
    // Nothing can be taken off a folder of the PATH: links to all else that is in it.
    const rest = path.join(this.directory, "rest");
    rmSync(rest, { recursive: true, force: true });
    mkdirSync(rest);
    for (const command of readdirSync("/usr/bin").filter((one) => !this.hidden.includes(one))) {
      symlinkSync(path.join("/usr/bin", command), path.join(rest, command));
    }
    return `${this.bin}:${rest}`;
  }

  private file(call: string): string {
    return path.join(this.standIns, call.replaceAll(/[ /]/g, "_"));
  }

  /** The metadata service: version 2 and nothing else. */
  async endpoint(): Promise<string> {
    const server =
      this.server ??
      createServer((request, response) => {
        const reply = (status: number, text: string): void => {
          response.writeHead(status).end(text);
        };
        // Lines of `does` keep this file for as long as the service fails.
        if (existsSync(path.join(this.standIns, "metadata-fails"))) {
          reply(503, "");
        } else if (request.method === "PUT" && request.url === "/latest/api/token") {
          const ttl = Number(request.headers["x-aws-ec2-metadata-token-ttl-seconds"]);
          reply(this.givesTokens && ttl > 0 ? 200 : 403, "a-token");
        } else if (request.headers["x-aws-ec2-metadata-token"] !== "a-token") {
          this.tokenless++;
          reply(401, "");
        } else {
          const item = (request.url ?? "").replace("/latest/meta-data/", "");
          const said = path.join(this.standIns, "metadata", item.replaceAll("/", "__"));
          const value = existsSync(said) ? readFileSync(said, "utf8") : this.metadata[item];
          reply(value === undefined ? 404 : 200, value ?? "");
        }
      });
    if (this.server === undefined) {
      this.server = server;
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    }
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}
