import { createHash } from "node:crypto";
import type { CloudRecord } from "../../../cloud/store";
import type { CloudView, Entries, Refusal, Rule } from "../../../interpreter/entry";
import { isRecord, listOf, textOf, textsAt, type Values } from "../../../interpreter/values";

const certificateType = "aws:acm/certificate:Certificate";
const validationType = "aws:acm/certificateValidation:CertificateValidation";
const listenerType = "aws:lb/listener:Listener";
const recordType = "aws:route53/record:Record";
const zoneType = "aws:route53/zone:Zone";

/** Days that a certificate of ACM holds. Source: ACM, "Certificate characteristics": 13 months. */
const VALID_DAYS = 395;

/** Names that ACM takes on one certificate unless it is asked for more. Source: ACM, "Quotas". */
const MOST_NAMES = 10;

/** Those whom a CAA record may name for ACM to issue. Source: ACM, "Certification Authority Authorization (CAA) problems". */
const issuers: ReadonlySet<string> = new Set([
  "amazon.com",
  "amazontrust.com",
  "awstrust.com",
  "amazonaws.com",
]);

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, "");
const base = (name: string): string => plain(name).replace(/^\*\./, "");
const namesOf = (inputs: Values): readonly string[] => [
  ...new Set([textOf(inputs, "domainName"), ...textsAt(inputs, "subjectAlternativeNames")]),
];

