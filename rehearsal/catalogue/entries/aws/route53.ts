import type { CloudView, Entries, InputRule, Refusal, Rule, UpdateRule } from "../../../interpreter/entry";
import { isRecord, listOf, textOf, textsAt, type Values } from "../../../interpreter/values";
import { hostedZoneOf } from "../../../packages/aws/regions";

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

function zoneNameOf(inputs: Values, cloud: CloudView): string {
  return textOf(cloud.find(zoneType, textOf(inputs, "zoneId"))?.outputs ?? {}, "name");
}

function invalid(reason: string): Refusal {
  return { code: "InvalidChangeBatch", message: `[${reason}]` };
}

/** Each name and type once; the zone's own NS and SOA are there from the start. */
const oneRecordAName: Rule = ({ inputs }, cloud) => {
  if (inputs["allowOverwrite"] === true) return undefined;
  const zone = zoneNameOf(inputs, cloud);
  const name = fullName(textOf(inputs, "name"), zone);
  const type = textOf(inputs, "type");
  const isZones = name === plain(zone) && (type === "NS" || type === "SOA");
  const same = othersAt(name, inputs, cloud).some(
    (outputs) =>
      outputs["type"] === type && textOf(outputs, "setIdentifier") === textOf(inputs, "setIdentifier"),
  );
  if (!same && !isZones) return undefined;
  return invalid(
    `Tried to create resource record set [name='${name}.', type='${type}'] but it already exists`,
  );
};

/** All else that names a record replaces it. */
const otherIdentifierIsFree: UpdateRule = (subject, wanted, cloud) =>
  textOf(subject.outputs, "setIdentifier") === textOf(wanted, "setIdentifier")
    ? undefined
    : oneRecordAName({ ...subject, inputs: wanted }, cloud);

/** A CNAME stands alone, and not at the zone's own name. */
const cnamesStandAlone: Rule = ({ inputs }, cloud) => {
  const zone = zoneNameOf(inputs, cloud);
  const name = fullName(textOf(inputs, "name"), zone);
  const type = textOf(inputs, "type");
  if (type === "CNAME" && name === plain(zone)) {
    return invalid(
      `RRSet of type CNAME with DNS name ${name}. is not permitted at apex in zone ${plain(zone)}.`,
    );
  }
  const others = othersAt(name, inputs, cloud).filter((outputs) => outputs["type"] !== type);
  if (!others.some((outputs) => type === "CNAME" || outputs["type"] === "CNAME")) return undefined;
  return invalid(
    `RRSet of type ${type} with DNS name ${name}. is not permitted as it conflicts with other records with the same DNS name in zone ${plain(zone)}.`,
  );
};

function othersAt(name: string, inputs: Values, cloud: CloudView): readonly Values[] {
  return cloud
    .ofType(recordType)
    .map(({ outputs }) => outputs)
    .filter((outputs) => outputs["zoneId"] === inputs["zoneId"] && outputs["fqdn"] === name);
}

/** A load balancer's name and the hosted zone that it lies in belong together. */
const aliasesLieInTheirZone: InputRule = (inputs) => {
  for (const alias of listOf(inputs, "aliases").filter(isRecord)) {
    const [name, zoneId] = [plain(textOf(alias, "name")), textOf(alias, "zoneId")];
    const [, classic] = /\.([a-z0-9-]+)\.elb\.amazonaws\.com(?:\.cn)?$/.exec(name) ?? [];
    const [, network] = /\.elb\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(name) ?? [];
    const right =
      classic === undefined
        ? hostedZoneOf(network ?? "", "networkLoadBalancer")
        : hostedZoneOf(classic, "applicationLoadBalancer");
    if (right !== undefined && zoneId !== right) {
      return invalid(
        `Tried to create an alias that targets ${name}., type ${textOf(inputs, "type")} in zone ${zoneId}, but the alias target name does not lie within the target zone`,
      );
    }
  }
  return undefined;
};

/** The provider puts the outer quotation marks; strings within are at most 255 characters long. */
const textsAreStrings: InputRule = (inputs) => {
  if (textOf(inputs, "type") !== "TXT") return undefined;
  for (const value of textsAt(inputs, "records")) {
    const quoted = `"${value}"`;
    if (!/^(?:"(?:[^"\\]|\\.)*"\s*)+$/.test(quoted) || /^""|""$/.test(quoted)) {
      return invalid(
        `Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be enclosed in quotation marks) encountered with '${quoted}''`,
      );
    }
    const strings = [...quoted.matchAll(/"((?:[^"\\]|\\.)*)"/g)];
    if (strings.some(([, string = ""]) => string.replace(/\\(.)/g, "$1").length > 255)) {
      return invalid(
        `Invalid Resource Record: 'FATAL problem: CharacterStringTooLong (Value is too long) encountered with '${quoted}''`,
      );
    }
  }
  return undefined;
};

/** Of a name a VPC sees one zone. Source: Route 53 API reference, CreateHostedZone, ConflictingDomainExists. */
const oneZoneAVpc: Rule = ({ inputs }, cloud) => {
  const vpcs = textsAt(inputs, "vpcs.vpcId");
  const twice = cloud
    .ofType(zoneType)
    .filter(({ outputs }) => textOf(outputs, "name") === plain(textOf(inputs, "name")))
    .flatMap(({ outputs }) => textsAt(outputs, "vpcs.vpcId"))
    .find((vpc) => vpcs.includes(vpc));
  if (twice === undefined) return undefined;
  const message = `The VPC ${twice} has already been associated with a hosted zone with the same domain name.`;
  return { code: "ConflictingDomainExists", message };
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
    references: [
      {
        property: "vpcs.vpcId",
        type: "aws:ec2/vpc:Vpc",
        code: "InvalidVPCId",
        message: (id) => `The VPC: ${id} that you provided is not authorized to make the association.`,
      },
    ],
    refuseCreate: [oneZoneAVpc],
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
    refuseInputs: [aliasesLieInTheirZone, textsAreStrings],
    refuseCreate: [oneRecordAName, cnamesStandAlone],
    refuseUpdate: [otherIdentifierIsFree],
  },
};
