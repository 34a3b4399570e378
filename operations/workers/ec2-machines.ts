import type { EC2Client, Instance } from "@aws-sdk/client-ec2";
import type * as ec2Module from "@aws-sdk/client-ec2";
import { createRequire } from "node:module";
import {
  ownerTags,
  slotHostname,
  slotName,
  slotOfName,
  slotOfTags,
} from "../../components/metal-workers/slot-identity";
import { describeAwsError, type AwsClientConfig } from "../engine/aws-clients";
import { FailedError } from "../terminal/errors";
import type { FoundMachine, Machines, Price } from "./machine";

const load = createRequire(__filename);

/** EC2's names of the states of a machine that exists and is not going. */
const livingStates = ["pending", "running", "stopping", "stopped"] as const;

export interface Ec2Options {
  readonly owner: { readonly project: string; readonly stack: string };
  /** Dollars an hour, from the settings; EC2 itself does not tell prices. */
  readonly pricePerHour: number | undefined;
}

/** The pool's machines in EC2: those with its tags, and those with its names and other tags. */
export function ec2Machines(config: AwsClientConfig, { owner, pricePerHour }: Ec2Options): Machines {
  const { EC2Client, paginateDescribeInstances, TerminateInstancesCommand } = load(
    "@aws-sdk/client-ec2",
  ) as typeof ec2Module;
  const client: EC2Client = new EC2Client(config);
  const price: Price =
    pricePerHour === undefined
      ? { kind: "unknown", why: "set groundwork:metalWorkers.source.ec2.pricePerHour to know" }
      : {
          kind: "known",
          dollarsPerHour: pricePerHour,
          from: "groundwork:metalWorkers.source.ec2.pricePerHour",
        };

  async function matching(tags: Readonly<Record<string, string>>): Promise<readonly Instance[]> {
    const found: Instance[] = [];
    const pages = paginateDescribeInstances(
      { client, pageSize: 100 },
      {
        Filters: [
          { Name: "instance-state-name", Values: [...livingStates] },
          ...Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
        ],
      },
    );
    for await (const page of pages) {
      found.push(...(page.Reservations ?? []).flatMap(({ Instances: instances = [] }) => instances));
    }
    return found;
  }

  return {
    source: "ec2",
    find: async () => {
      // By name too: a machine whose tags somebody changed is still one that costs.
      const byName = { Name: `${slotHostname(owner, 0).slice(0, -1)}*` };
      try {
        const found = [...(await matching(ownerTags(owner))), ...(await matching(byName))];
        const machines = found.map((instance) => machineOf(instance, owner, price, config.region));
        return [...new Map(machines.map((machine) => [machine.id, machine])).values()].filter(
          ({ slot }) => slot !== undefined,
        );
      } catch (error) {
        throw new FailedError(`EC2 did not tell which machines there are: ${describeAwsError(error)}`);
      }
    },
    remove: async (id) => {
      try {
        await client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
      } catch (error) {
        if ((error as Error).name !== "InvalidInstanceID.NotFound") {
          throw new FailedError(`EC2 did not terminate ${id}: ${describeAwsError(error)}`);
        }
      }
    },
    close: () => client.destroy(),
  };
}

function machineOf(
  instance: Instance,
  owner: Ec2Options["owner"],
  price: Price,
  region: string,
): FoundMachine {
  const id = instance.InstanceId ?? "";
  const state = instance.State?.Name ?? "unknown";
  const tags = Object.fromEntries(
    (instance.Tags ?? []).map(({ Key: key = "", Value: value = "" }) => [key, value]),
  );
  const name = tags["Name"] ?? "";
  const prefix = slotHostname(owner, 0).slice(0, -slotName(0).length);
  return {
    source: "ec2",
    id,
    name,
    slot:
      slotOfTags(owner, tags) ??
      (name.startsWith(prefix) ? slotOfName(name.slice(prefix.length)) : undefined),
    state,
    kind: instance.InstanceType ?? "",
    address: instance.PublicIpAddress ?? instance.PrivateIpAddress,
    // When it was last started, which for a machine that nobody stops is when it was made.
    createdAt: instance.LaunchTime,
    price,
    ...(state === "stopped" && { start: `aws ec2 start-instances --region ${region} --instance-ids ${id}` }),
  };
}
