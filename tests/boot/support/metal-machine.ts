import { mkdirSync } from "node:fs";
import { release } from "node:os";
import * as path from "node:path";
import { createHash } from "node:crypto";
import { bootScript } from "../../../components/metal-workers/script";
import { MetalWorkers } from "../../../components/metal-workers/metal-workers";
import { metalWorkersSettings } from "../../../settings/sections/metal-workers";
import { record } from "../../support/mocks";
import { stackContext } from "../../support/settings";
import type { RemoteCommand, Sshd } from "../../support/sshd";
import { Stage } from "./stage";

export const TOKEN = "a-token-of-44-characters-that-opens-nothing1";
/** What the worker does where the steps call it: makes the key that artifacts are signed with. */
const WORKER = `#!/bin/sh
[ "$1 $2" = "new-ed25519-keypair --file" ] || exit 64
echo "the private half" >"$3"
echo "the public half"
`;
/** A worker of a release that had one kind more. */
export const OLD_WORKER = "#!/bin/sh\necho I am the old worker\n";
const files = {
  genericWorker: ["generic-worker-multiuser-linux-amd64", WORKER],
  livelog: ["livelog-linux-amd64", "#!/bin/sh\necho livelog\n"],
  taskclusterProxy: ["taskcluster-proxy-linux-amd64", "#!/bin/sh\necho proxy\n"],
} as const;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Settings that make a docker-worker of it. */
export const dockerWorker = {
  kind: "docker-worker",
  release: "44.23.4",
  checksums: undefined,
  binary: { url: "https://releases.example.net/docker-worker", sha256: sha256(OLD_WORKER) },
} as const;

/** A step's script as a machine gets it. */
export const stepScript = (name: string): string =>
  bootScript("lib/apt.sh") + bootScript(`metal-worker/${name}`);

/** What the steps call that a test's machine has not, or must not run. */
const commands = [
  "apt-get",
  "apt-mark",
  "apt-cache",
  "cloud-init",
  "dpkg",
  "dpkg-query",
  "dkms",
  "gpg",
  "hostnamectl",
  "modprobe",
] as const;

/** Gives the file of a URL's last part out of a folder, or the answer that was set for the queue. */
const curl = `#!/bin/bash
line=$(printf '\\t%s' "$@")
printf 'curl%s\\n' "$line" >>"$STAND_INS/calls"
while (($# > 0)); do
  case "$1" in
    -o | --output) output=$2; shift ;;
    --write-out) status=yes; shift ;;
    https://*) url=$1 ;;
  esac
  shift
done
if [[ \${url##*/} == *-worker* && -e $STAND_INS/refuses ]]; then
  refuses=$(<"$STAND_INS/refuses")
  echo "curl: (22) The requested URL returned error: $refuses" >&2
  printf '%s' "$refuses"
  exit 22
fi
cp "$STAND_INS/\${url##*/}" "$output" || exit 22
[[ -z \${status:-} ]] || printf 200
`;

/** Waits, when it is to install Docker, while a file says so. */
const aptGet = `#!/bin/bash
line=$(printf '\\t%s' "$@")
printf 'apt-get%s\\n' "$line" >>"$STAND_INS/calls"
[[ " $* " == *" docker-ce="* ]] || exit 0
while [[ -e $STAND_INS/hold ]]; do /bin/sleep 0.05; done
`;

/** A bare machine with Ubuntu, as far as the steps see one. */
export function metalMachine(): Stage {
  const stage = new Stage({});
  mkdirSync(path.join(stage.root, "dev"));
  for (const command of commands) {
    stage.install(command);
  }
  stage.script("curl", curl);
  stage.script("apt-get", aptGet);
  stage.script("sudo", '#!/bin/bash\nshift\nexec "$@"\n');
  stage.write("etc/os-release", "ID=ubuntu\nVERSION_CODENAME=noble\n");
  const kernel = release();
  for (const name of [`linux-headers-${kernel}`, `linux-modules-extra-${kernel}`]) {
    stage.answersFor("apt-cache show", name, `Package: ${name}\n`);
  }
  stage.answers(
    "apt-cache madison",
    " docker-ce | 5:28.5.2-1~ubuntu.24.04~noble | https://download.docker.com\n",
  );
  stage.answers("gpg --show-keys", "fpr:::::::::9DC858229FC7DD38854AE2D88D81803C0EBFCD88:\n");
  stage.answers("dpkg --print-architecture", "amd64\n");
  // Not there, then there.
  stage.script("docker", standInDocker);
  stage.answersFor("systemctl show", "ActiveEnterTimestamp", "2020-01-01 00:00:00 UTC\n");
  stage.answersFor("systemctl show", "NRestarts", "0\n");
  stage.keep("docker-worker", OLD_WORKER);
  for (const [name, content] of Object.values(files)) {
    stage.keep(name, content);
  }
  stage.write("etc/hosts", "127.0.0.1 localhost\n");
  stage.keep("machine-3", JSON.stringify({ lastDateActive: new Date().toISOString() }));
  stage.keep("gpg", "a key\n");
  return stage;
}

const standInDocker = `#!/bin/bash
printf 'docker\\t%s\\n' "$*" >>"$STAND_INS/calls"
grep -q docker-ce= "$STAND_INS/calls" || exit 1
echo 28.5.2
`;

/** The steps of slot 3, as the component hands them to the provider, in their order. */
export async function stepsOver(
  sshd: Sshd,
  changes: {
    readonly hostKey?: string;
    readonly worker?: Readonly<Record<string, unknown>>;
    readonly docker?: string;
    readonly steps?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<Readonly<Record<string, RemoteCommand>>> {
  const settings = metalWorkersSettings.parse({
    slots: [3],
    source: {
      hosts: {
        "3": {
          address: "127.0.0.1",
          port: sshd.port,
          user: sshd.user,
          hostKey: changes.hostKey ?? sshd.hostKey(),
        },
      },
    },
    docker: { version: changes.docker ?? "28.5.2" },
    steps: { backOffSeconds: 0, ...changes.steps },
    worker: {
      release: "106.0.0",
      checksums: Object.fromEntries(
        Object.entries(files).map(([key, [, content]]) => [key, sha256(content)]),
      ),
      rootUrl: "https://taskcluster.example.net",
      clientId: "project/worker",
      workerGroup: "here",
      workerType: "docker-worker",
      videoDevices: 0,
      capacity: 1,
      audioDevices: 1,
      ...changes.worker,
    },
  });
  const recording = await record(
    () =>
      new MetalWorkers("metal-workers", {
        context: stackContext(),
        settings,
        tags: {},
        sshKey: sshd.privateKey,
        accessToken: TOKEN,
      }),
  );
  return Object.fromEntries(
    recording
      .ofType("command:remote:Command")
      .map(({ name, inputs }) => [name.replace("docker-worker-3-", ""), inClear(inputs) as RemoteCommand]),
  );
}

/** What the provider sees, for which nothing is secret. */
function inClear(value: unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if ("secret" in value) {
    return inClear(value.secret);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inClear(inner)]));
}
