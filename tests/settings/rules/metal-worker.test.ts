import { expect } from "chai";
import { metalSection, sources } from "../../engine/support/metal-stack";
import { changed, problemsOf, type Config } from "../support";

const checksums = {
  genericWorker: "a".repeat(64),
  livelog: "b".repeat(64),
  taskclusterProxy: "c".repeat(64),
};
const old = {
  kind: "docker-worker",
  release: "44.23.4",
  binary: { url: "https://releases.example.net/docker-worker", sha256: "a".repeat(64) },
};

/** Path below the section, what is said of it, and what is allowed, of a pool whose worker says this. */
function problems(
  worker: Config,
  ec2: Config = {},
  docker = "28.5.2",
): readonly (readonly [string, string, string])[] {
  const section = metalSection([0], { ec2: { ...sources.ec2().ec2, ...ec2 } });
  const { release, checksums: given, ...rest } = section["worker"] as Config;
  const base = "release" in worker ? rest : { ...rest, release, checksums: given };
  const whole = { ...section, docker: { version: docker }, worker: { ...base, ...worker } };
  return problemsOf(changed({ "groundwork:metalWorkers": whole }))
    .filter(({ path }) => path.startsWith("groundwork:metalWorkers"))
    .map(({ path, message, allowed }) => [path.replace("groundwork:metalWorkers.", ""), message, allowed]);
}

describe("settings: the worker on metal machines", () => {
  it("is generic-worker unless it says otherwise, and docker-worker of a release that has it", () => {
    expect(problems({})).to.deep.equal([]);
    expect(problems(old)).to.deep.equal([]);
    expect(problems({ ...old, release: "99.2.1" })).to.deep.equal([]);
  });

  it("is no docker-worker of a release that has none any more, and no generic-worker from before capacity", () => {
    expect(problems({ ...old, release: "100.0.0" })).to.deep.equal([
      [
        "worker.release",
        "100.0.0 has no docker-worker: it was taken out of Taskcluster on 30 April 2026, and 100.0.0 was the first release without it",
        "a release before 100.0.0, or worker.kind: generic-worker, which takes the same payloads",
      ],
    ]);
    expect(problems({ release: "99.2.1", checksums })).to.deep.equal([
      [
        "worker.release",
        "the generic-worker of 99.2.1 knows no capacity, and refuses a configuration that has it",
        "100.0.0 or later",
      ],
    ]);
  });

  it("has the checksums or the binary that its kind needs, at every level, and nothing of the other kind", () => {
    expect(problems({ release: "106.0.0" })).to.deep.equal([
      [
        "worker.checksums",
        "is missing: worker.kind is generic-worker",
        "genericWorker, livelog and taskclusterProxy, each the SHA-256 of the release's file",
      ],
    ]);
    expect(problems({ kind: "docker-worker", release: "44.23.4", checksums })).to.deep.equal([
      [
        "worker.binary",
        "is missing: worker.kind is docker-worker",
        "url and sha256 of the executable, or of an archive that has it",
      ],
      [
        "worker.checksums",
        "is for generic-worker, and worker.kind is docker-worker",
        "nothing here, or worker.kind: generic-worker",
      ],
    ]);
    expect(problems({ arguments: ["--verbose"] }).map(([path]) => path)).to.deep.equal(["worker.arguments"]);
    expect(problems({ ...old, allowInteractive: true }).map(([path]) => path)).to.deep.equal([
      "worker.allowInteractive",
    ]);
  });

  it("opens shells only where somebody can reach them", () => {
    const websocktunnel = { url: "https://tunnel.example.net", audience: "tunnel" };
    expect(problems({ allowInteractive: true }).map(([path]) => path)).to.deep.equal([
      "worker.websocktunnel",
    ]);
    expect(problems({ allowInteractive: true, websocktunnel })).to.deep.equal([]);
  });

  it("has a Docker that its release works with", () => {
    expect(problems({ release: "105.0.0", checksums }, {}, "26.1.4")).to.deep.equal([
      [
        "docker.version",
        "generic-worker 105.0.0 does not work with Docker 26.1.4",
        "Docker 27 or later with generic-worker 105.0.0 or later",
      ],
    ]);
    expect(problems({ release: "104.0.0", checksums }, {}, "26.1.4")).to.deep.equal([]);
    expect(problems(old, {}, "26.1.4")).to.deep.equal([]);
  });

  it("shares no loopback device among tasks that run at a time", () => {
    expect(problems({ capacity: 1, videoDevices: 1, audioDevices: 1 })).to.deep.equal([]);
    expect(problems({ capacity: 4, videoDevices: 1, audioDevices: 0 })).to.deep.equal([
      [
        "worker.videoDevices",
        "generic-worker gives all its tasks the same device, and 4 tasks run at a time",
        "videoDevices: 0; or capacity: 1, with a slot for each task at a time",
      ],
    ]);
    expect(problems({ capacity: 1, audioDevices: 32 })).to.deep.equal([
      ["worker.audioDevices", "32: generic-worker uses one device of a kind", "0 or 1 with generic-worker"],
    ]);
    // docker-worker hands out one to each.
    expect(problems({ ...old, capacity: 4, videoDevices: 100, audioDevices: 32 })).to.deep.equal([]);
  });

  it("names the executable of an archive, and of nothing else", () => {
    const withBinary = (binary: Config): readonly (readonly string[])[] =>
      problems({ ...old, binary: { sha256: "a".repeat(64), ...binary } }).map(([path, message]) => [
        path,
        message,
      ]);
    expect(withBinary({ url: "https://example.net/worker.tgz" })).to.deep.equal([
      ["worker.binary.executable", "is missing: the URL gives an archive"],
    ]);
    expect(withBinary({ url: "https://example.net/worker", executable: "bin/worker" })).to.deep.equal([
      ["worker.binary.executable", "the URL gives no archive (.tar.gz, .tgz) that it could be in"],
    ]);
  });

  it("has virtual machines in virtual machines only where EC2 nests them", () => {
    const nested = (instanceType: string): readonly (readonly string[])[] =>
      problems({}, { instanceType, nestedVirtualization: true }).map(([path, message]) => [path, message]);
    expect(nested("m8i.8xlarge")).to.deep.equal([]);
    expect(nested("r8i-flex.2xlarge")).to.deep.equal([]);
    expect(nested("m7i.8xlarge")).to.deep.equal([
      ["source.ec2.nestedVirtualization", "m7i.8xlarge has none"],
    ]);
    expect(nested("m7i.metal-24xl")).to.deep.equal([
      [
        "source.ec2.nestedVirtualization",
        "m7i.metal-24xl is bare metal: tasks start virtual machines on it as it is",
      ],
    ]);
  });
});
