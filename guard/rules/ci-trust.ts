import { isDeepStrictEqual } from "node:util";
import { isRecord, isUnknown, parseJson, read } from "../unknown";
import { ciApplyPolicy } from "./ci-permissions";
import { ciRoleArn, ciRoleKinds, ciRoleName, ciTrust, trustsGitHub, type CiIdentity } from "./ci-roles";
import { notKnown, type Finding, type Wanted } from "./inputs";

const property = "assumeRolePolicy";

/** The one role of CI with a name; undefined for every other. */
function kindOf(ci: CiIdentity | undefined, name: unknown): (typeof ciRoleKinds)[number] | undefined {
  return ci && ciRoleKinds.find((kind) => ciRoleName(ci, kind) === name);
}

/**
 * Nobody is CI but who `groundwork:ci` names: its roles have the trust policy that the section makes, to the letter, and no other
 * role lets in whom GitHub vouches for.
 *
 * @param ci Undefined where the stack has no such section.
 */
export function checkCiTrust({ inputs }: Wanted, ci: CiIdentity | undefined): Finding[] {
  const trust = read(inputs, property);
  const kind = kindOf(ci, read(inputs, "name"));
  if (ci !== undefined && kind !== undefined) {
    if (sameDocument(trust, ciTrust(ci, kind))) return [];
    return isUnknown(trust)
      ? [notKnown(property)]
      : [
          {
            property,
            message: `${property} of ${ciRoleName(ci, kind)} is not the one that groundwork:ci makes: ${[...strangers(trust, ci)].join(", ") || "its conditions differ"}. Change groundwork:ci in place of it.`,
          },
        ];
  }
  // What is not known of a trust policy is refused by iam/no-public-principals.
  const document = typeof trust === "string" ? parseJson(trust) : trust;
  return trustsGitHub(document)
    ? [
        {
          property,
          message:
            `${property} lets in jobs of GitHub, and this role is none of groundwork:ci. ` +
            (ci === undefined
              ? "Have that section, which makes two roles bound to one repository."
              : `Use ${ciRoleKinds.map((one) => ciRoleArn(ci, one)).join(" or ")}.`),
        },
      ]
    : [];
}

/** Who or what else a trust policy lets in, in words. */
function* strangers(trust: unknown, ci: CiIdentity): Iterable<string> {
  const document: unknown = typeof trust === "string" ? parseJson(trust) : trust;
  const statements: readonly unknown[] = isRecord(document) ? [document["Statement"]].flat() : [];
  if (statements.length === 0) {
    yield "it cannot be read";
  }
  for (const statement of statements) {
    if (!isRecord(statement) || statement["Effect"] !== "Allow") continue;
    const principal = statement["Principal"];
    const values = isRecord(principal) ? Object.values(principal).flat() : [principal];
    for (const value of values) {
      if (value !== (JSON.parse(ciTrust(ci, "plan")) as Trust).Statement[0].Principal.Federated) {
        yield `it may be assumed by ${JSON.stringify(value ?? "everybody but its NotPrincipal")}`;
      }
    }
    const conditions = isRecord(statement["Condition"]) ? Object.entries(statement["Condition"]) : [];
    for (const [operator, keys] of conditions) {
      for (const [key, wanted] of isRecord(keys) ? Object.entries(keys) : []) {
        if (key.endsWith(":sub")) yield `${operator} of the subject ${JSON.stringify(wanted)}`;
      }
    }
  }
}

interface Trust {
  readonly Statement: readonly [{ readonly Principal: { readonly Federated: string } }];
}

/** Whether it is the policy of CI's role `apply`, as `groundwork:ci` makes it and nothing more. */
export function isCiApplyPolicy({ type, inputs }: Wanted, ci: CiIdentity | undefined): boolean {
  return (
    type === "aws:iam/rolePolicy:RolePolicy" &&
    ci !== undefined &&
    kindOf(ci, read(inputs, "role")) === "apply" &&
    sameDocument(read(inputs, "policy"), ciApplyPolicy(ci))
  );
}

/** The same policy, however its text is written. */
function sameDocument(found: unknown, made: string): boolean {
  return typeof found === "string" && isDeepStrictEqual(parseJson(found), JSON.parse(made));
}