/** One proof a name and account, whatever the certificate. Source: ACM, "DNS validation": the CNAME is unique to the name and the account. */
function proofOf(domainName: string, account: string): Values {
  const digest = (text: string): string =>
    createHash("sha256")
      .update(`${account} ${base(domainName)} ${text}`)
      .digest("hex")
      .slice(0, 32);
  return {
    domainName,
    resourceRecordName: `_${digest("name")}.${base(domainName)}.`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_${digest("value")}.jkddzztszm.acm-validations.aws.`,
  };
}

function certificateOf(inputs: Values, cloud: CloudView): CloudRecord | undefined {
  return cloud.ofType(certificateType).find(({ outputs }) => outputs["arn"] === inputs["certificateArn"]);
}

/**
 * Whether a resolver finds a record: not in a private zone, and not below what its zone hands to other servers. That the zone is delegated is taken for done: whoever keeps the zone above reads
 * which servers to name while ACM is asked, for 75 minutes; `dns check` is for that.
 */
function isFound(record: CloudRecord, cloud: CloudView): boolean {
  const zone = cloud.everywhere(zoneType).find(({ id }) => id === record.outputs["zoneId"]);
  const apex = plain(textOf(zone?.inputs ?? {}, "name"));
  const isHandedOn = cloud.everywhere(recordType).some(({ outputs }) => {
    const at = plain(textOf(outputs, "fqdn"));
    return (
      outputs["zoneId"] === record.outputs["zoneId"] &&
      outputs["type"] === "NS" &&
      at !== apex &&
      plain(textOf(record.outputs, "fqdn")).endsWith(`.${at}`)
    );
  });
  return zone === undefined || (listOf(zone.inputs, "vpcs").length === 0 && !isHandedOn);
}

/** The provider asks until ACM has issued it: for 75 minutes, or until ACM has given up. */
const isProven: Rule = ({ inputs }, cloud) => {
  const certificate = certificateOf(inputs, cloud);
  if (certificate === undefined) return undefined;
  const options = listOf(certificate.outputs, "domainValidationOptions").filter(isRecord);
  const records = cloud.everywhere(recordType).filter((record) => isFound(record, cloud));
  const open = options.filter(
    (option) =>
      !records.some(
        ({ outputs }) =>
          outputs["type"] === "CNAME" &&
          plain(textOf(outputs, "fqdn")) === plain(textOf(option, "resourceRecordName")) &&
          textsAt(outputs, "records")
            .map(plain)
            .includes(plain(textOf(option, "resourceRecordValue"))),
      ),
  );
  if (open.length > 0) {
    return failed(
      "timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s)",
      inputs,
    );
  }
  return namesOf(certificate.inputs).some((name) => isShut(name, cloud))
    ? failed("unexpected state 'FAILED', wanted target 'ISSUED'. last error: CAA_ERROR", inputs)
    : undefined;
};

function failed(why: string, inputs: Values): Refusal {
  return {
    code: "Failed",
    byProvider: true,
    message: `waiting for ACM Certificate (${textOf(inputs, "certificateArn")}) to be issued: ${why}`,
  };
}

/** The nearest CAA records at a name or above it decide. Source: RFC 8659, 3. */
function isShut(name: string, cloud: CloudView): boolean {
  const labels = base(name).split(".");
  for (let i = 0; i < labels.length - 1; i++) {
    const at = labels.slice(i).join(".");
    const found = cloud
      .everywhere(recordType)
      .filter(({ outputs }) => outputs["type"] === "CAA" && outputs["fqdn"] === at)
      .flatMap(({ outputs }) => textsAt(outputs, "records"))
      .map((value) => /^\d+ (\w+) "?([^";]*)/.exec(value) ?? []);
    if (found.length === 0) continue;
    const of = (tag: string): readonly string[] =>
      found.flatMap(([, one, issuer = ""]) => (one === tag ? [issuer.trim()] : []));
    const listed = name.startsWith("*.") && of("issuewild").length > 0 ? of("issuewild") : of("issue");
    return listed.length > 0 && !listed.some((issuer) => issuers.has(issuer));
  }
  return false;
}

/** The records that the validation names must be those that the certificate asks for: the provider looks before it waits. */
const recordsAreNamed: Rule = ({ inputs }, cloud) => {
  const certificate = certificateOf(inputs, cloud);
  const named = new Set(textsAt(inputs, "validationRecordFqdns").map(plain));
  if (certificate === undefined || named.size === 0) return undefined;
  const missing = listOf(certificate.outputs, "domainValidationOptions")
    .filter(isRecord)
    .find((option) => !named.has(plain(textOf(option, "resourceRecordName"))));
  return missing === undefined
    ? undefined
    : {
        code: "Missing",
        byProvider: true,
        message: `missing ${textOf(missing, "domainName")} DNS validation record: ${plain(textOf(missing, "resourceRecordName"))}`,
      };
};

/** Source: ACM API Reference, RequestCertificate: the pattern of names, and 64 characters for the certificate's own (RFC 5280). */
const hostName = /^(\*\.)?((?!-)[a-z0-9-]{0,62}[a-z0-9]\.)+(?!-)[a-z0-9-]{1,62}[a-z0-9]$/i;

const namesFit: Rule = ({ inputs }) => {
  const wrong = namesOf(inputs).find((name) => !hostName.test(name));
  if (wrong !== undefined || textOf(inputs, "domainName").length > 64) {
    return {
      code: "ValidationException",
      message: `The domain name ${wrong ?? textOf(inputs, "domainName")} is not valid: names of hosts, and 64 characters at most for the first.`,
    };
  }
  return namesOf(inputs).length <= MOST_NAMES
    ? undefined
    : {
        code: "LimitExceededException",
        message: `Error: the maximum number of ${String(MOST_NAMES)} subject alternative names has been exceeded.`,
      };
};

export const entries: Entries = {
  [certificateType]: {
    api: { service: "ACM", title: "ACM Certificate", create: "RequestCertificate" },
    outputs: ({ inputs, place }) => ({
      domainValidationOptions: namesOf(inputs).map((name) => proofOf(name, place.account)),
      notAfter: "",
      notBefore: "",
      pendingRenewal: false,
      renewalEligibility: "INELIGIBLE",
      renewalSummaries: [],
      status: "PENDING_VALIDATION",
      subjectAlternativeNames: [...namesOf(inputs)].sort(),
      type: "AMAZON_ISSUED",
      validationEmails: [],
    }),
    byItself: ({ outputs }, cloud) => {
      const issued = cloud
        .ofType(validationType)
        .find(({ inputs }) => inputs["certificateArn"] === outputs["arn"]);
      if (issued === undefined || outputs["status"] !== "PENDING_VALIDATION") return undefined;
      const from = Date.parse(issued.createdAt);
      return {
        status: "ISSUED",
        renewalEligibility: "ELIGIBLE",
        notBefore: new Date(from).toISOString(),
        notAfter: new Date(from + VALID_DAYS * 86_400_000).toISOString(),
      };
    },
    dependants: [listenerType, "aws:lb/listenerCertificate:ListenerCertificate"].map((type) => ({
      type,
      property: "certificateArn",
      by: "arn",
      code: "ResourceInUseException",
      message: ({ outputs }) =>
        `Certificate ${textOf(outputs, "arn")} in account ${textOf(outputs, "arn").split(":")[4] ?? ""} is in use.`,
    })),
    refuseCreate: [namesFit],
  },

  [validationType]: {
    api: { service: "ACM", title: "ACM Certificate Validation" },
    id: ({ now }) => now,
    references: [
      {
        property: "certificateArn",
        type: certificateType,
        by: "arn",
        code: "ResourceNotFoundException",
        message: (arn) => `Could not find certificate ${arn}.`,
      },
    ],
    refuseCreate: [recordsAreNamed, isProven],
  },
};
