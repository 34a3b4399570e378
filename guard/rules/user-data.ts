import { gunzipSync } from "node:zlib";
import { notKnown, type Finding, type Wanted } from "./inputs";
import { isUnknown, read } from "../unknown";

/** Types with user data, and whether each property holds it in base64. */
const properties: Readonly<Record<string, readonly (readonly [string, boolean])[]>> = {
  "aws:ec2/launchTemplate:LaunchTemplate": [["userData", true]],
  "aws:ec2/instance:Instance": [
    ["userData", false],
    ["userDataBase64", true],
  ],
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": [
    ["userData", false],
    ["userDataBase64", true],
  ],
  "aws:ec2/launchConfiguration:LaunchConfiguration": [
    ["userData", false],
    ["userDataBase64", true],
  ],
};

export const userDataTypes: readonly string[] = Object.keys(properties);

/** What a secret looks like, and what it is called in messages, which never show it. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/, "an AWS access key"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  [/\bSG\.[\w-]{22}\.[\w-]{43}\b/, "an API key of SendGrid"],
  // A name of its own (not a part of an ARN) with a value that is neither taken from a variable nor empty.
  [
    /(?<![\w:.-])[\w.-]*(password|passwd|passphrase|secret|token|api_?key|private_?key|access_?key)["']?\s*[=:]\s*["']?[^\s"'$\\{}<>()[\],;|&]{6,}/i,
    "something called a password, secret, token or key, with its value",
  ],
];

/** User data can be read by whoever may look at machines, and by everything on the machine: nothing secret is in it. */
export function checkNoSecretsInUserData(wanted: Wanted): Finding[] {
  return onUserData(wanted, (text) =>
    secretsIn(text).map(
      (what) =>
        `holds ${what}. Let the machine fetch it at boot with its own role, from Secrets Manager or Parameter Store.`,
    ),
  );
}

/** What in a text looks like a secret, in words that do not show it. */
export function secretsIn(text: string): readonly string[] {
  return secrets.flatMap(([pattern, what]) => (pattern.test(text) ? [what] : []));
}

const digest = /@sha256:[0-9a-f]{64}$/;

/** What a machine runs is named by digest: a tag means another image tomorrow. */
export function checkPinnedImagesInUserData(wanted: Wanted): Finding[] {
  return onUserData(wanted, (text) => {
    const named = [
      ...text.matchAll(/["']?\bimage["']?\s*:\s*["']([^"'$\s]+)["']/g),
      ...text.matchAll(/\bdocker\s+pull\s+(?:-\S+\s+)*["']?([A-Za-z0-9][^\s"'$;|&]*)/g),
    ].map(([, image = ""]) => image);
    return [...new Set(named)]
      .filter((image) => !digest.test(image))
      .map(
        (image) => `names the image ${image} without its digest. Write it as repository:tag@sha256:DIGEST.`,
      );
  });
}

function onUserData({ type, inputs }: Wanted, check: (text: string) => readonly string[]): Finding[] {
  return (properties[type] ?? []).flatMap(([property, encoded]): Finding[] => {
    const value = read(inputs, property);
    if (isUnknown(value)) {
      return [notKnown(property)];
    }
    return typeof value === "string"
      ? check(textOf(value, encoded)).map((message) => ({ property, message: `${property} ${message}` }))
      : [];
  });
}

/** As the machine reads it: decoded, unpacked, and with the quotes and line ends of files that stand in JSON. */
function textOf(value: string, encoded: boolean): string {
  const bytes = Buffer.from(value, encoded ? "base64" : "utf8");
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isPacked ? gunzipSync(bytes) : bytes)
    .toString("utf8")
    .replaceAll("\\n", "\n")
    .replaceAll('\\"', '"');
}

/** Types that start machines from a template. */
export const templateUserTypes: readonly string[] = [
  "aws:autoscaling/group:Group",
  "aws:ec2/instance:Instance",
  "aws:ec2/fleet:Fleet",
  "aws:ec2/spotFleetRequest:SpotFleetRequest",
];

/**
 * A template is used by a version that stays what it is. `$Latest` and `$Default` move under what uses them: nothing is
 * replaced when the template changes, and a machine that is started at night is another one than was tried.
 *
 * A version that is not known yet passes: these two are words that a program writes, and what comes from a resource is a
 * number.
 */
export function checkConcreteTemplate({ inputs }: Wanted): Finding[] {
  const paths = ["launchTemplate", "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification"];
  return paths.flatMap((path): Finding[] => {
    const template = read(inputs, path);
    const property = path === "launchTemplate" ? "launchTemplate.version" : `${path}.version`;
    if (template === undefined) {
      return [];
    }
    const version = read(inputs, property);
    return version === undefined || version === "$Latest" || version === "$Default"
      ? [
          {
            property,
            message: `${property} is ${version === undefined ? "not set" : JSON.stringify(version)}. Take latestVersion of the template's resource, which is a number.`,
          },
        ]
      : [];
  });
}
