import type { Entries, Rule } from "../../../interpreter/entry";
import { listOf, textOf, type Values } from "../../../interpreter/values";

export const deviceType = "equinix-metal:index/device:Device";

/** Dollars an hour, Equinix's list prices of 2023, for what the API says of a plan. Others have no price here. */
export const hourlyPrices: Values = {
  "c3.small.x86": 0.75,
  "c3.medium.x86": 1.5,
  "m3.small.x86": 1.05,
  "m3.large.x86": 3.1,
  "s3.xlarge.x86": 2.95,
};
const projectType = "equinix-metal:index/project:Project";

const unlocked: Rule = ({ outputs }) =>
  outputs["locked"] === true
    ? {
        code: "DeviceLocked",
        message: "DELETE https://api.equinix.com/metal/v1/devices: 422 Cannot delete a locked device",
      }
    : undefined;

/** A machine is put somewhere: a metro or facilities, one of the two. */
const hasPlace: Rule = ({ inputs }) => {
  const metro = textOf(inputs, "metro") !== "";
  const facilities = inputs["facilities"] !== undefined;
  if (metro !== facilities) return undefined;
  const message = "one of facilies and metro must be configured";
  return { code: "MissingPlace", message };
};

export const entries: Entries = {
  [deviceType]: {
    outputs: ({ id, inputs, random, now }) => {
      const address = `198.51.100.${String(2 + random.int(250))}`;
      const gateway = "198.51.100.1";
      const inside = `10.${String(64 + random.int(64))}.${String(random.int(250))}.${String(2 + random.int(250))}`;
      const [facility] = listOf(inputs, "facilities");
      return {
        id,
        state: "active",
        created: now,
        updated: now,
        locked: false,
        accessPublicIpv4: address,
        accessPublicIpv6: `2001:db8:${random.hex(4)}::1`,
        accessPrivateIpv4: inside,
        deployedFacility: typeof facility === "string" ? facility : `${textOf(inputs, "metro")}1`,
        deployedHardwareReservationId: "",
        networkType: "layer3",
        networks: [
          { address, cidr: 31, family: 4, gateway, public: true },
          { address: inside, cidr: 31, family: 4, gateway: inside, public: false },
        ],
        ports: ["bond0", "eth0", "eth1"].map((name) => ({
          id: random.uuid(),
          mac: name === "bond0" ? "" : (random.hex(12).match(/../g) ?? []).join(":"),
          bonded: true,
          name,
          type: name === "bond0" ? "NetworkBondPort" : "NetworkPort",
        })),
        // The API tells it for 24 hours.
        rootPassword: random.lower(12),
        sshKeyIds: [],
      };
    },
    refuseCreate: [hasPlace],
    refuseDelete: [unlocked],
  },
  [projectType]: {
    dependants: [
      {
        type: deviceType,
        property: "projectId",
        code: "ProjectNotEmpty",
        message: () => "DELETE https://api.equinix.com/metal/v1/projects: 422 Project has active devices",
      },
    ],
  },
};
