import { expect } from "chai";
import { loopbackDevices } from "../../../settings/sections/metal-worker";
import { metalWorkersSettings, slotNumbers } from "../../../settings/sections/metal-workers";
import { metalSection, PUBLIC_KEY, sources } from "../../engine/support/metal-stack";
import { changed, existingNetwork, problemsOf, type Config } from "../support";

/** Path below the section, and what is said of it. */
function problems(
  section: Config,
  others: Readonly<Record<string, Config | undefined>> = {},
): readonly (readonly [string, string])[] {
  return problemsOf(changed({ ...others, "groundwork:metalWorkers": section }))
    .filter(({ path }) => path.startsWith("groundwork:metalWorkers"))
    .map(({ path, message }) => [path.replace(/^groundwork:metalWorkers\.?/, ""), message]);
}

const binary = { url: "https://releases.example.net/docker-worker", sha256: "a".repeat(64) };
const onHosts = (...slots: readonly number[]): Config => metalSection(slots, sources.hosts(...slots));
const onEc2 = (change: Config = {}): Config =>
  metalSection([0], { ec2: { ...sources.ec2().ec2, ...change } });

describe("settings: metal workers", () => {
  it("are right in their short form for each source", () => {
    for (const source of [sources.hosts(0), sources.ec2(), sources.equinix()]) {
      expect(problems(metalSection([0], source))).to.deep.equal([]);
    }
  });

  it("have the old workers' numbers as defaults", () => {
    const { worker, parallel, ssh } = metalWorkersSettings.parse(onHosts(0));
    expect(worker).to.include({
      provisionerId: "terraform-packet",
      workerIdPrefix: "machine-",
      capacity: 4,
      diskThreshold: 30,
      idleShutdownSeconds: 0,
      cpuGovernor: "performance",
      allowPrivileged: true,
    });
    expect(loopbackDevices({ kind: "docker-worker" })).to.deep.equal({ video: 100, audio: 32 });
    expect(loopbackDevices(worker)).to.deep.equal({ video: 0, audio: 0 });
    expect({ parallel, port: ssh.port }).to.deep.equal({ parallel: 3, port: 22 });
  });

  it("read slots as numbers and ranges, in whatever order", () => {
    expect(slotNumbers([24, "0-2", 7, "9-9"])).to.deep.equal([0, 1, 2, 7, 9, 24]);
  });

  it("name each slot once, and ranges forwards", () => {
    const hosts = sources.hosts(0, 1, 2, 3);
    expect(problems(metalSection(["0-3", 2, "1-1"], hosts))).to.deep.equal([
      ["slots", "names 1, 2 more than once"],
    ]);
    expect(problems(metalSection(["0-3", "3-0"], hosts))).to.deep.equal([
      ["slots[1]", '"3-0" ends before it begins'],
    ]);
    expect(problems(metalSection(["0-200"], sources.ec2()))).to.deep.equal([["slots", "names 201 slots"]]);
  });

  it("have exactly one source", () => {
    expect(problems(metalSection([0], {}))).to.deep.include(["source", "names none"]);
    expect(problems(metalSection([0], { ...sources.equinix(), ...sources.hosts(0) }))).to.deep.include([
      "source",
      "names equinix and hosts",
    ]);
  });

  it("have a host for each slot and no other, and none twice", () => {
    expect(problems(metalSection([0, 1], sources.hosts(0, 2)))).to.deep.equal([
      ["source.hosts.1", "is missing, and slots names it"],
      ["source.hosts.2", "is no slot that `slots` names"],
    ]);
    const host = { address: "Same.example.net", hostKey: PUBLIC_KEY };
    expect(
      problems(metalSection([0, 1], { hosts: { "0": host, "1": { ...host, address: "same.example.net" } } })),
    ).to.deep.equal([["source.hosts.1.address", "is the machine of slot 0"]]);
  });

  it("let somebody in who builds them, and not everybody", () => {
    const closed = { ...onEc2(), ssh: {} };
    expect(problems(closed)).to.deep.equal([
      ["ssh.allowedCidrBlocks", "is missing: nobody could reach the machines to build them"],
      ["ssh.publicKey", "is missing: machines of ec2 would let nobody in"],
    ]);
    expect(
      problems({ ...onEc2(), ssh: { publicKey: PUBLIC_KEY, allowedCidrBlocks: ["0.0.0.0/0"] } }),
    ).to.deep.equal([["ssh.allowedCidrBlocks[0]", "lets everybody at SSH"]]);
    const twice = ["10.0.0.0/8", "10.0.0.0/8"];
    expect(problems({ ...onEc2(), ssh: { publicKey: PUBLIC_KEY, allowedCidrBlocks: twice } })).to.deep.equal([
      ["ssh.allowedCidrBlocks[1]", '"10.0.0.0/8" is listed twice'],
    ]);
    expect(problems({ ...onHosts(0), ssh: { allowedCidrBlocks: ["10.0.0.0/8"] } })).to.deep.equal([
      ["ssh.allowedCidrBlocks", "only EC2 instances have a security group that it would go into"],
    ]);
  });

  it("say what machines of EC2 run: an image of their own, or the stack's release of Ubuntu", () => {
    const section = metalSection([0], { ec2: { instanceType: "m7i.metal-24xl" } });
    expect(problems(section)).to.deep.equal([["source.ec2.amiId", "nothing says what the machines run"]]);
    expect(problems(section, { "groundwork:releases": { ubuntu: "24.04-20261004" } })).to.deep.equal([]);
  });

  it("of EC2 are any x86 machines, and stand where they are reached", () => {
    for (const instanceType of ["m7i.metal-24xl", "c5.metal", "m7i.2xlarge", "c6a.4xlarge"]) {
      expect(problems(onEc2({ instanceType })), instanceType).to.deep.equal([]);
    }
    expect(problems(onEc2({ instanceType: "c7g.metal" }))).to.deep.equal([
      ["source.ec2.instanceType", "c7g.metal is no x86 machine that runs Ubuntu's packages of the steps"],
    ]);
    expect(problems(onEc2({ vpcId: "vpc-0a1b2c3d4e5f60718" }))).to.deep.equal([
      ["source.ec2.subnetIds", "is missing"],
    ]);
    expect(
      problems(onEc2(), { "groundwork:network": { ...existingNetwork(), publicSubnetIds: [] } }).map(
        ([path]) => path,
      ),
    ).to.deep.equal(["source.ec2"]);
  });

  it("know a key of a slot only where the vendor made the machine", () => {
    const ssh = { publicKey: PUBLIC_KEY, hostKeys: { "4": PUBLIC_KEY } };
    expect(problems({ ...metalSection([0], sources.equinix()), ssh })).to.deep.equal([
      ["ssh.hostKeys.4", "is no slot that `slots` names"],
    ]);
    expect(problems({ ...onHosts(4), ssh: { hostKeys: { "4": PUBLIC_KEY } } })).to.deep.equal([
      ["ssh.hostKeys.4", "the key of a host stands at source.hosts"],
    ]);
  });

  it("refuse what a shell or a unit would read as something else", () => {
    const withWorker = (worker: Config): readonly string[] =>
      problems({ ...onHosts(0), worker: { ...(onHosts(0)["worker"] as Config), ...worker } }).map(
        ([path]) => path,
      );
    const old = { kind: "docker-worker", release: "44.23.4", checksums: undefined, binary };
    expect(withWorker({ ...old, arguments: ["$(reboot)"] })).to.deep.equal(["worker.arguments[0]"]);
    expect(withWorker({ workerGroup: "a b" })).to.deep.equal(["worker.workerGroup"]);
    expect(withWorker({ rootUrl: "http://example.net" })).to.deep.equal(["worker.rootUrl"]);
    expect(
      problems(metalSection([0], { hosts: { "0": { address: "h; reboot", hostKey: PUBLIC_KEY } } })),
    ).to.have.length(1);
  });
});
