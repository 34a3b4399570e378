import type { Entries, Rule } from "../../../interpreter/entry";
import { textOf } from "../../../interpreter/values";

const zoneType = "aws:route53/zone:Zone";
const recordType = "aws:route53/record:Record";

/** Lower case, without the dot at the end. */
function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function fullName(name: string, zone: string): string {
  const [record, parent] = [plain(name), plain(zone)];
  if (record === "") return parent;
  return record === parent || record.endsWith(`.${parent}`) ? record : `${record}.${parent}`;
}

const oneRecordAName: Rule = ({ inputs }, cloud) => {
  if (inputs["allowOverwrite"] === true) return undefined;
  const zone = textOf(cloud.find(zoneType, textOf(inputs, "zoneId"))?.outputs ?? {}, "name");
  const name = fullName(textOf(inputs, "name"), zone);
  const same = cloud
    .ofType(recordType)
    .find(
      ({ outputs }) =>
        outputs["zoneId"] === inputs["zoneId"] &&
        outputs["type"] === inputs["type"] &&
        textOf(outputs, "setIdentifier") === textOf(inputs, "setIdentifier") &&
        outputs["fqdn"] === name,
    );
  if (!same) return undefined;
  const message = `[Tried to create resource record set [name='${name}.', type='${textOf(inputs, "type")}'] but it already exists]`;
  return { code: "InvalidChangeBatch", message };
};

export const entries: Entries = {
  [zoneType]: {
    api: {
      service: "Route 53",
      title: "Route53 Hosted Zone",
      create: "CreateHostedZone",
      update: "UpdateHostedZoneComment",
      delete: "DeleteHostedZone",
    },
    id: ({ random }) => `Z${random.upper(20)}`,
    outputs: ({ id, inputs, random }) => {
      const servers = [".com", ".net", ".org", ".co.uk"].map(
        (end) => `ns-${String(random.int(2048))}.awsdns-${String(random.int(64)).padStart(2, "0")}${end}`,
      );
      const nameServers = inputs["vpcs"] === undefined ? servers.sort() : [];
      return {
        zoneId: id,
        nameServers,
        primaryNameServer: nameServers[0] ?? "",
        name: plain(textOf(inputs, "name")),
      };
    },
    dependants: [
      {
        type: recordType,
        property: "zoneId",
        counts: (_, { inputs }) => inputs["forceDestroy"] !== true,
        code: "HostedZoneNotEmpty",
        message: () =>
          "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
      },
    ],
    afterDelete: ({ id }, cloud) => {
      for (const record of cloud.ofType(recordType)) {
        if (record.outputs["zoneId"] === id) cloud.remove(recordType, record.id);
      }
    },
    seconds: { create: 35, delete: 30 },
  },

  [recordType]: {
    api: {
      service: "Route 53",
      title: "Route53 Record",
      create: "ChangeResourceRecordSets",
      update: "ChangeResourceRecordSets",
      delete: "ChangeResourceRecordSets",
    },
    id: ({ inputs }) =>
      [
        textOf(inputs, "zoneId"),
        plain(textOf(inputs, "name")),
        textOf(inputs, "type"),
        textOf(inputs, "setIdentifier"),
      ]
        .filter((part) => part !== "")
        .join("_"),
    outputs: ({ inputs }, cloud) => {
      const zone = textOf(cloud.find(zoneType, textOf(inputs, "zoneId"))?.outputs ?? {}, "name");
      return { fqdn: fullName(textOf(inputs, "name"), zone) };
    },
    references: [
      {
        property: "zoneId",
        type: zoneType,
        code: "NoSuchHostedZone",
        message: (id) => `No hosted zone found with ID: ${id}`,
        status: 404,
      },
    ],
    refuseCreate: [oneRecordAName],
    seconds: { create: 35, update: 35, delete: 35 },
  },
};
