import { isIPv4, isIPv6 } from "node:net";

/** Types of records that may be given freely. SOA is Route 53's own; SPF is TXT since RFC 7208. */
export const recordTypes = [
  "A",
  "AAAA",
  "CAA",
  "CNAME",
  "DS",
  "HTTPS",
  "MX",
  "NAPTR",
  "NS",
  "PTR",
  "SRV",
  "SSHFP",
  "SVCB",
  "TLSA",
  "TXT",
] as const;
export type RecordType = (typeof recordTypes)[number];

interface ValueFormat {
  /** For the error. */
  readonly allowed: string;
  readonly fits: (value: string) => boolean;
}

const label = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
const fullName = new RegExp(`^${label}(?:\\.${label})+$`, "i");

function isName(text: string | undefined): boolean {
  return text !== undefined && text.length <= 253 && fullName.test(text);
}

/** A full name, or the dot that says "none" in MX and SRV records (RFC 7505, RFC 2782). */
function isNameOrNone(text: string | undefined): boolean {
  return text === "." || isName(text);
}

function isNumber(text: string | undefined, most: number): boolean {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= most;
}

const name = "a full name such as host.example.com, without a dot at the end";

/** Characters that Route 53 takes in one value (ResourceRecord). */
const longestValue = 4_000;
const printable = /^[\x20-\x7e]+$/;

/**
 * Of SVCB and HTTPS (RFC 9460): priority 0 stands for another name and has no parameters. Those that Route 53 takes are listed in its
 * guide, "Supported DNS record types".
 */
const serviceBinding: ValueFormat = {
  allowed:
    'a priority from 0 to 65535, a full name or a dot, and from priority 1 on parameters with values (alpn, no-default-alpn, port, ipv4hint, ipv6hint, mandatory): 1 . alpn="h2,h3" port=8443',
  fits: (value) => {
    const [priority, target, ...parameters] = value.split(" ");
    const keys = parameters.map((parameter) => parameter.split("=")[0] ?? "");
    return (
      isNumber(priority, 65_535) &&
      isNameOrNone(target) &&
      (Number(priority) > 0 || (parameters.length === 0 && target !== ".")) &&
      new Set(keys).size === keys.length &&
      parameters.every((parameter) => serviceParameter.test(parameter))
    );
  },
};

const serviceParameter =
  /^(?:no-default-alpn|(?:alpn|mandatory)="?[a-z0-9,./-]+"?|port="?\d{1,5}"?|ipv4hint="?[0-9.,]+"?|ipv6hint="?[0-9a-f:.,]+"?)$/;

