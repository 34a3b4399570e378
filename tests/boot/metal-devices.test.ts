import { expect } from "chai";
import execa from "execa";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { both, describeWith, installed, type RealPart } from "../support/real-parts";
import { metalMachine, stepScript } from "./support/metal-machine";
import { scriptTools, Stage, type Result } from "./support/stage";

const script = ["/bin/bash", "--norc", "-c", stepScript("20-devices.sh")];

/** What modules are built from. */
interface ModuleSource {
  /** A kernel whose headers are there: not the one that runs. */
  readonly kernel: string;
  /** Folder in /usr/src, as the package v4l2loopback-dkms has it: `v4l2loopback-0.12.7`. */
  readonly module: string;
}

const moduleSource: RealPart<ModuleSource> = {
  howToHave:
    "root, dkms, binutils, v4l2loopback and the headers of a kernel (Debian: apt-get install linux-headers-amd64 v4l2loopback-dkms)",
  find: () => {
    const kernel = entries("/lib/modules").find((name) => existsSync(`/lib/modules/${name}/build/Makefile`));
    const module = entries("/usr/src").find((name) => /^v4l2loopback-\d/.test(name));
    return kernel === undefined || module === undefined || process.getuid?.() !== 0
      ? undefined
      : { kernel, module };
  },
};

