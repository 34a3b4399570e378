import { serviceData } from "../../../components/static-services/service-data";
import { staticServiceSettings } from "../../../settings/sections/static-services";
import { stackContext } from "../../support/settings";
import { Stage } from "./stage";

export const HASH = "3b2ef1a2f1c3f24d1a4a9f6e1e6b1a9d7c58f2ab0b0e3f4e3a9f7c1d5e6b8a90";
export const REPORT = "/groundwork/dev/static-services/dns/eu-west-1/0/report";
export const GROUP = "static-services-dns-eu-west-1-0-1a2b3c4";
export const INSTANCE = "i-0000000000000000a";

/** Settings of a service as short as they can be, with what a test adds. */
function service(changes: Record<string, unknown> = {}): ReturnType<typeof staticServiceSettings.parse> {
  return staticServiceSettings.parse({
    imageTag: "example/dns:1.4.0",
    imageHash: HASH,
    instanceType: "t4g.small",
    amazonLinuxRelease: "2023.9.20251117.1",
    ...changes,
  });
}

/** A machine of that service on which everything goes well, with the files that cloud-init has written. */
export function machine(changes: Record<string, unknown> = {}): Stage {
  const stage = new Stage({
    "instance-id": INSTANCE,
    "placement/region": "eu-west-1",
    "local-ipv4": "127.0.0.1",
    mac: "0a:1b:2c:3d:4e:5f",
    "network/interfaces/macs/0a:1b:2c:3d:4e:5f/vpc-ipv4-cidr-blocks": "10.0.0.0/16",
  });
  const slot = { service: "dns", region: "eu-west-1", number: 0 };
  stage.write(
    "etc/groundwork/service.json",
    JSON.stringify(serviceData(stackContext(), slot, service(changes))),
  );
  stage.write("etc/groundwork/report-to", `${REPORT}\n`);
  inGroup(stage, "Pending:Wait");
  stage.answers("aws ssm get-parameter", '{"status":"none"}\n');
  stage.answers("aws ec2 describe-addresses", "eipalloc-0123\ti-0000000000000000f\n");
  stage.answers("systemctl show", "0\n");
  stage.answers("docker inspect", "true 2020-01-01T00:00:00.123456789Z none 0\n");
  stage.answers("docker wait", "0\n");
  return stage;
}

export function inGroup(stage: Stage, state: string, generation = 2): void {
  stage.answers("aws autoscaling describe-auto-scaling-instances", `${GROUP}\t${generation}\t${state}\n`);
}

export interface MachineReport {
  readonly group: string;
  readonly status: string;
  readonly instance: string;
  readonly reason: string;
}

/** What the machine has said of itself last. */
export function reportOf(stage: Stage): MachineReport {
  return JSON.parse(stage.kept("aws_ssm_get-parameter")) as MachineReport;
}