export const valueFormats: Readonly<Record<RecordType, ValueFormat>> = {
  A: { allowed: "an IPv4 address such as 192.0.2.10", fits: isIPv4 },
  AAAA: {
    allowed: "an IPv6 address such as 2001:db8::10",
    fits: (value) => isIPv6(value) && !value.includes("%"),
  },
  CAA: {
    allowed: "a flag from 0 to 255, a tag and its value: 0 issue letsencrypt.org",
    fits: (value) => {
      const [flag, tag = "", ...rest] = value.split(" ");
      const text = rest.join(" ");
      return (
        isNumber(flag, 255) &&
        /^[a-zA-Z0-9]{1,15}$/.test(tag) &&
        (/^"[^"\\]*"$/.test(text) || (printable.test(text) && !/["\\]/.test(text)))
      );
    },
  },
  CNAME: { allowed: name, fits: isName },
  DS: {
    allowed: "key tag, algorithm, digest type and digest in hexadecimal digits: 12345 13 2 0123…",
    fits: (value) => {
      const [tag, algorithm, kind, digest = "", ...rest] = value.split(" ");
      return (
        isNumber(tag, 65_535) &&
        isNumber(algorithm, 255) &&
        isNumber(kind, 255) &&
        /^(?:[0-9a-fA-F]{2}){20,64}$/.test(digest) &&
        rest.length === 0
      );
    },
  },
  HTTPS: serviceBinding,
  MX: {
    allowed: "a preference from 0 to 65535 and a full name without a dot at the end: 10 mail.example.com",
    fits: (value) => {
      const [preference, host, ...rest] = value.split(" ");
      return isNumber(preference, 65_535) && isNameOrNone(host) && rest.length === 0;
    },
  },
  NAPTR: {
    allowed:
      'order and preference from 0 to 65535, then flags, service and regular expression in quotation marks, and a full name or a dot: 100 10 "s" "SIP+D2U" "" _sip._udp.example.com',
    fits: (value) => {
      const [, order, preference, target] =
        /^(\d{1,5}) (\d{1,5}) "[A-Za-z0-9]?" "[A-Za-z0-9+:-]*" "(?:[^"\\]|\\.)*" (\S+)$/.exec(value) ?? [];
      return isNumber(order, 65_535) && isNumber(preference, 65_535) && isNameOrNone(target);
    },
  },
  NS: { allowed: name, fits: isName },
  PTR: { allowed: name, fits: isName },
  SRV: {
    allowed:
      "priority, weight and port from 0 to 65535 and a full name without a dot at the end: 10 5 5060 sip.example.com",
    fits: (value) => {
      const [priority, weight, port, host, ...rest] = value.split(" ");
      return (
        [priority, weight, port].every((number) => isNumber(number, 65_535)) &&
        isNameOrNone(host) &&
        rest.length === 0
      );
    },
  },
  SSHFP: {
    allowed:
      "key algorithm (1 RSA, 2 DSA, 3 ECDSA, 4 Ed25519, 6 Ed448), hash (1 SHA-1, 2 SHA-256) and fingerprint in hexadecimal digits: 4 2 0123…",
    fits: (value) => {
      const [, hash = "", print = ""] = /^[12346] ([12]) ([0-9a-fA-F]+)$/.exec(value) ?? [];
      return print.length === { "1": 40, "2": 64 }[hash];
    },
  },
  SVCB: serviceBinding,
  TLSA: {
    allowed:
      "usage from 0 to 3, selector 0 or 1, matching type 0, 1 (SHA-256) or 2 (SHA-512), and data in hexadecimal digits: 3 1 1 0123…",
    fits: (value) => {
      const [, matching = "", data = ""] = /^[0-3] [01] ([012]) ((?:[0-9a-fA-F]{2})+)$/.exec(value) ?? [];
      return matching === "0" ? data !== "" : data.length === { "1": 64, "2": 128 }[matching];
    },
  },
  TXT: {
    allowed:
      `the text as it is, up to ${longestValue} characters of printable ASCII once it is quoted, without quotation marks around it: ` +
      "the program adds them",
    fits: (value) =>
      printable.test(value) && !/^"|"$/.test(value) && textValue(value).length + 2 <= longestValue,
  },
};

/** Characters of one string of a TXT record (RFC 1035, 3.3.14). */
const stringLength = 255;

/**
 * A text as the AWS provider takes it for a TXT record: quotation marks and backslashes within are escaped, and strings of
 * at most 255 characters are joined with the marks that end one and begin the next. The provider puts the outer marks.
 */
function textValue(text: string): string {
  const strings: string[] = [];
  for (let i = 0; i < text.length; i += stringLength) {
    strings.push(text.slice(i, i + stringLength).replace(/["\\]/g, "\\$&"));
  }
  return strings.join('""');
}

/** A value as Route 53 has it. */
export function recordValue(type: RecordType, value: string): string {
  if (type === "TXT") {
    return textValue(value);
  }
  const [, flagAndTag = "", text = ""] = type === "CAA" ? (/^(\S+ \S+) (.*)$/.exec(value) ?? []) : [];
  return type === "CAA" ? `${flagAndTag} "${text.replace(/^"|"$/g, "")}"` : value;
}
