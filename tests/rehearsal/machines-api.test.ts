import { DescribeInstancesCommand, EC2Client, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { expect } from "chai";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { startRehearsal, type Rehearsal } from "../../rehearsal";

const account = "111122223333";
const scope = `${account}/eu-west-1`;
const projectId = "6a73cbe1-4f0c-4a0e-9d6a-2f1b7c1d8e90";

describe("the rehearsal's machines, over their vendors' own APIs", () => {
  let directory: string;
  let rehearsal: Rehearsal;

  beforeEach(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-machines-"));
    mkdirSync(path.join(directory, "cloud"), { recursive: true });
    rehearsal = await startRehearsal({
      directory,
      accountId: account,
      faults: [
        { match: { type: "equinix-metal:api:*", method: "invoke" }, nth: 2, fault: "throttle" },
        { match: { type: "aws:ec2:DescribeInstances", method: "invoke" }, fault: "throttle" },
      ],
    });
  });
  afterEach(async () => {
    await rehearsal.stop();
    rmSync(directory, { recursive: true });
  });

  const put = (name: string, record: object): void =>
    writeFileSync(path.join(directory, "cloud", `${name}.json`), JSON.stringify(record));
  const files = (): readonly string[] => readdirSync(path.join(directory, "cloud")).sort();

  describe("EC2", () => {
    let ec2: EC2Client;
    beforeEach(() => {
      const { AWS_ENDPOINT_URL: endpoint = "", AWS_ACCESS_KEY_ID: accessKeyId = "" } = rehearsal.environment;
      const credentials = { accessKeyId, secretAccessKey: "rehearsal" };
      ec2 = new EC2Client({ region: "eu-west-1", maxAttempts: 3, endpoint, credentials });
    });
    afterEach(() => ec2.destroy());

    const instance = (slot: number, state = "running", at = scope): void =>
      put(`i${slot}`, {
        type: "aws:ec2/instance:Instance",
        id: `i-00000000000000${String(slot).padStart(3, "0")}`,
        inputs: {
          instanceType: "m7i.metal-24xl",
          ami: "ami-1",
          tags: { slot: String(slot), Name: `dev-worker-${slot} & co` },
        },
        outputs: { instanceState: state, publicIp: "203.0.113.9", tagsAll: { project: "groundwork" } },
        createdAt: "2026-03-01T12:00:00.000Z",
        scope: at,
      });

    it("are described by state and tags, page by page, and asked again when throttled", async () => {
      for (let slot = 0; slot < 7; slot++) instance(slot);
      instance(7, "stopped");
      instance(8, "running", `${account}/eu-central-1`);
      const Filters = [
        { Name: "tag:project", Values: ["groundwork"] },
        { Name: "tag:Name", Values: ["dev-worker-*"] },
        { Name: "instance-state-name", Values: ["running"] },
      ];
      const first = await ec2.send(new DescribeInstancesCommand({ Filters, MaxResults: 5 }));
      const second = await ec2.send(
        new DescribeInstancesCommand({ Filters, MaxResults: 5, NextToken: first.NextToken }),
      );
      const ids = [first, second].map(({ Reservations = [] }) =>
        Reservations.map(
          ({ Instances: [found] = [] }) => found?.Tags?.find(({ Key }) => Key === "slot")?.Value,
        ),
      );
      expect(ids).to.deep.equal([
        ["0", "1", "2", "3", "4"],
        ["5", "6"],
      ]);
      expect(second.NextToken).to.equal(undefined);
      const found = first.Reservations?.[0]?.Instances?.[0];
      expect(found).to.deep.include({
        InstanceId: "i-00000000000000000",
        InstanceType: "m7i.metal-24xl",
        PublicIpAddress: "203.0.113.9",
        LaunchTime: new Date("2026-03-01T12:00:00.000Z"),
      });
      expect(found?.Tags?.find(({ Key }) => Key === "Name")?.Value).to.equal("dev-worker-0 & co");
    });

    it("are terminated, with EC2's own word for one that is not there", async () => {
      instance(0);
      const { TerminatingInstances } = await ec2.send(
        new TerminateInstancesCommand({ InstanceIds: ["i-00000000000000000"] }),
      );
      expect(TerminatingInstances?.[0]?.CurrentState?.Name).to.equal("shutting-down");
      expect(files()).to.deep.equal([]);
      const error = await ec2
        .send(new TerminateInstancesCommand({ InstanceIds: ["i-00000000000000000"] }))
        .then(
          () => new Error("it was done"),
          (reason: unknown) => reason as Error,
        );
      expect(error.name).to.equal("InvalidInstanceID.NotFound");
    });
  });

  describe("Equinix Metal", () => {
    let url: string;
    beforeEach(async () => {
      url = await rehearsal.serveEquinixApi();
    });
    const call = (method: string, where: string, token = "rehearsal"): Promise<Response> =>
      fetch(`${url}${where}`, { method, headers: { "X-Auth-Token": token } });
    const device = (slot: number, project = projectId): void =>
      put(`d${slot}`, {
        type: "equinix-metal:index/device:Device",
        id: `00000000-0000-4000-8000-00000000000${slot}`,
        inputs: {
          projectId: project,
          hostname: `worker-${slot}`,
          plan: "c3.small.x86",
          metro: "sv",
          tags: [`slot-${slot}`],
        },
        outputs: { state: "active", locked: slot === 2, accessPublicIpv4: "198.51.100.4" },
      });

    it("are listed page by page with what a page is of, and a call too many is told to wait", async () => {
      for (const slot of [0, 1, 2]) device(slot);
      device(3, "6a73cbe1-0000-4a0e-9d6a-2f1b7c1d8e90");
      const page = (await (await call("GET", `/projects/${projectId}/devices?page=2&per_page=2`)).json()) as {
        devices: object[];
        meta: object;
      };
      expect(page.devices).to.have.length(1);
      expect(page.devices[0]).to.deep.include({
        hostname: "worker-2",
        tags: ["slot-2"],
        plan: { slug: "c3.small.x86", name: "c3.small.x86", pricing: { hour: 0.75 } },
      });
      expect(page.meta).to.deep.include({ current_page: 2, last_page: 2, total: 3, next: null });
      const throttled = await call("GET", `/projects/${projectId}/devices`);
      expect([throttled.status, throttled.headers.get("retry-after")]).to.deep.equal([429, "1"]);
    });

    it("are deleted unless they are locked, and by nobody without a key", async () => {
      device(1);
      device(2);
      const [id, locked] = [1, 2].map((slot) => `/devices/00000000-0000-4000-8000-00000000000${slot}`);
      expect((await call("DELETE", id ?? "", "")).status).to.equal(401);
      expect((await call("DELETE", id ?? "")).status).to.equal(204);
      expect((await call("DELETE", id ?? "")).status).to.equal(404);
      const refused = await call("DELETE", locked ?? "");
      expect([refused.status, await refused.json()]).to.deep.equal([
        422,
        { errors: ["Cannot delete a locked device"] },
      ]);
      expect(files()).to.deep.equal(["d2.json"]);
    });
  });
});