function entries(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** As the package does it once it is unpacked: what is not built is built, what is not installed is installed. */
const aptGet = `#!/bin/bash
set -e
printf 'apt-get\\t%s\\n' "$*" >>"$STAND_INS/calls"
name=$(basename "$STAND_INS"/v4l2loopback-*)
mkdir -p "$GROUNDWORK_ROOT/usr/src"
[[ -e $GROUNDWORK_ROOT/usr/src/$name ]] || cp -r "$STAND_INS/$name" "$GROUNDWORK_ROOT/usr/src"
module=v4l2loopback/\${name#v4l2loopback-}
dkms add "$module" 2>&1 || true
status=$(dkms status "$module" -k "$(uname -r)")
[[ $status == *": built"* || $status == *": installed"* ]] || dkms build "$module" -k "$(uname -r)"
[[ $status == *": installed"* ]] || dkms install "$module" -k "$(uname -r)"
`;

/** Makes as many devices as it is told to, and no more than the module that is installed can have. */
const modprobe = `#!/bin/bash
printf 'modprobe\\t%s\\n' "$*" >>"$STAND_INS/calls"
dev=$GROUNDWORK_ROOT/dev
if [[ $1 == -r ]]; then rm -f "$dev"/video*; exit 0; fi
[[ ! -e $dev/video0 ]] || exit 0
ko=$(find "$GROUNDWORK_ROOT/lib/modules" -name v4l2loopback.ko)
read -r _ size _ < <(nm -S "$ko" | grep ' video_nr$')
wanted=$(sed -n 's/^options v4l2loopback devices=//p' "$GROUNDWORK_ROOT/etc/modprobe.d/groundwork-worker.conf")
most=$((16#$size / 4))
for ((i = 0; i < wanted && i < most; i++)); do : >"$dev/video$i"; done
`;

describeWith(
  "the loopback devices of a worker's machine, by the real dkms",
  both(both(scriptTools, installed(["dkms", "nm", "make"], "dkms")), moduleSource),
  (found) => {
    let machine: Stage;

    beforeEach(() => {
      const [[, programs], { kernel, module }] = found();
      machine = new Stage({});
      const at = (folder: string): string => path.join(machine.root, folder);
      for (const folder of [
        "dev",
        "etc/dkms",
        "etc/modprobe.d",
        "usr/src",
        "var/lib/dkms",
        `lib/modules/${kernel}`,
      ]) {
        mkdirSync(at(folder), { recursive: true });
      }
      symlinkSync(`/lib/modules/${kernel}/build`, at(`lib/modules/${kernel}/build`));
      cpSync(`/usr/src/${module}`, path.join(machine.environment.STAND_INS, module), { recursive: true });
      machine.write(
        "etc/dkms/framework.conf",
        `source_tree=${at("usr/src")}\ndkms_tree=${at("var/lib/dkms")}\ninstall_tree=${at("lib/modules")}\n`,
      );
      // The real one, whose settings lie in this machine's /etc.
      machine.script(
        "dkms",
        readFileSync(programs.dkms, "utf8").replaceAll("/etc/dkms/", `${at("etc/dkms")}/`),
      );
      machine.script("uname", `#!/bin/bash\n[[ $1 == -r ]] && echo ${kernel} || exec /usr/bin/uname "$@"\n`);
      machine.script("apt-get", aptGet);
      machine.script("modprobe", modprobe);
      // Of the machine that runs the tests.
      machine.install("depmod");
    });
    afterEach(() => {
      machine.end();
    });

    /** A call on the machine, of a script by its place or of a command. */
    async function call(...[command = "", ...args]: string[]): Promise<Result> {
      const { exitCode, all = "" } = await execa(command, args, {
        all: true,
        reject: false,
        extendEnv: false,
        env: {
          ...machine.environment,
          PATH: `${machine.environment.PATH}:/usr/sbin`,
          VIDEO_DEVICES: "100",
          AUDIO_DEVICES: "0",
          CPU_GOVERNOR: "none",
        },
      });
      return { exitCode, output: all };
    }
    const inside = (...words: string[]): Promise<Result> => call("/usr/bin/env", ...words);

    /** Size of the module's table of devices, in devices. */
    async function built(): Promise<number> {
      const { stdout: ko } = await execa("find", [path.join(machine.root, "lib/modules"), "-name", "*.ko"]);
      const { stdout } = await execa(found()[0][1].nm, ["-S", ko]);
      return parseInt(/ ([0-9a-f]+) \w video_nr$/m.exec(stdout)?.[1] ?? "", 16) / 4;
    }

    const there = (): number => entries(path.join(machine.root, "dev")).length;

    it("are as many as are wanted, on a new machine and when it is done again", async () => {
      const first = await call(...script);
      expect(first.exitCode, first.output).to.equal(0);
      expect([await built(), there()]).to.deep.equal([100, 100]);
      machine.forgetCalls();
      const again = await call(...script);
      expect(again.exitCode, again.output).to.equal(0);
      expect(again.output).not.to.match(/building/i);
      expect([await built(), there()]).to.deep.equal([100, 100]);
      expect(machine.calls("modprobe")).to.deep.equal(["modprobe v4l2loopback"]);
    }).timeout(300_000);

    it("are as many where the package is there already, built for 8 and loaded, and stay when it is upgraded", async () => {
      await inside("apt-get", "install");
      expect(await built()).to.equal(8);
      machine.write("etc/modprobe.d/groundwork-worker.conf", "options v4l2loopback devices=100\n");
      for (let one = 0; one < 8; one++) machine.write(`dev/video${one}`, "");
      const { exitCode, output } = await call(...script);
      expect(exitCode, output).to.equal(0);
      expect([await built(), there()]).to.deep.equal([100, 100]);
      // An upgrade takes the old one out, and builds the new one.
      const [, { kernel, module }] = found();
      await inside("dkms", "remove", module.replace("loopback-", "loopback/"), "-k", kernel);
      await inside("apt-get", "install");
      expect(await built()).to.equal(100);
    }).timeout(300_000);
  },
);

describeWith("the kernel's packages of a worker's machine", scriptTools, () => {
  interface Archive {
    /** What dpkg says of the packages of the image. */
    readonly packages: string;
    readonly known: readonly string[];
    /** Modules that are there without a package of their own. */
    readonly modules?: readonly string[];
  }

  async function prepare(kernel: string, archive: Archive): Promise<Result & { readonly installed: string }> {
    const { packages, known, modules = [] } = archive;
    const machine = metalMachine();
    try {
      for (const module of modules) {
        machine.makeDirectory(`lib/modules/${kernel}`);
        machine.write(`lib/modules/${kernel}/${module}`, "");
      }
      machine.script("uname", `#!/bin/bash\necho ${kernel}\n`);
      machine.answers("dpkg-query --show", packages);
      for (const one of known) machine.answersFor("apt-cache show", one, `Package: ${one}\n`);
      const { exitCode, all } = await execa("/bin/bash", ["--norc", "-c", stepScript("10-packages.sh")], {
        all: true,
        reject: false,
        extendEnv: false,
        env: { ...machine.environment, MACHINE_NAME: "worker", KERNEL_MODULES: "yes" },
      });
      const [, installed = ""] =
        / --no-install-recommends (.*)/.exec(machine.calls("apt-get").at(-1) ?? "") ?? [];
      return { exitCode, output: all ?? "", installed };
    } finally {
      machine.end();
    }
  }
  /** What apt is told to install, where the archive has all of the kernel that runs. */
  async function installs(kernel: string, packages: string, known: readonly string[]): Promise<string> {
    const itsOwn = [`linux-headers-${kernel}`, `linux-modules-extra-${kernel}`];
    const { exitCode, output, installed } = await prepare(kernel, { packages, known: [...itsOwn, ...known] });
    expect(exitCode, output).to.equal(0);
    return installed;
  }
  const own = (kernel: string): string =>
    `ca-certificates curl gnupg jq kmod dkms linux-headers-${kernel} linux-modules-extra-${kernel}`;

  it("are those of the kernel that runs, and of those that are to come", async () => {
    const packages = [
      "ii  linux-image-6.8.0-31-generic kmod, linux-modules-6.8.0-31-generic",
      "ii  linux-image-generic-hwe-24.04 linux-image-6.11.0-9-generic, linux-modules-extra-6.11.0-9-generic, linux-firmware",
      "un  linux-image-virtual linux-image-6.8.0-31-generic",
      "ii  linux-image-lowlatency linux-image-6.8.0-31-lowlatency",
    ].join("\n");
    expect(await installs("6.8.0-31-generic", packages, ["linux-headers-generic-hwe-24.04"])).to.equal(
      `${own("6.8.0-31-generic")} linux-headers-generic-hwe-24.04`,
    );
  });

  it("are with the modules that a flavour has apart, held back or not", async () => {
    expect(
      await installs("6.8.0-1012-aws", "hi  linux-image-aws linux-image-6.8.0-1015-aws, linux-modules", [
        "linux-headers-aws",
        "linux-modules-extra-aws",
      ]),
    ).to.equal(`${own("6.8.0-1012-aws")} linux-headers-aws linux-modules-extra-aws`);
  });

  const aws = "6.8.0-1009-aws";
  for (const { title, known, modules, missing } of [
    { title: "headers", known: [`linux-modules-extra-${aws}`], modules: [], missing: `linux-headers-${aws}` },
    { title: "modules", known: [`linux-headers-${aws}`], modules: [], missing: `linux-modules-extra-${aws}` },
  ]) {
    it(`are not tried again where the archive has no ${title} of this kernel any more`, async () => {
      const { exitCode, output, installed } = await prepare(aws, { packages: "", known, modules });
      expect([exitCode, installed]).to.deep.equal([78, ""]);
      expect(output).to.contain(
        `Ubuntu has no package ${missing} any more, and this machine runs that kernel. Start it with a newer one`,
      );
    });
  }

  it("are without modules apart where the kernel has them in its own package", async () => {
    const { installed } = await prepare("6.8.0-31-kvm", {
      packages: "",
      known: ["linux-headers-6.8.0-31-kvm"],
      modules: ["snd-aloop.ko.zst"],
    });
    expect(installed).to.equal("ca-certificates curl gnupg jq kmod dkms linux-headers-6.8.0-31-kvm");
  });

  it("are those of the kernel that runs where nothing brings another", async () => {
    expect(await installs("6.8.0-31-generic", "ii  bash libc6", [])).to.equal(own("6.8.0-31-generic"));
  });
});
