import type { StaticServiceSettings } from "../../settings/sections/static-services";
import type { Statement } from "../policy-document";

/** Where values are that machines fetch for themselves, by the names of the variables that get them. */
export type SecretReferences = StaticServiceSettings["secrets"];

/** Reading exactly the secrets and parameters that the settings name, and the use of their keys. */
export function secretStatements(secrets: SecretReferences): Statement[] {
  const references = Object.values(secrets);
  const named = (service: string): string[] => [
    ...new Set(references.map(({ arn }) => arn).filter((arn) => arn.split(":")[2] === service)),
  ];
  const keys = [
    ...new Set(references.flatMap(({ kmsKeyArn }) => (kmsKeyArn === undefined ? [] : [kmsKeyArn]))),
  ];
  const statements: readonly (readonly [string, string, readonly string[]])[] = [
    ["ReadOwnSecrets", "secretsmanager:GetSecretValue", named("secretsmanager")],
    ["ReadOwnParameters", "ssm:GetParameter", named("ssm")],
    ["DecryptOwnSecrets", "kms:Decrypt", keys],
  ];
  return statements.flatMap(([sid, action, resources]) =>
    resources.length === 0
      ? []
      : [{ Sid: sid, Effect: "Allow" as const, Action: [action], Resource: [...resources] }],
  );
}
