import type { Scheme } from "../../settings/url-schemes";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface ServiceUrl {
  readonly scheme: Scheme;
  /** Absent: the default credential chain (a role, the environment). */
  readonly credentials?: Credentials;
  readonly region: string;
  /** A table's name, a bucket's name, or the prefix of queue names. */
  readonly resource: string;
}

/**
 * `dynamodb://KEY:SECRET@region/table`, `s3://KEY:SECRET@region/bucket`, `sqs://KEY:SECRET@region/prefix`, or the same
 * without `KEY:SECRET@`.
 *
 * Both parts of the credentials are percent-encoded: a secret key is base64, and an unencoded `/` in it ends the host.
 */
export function serviceUrl({ scheme, credentials, region, resource }: ServiceUrl): string {
  const userInfo =
    credentials === undefined
      ? ""
      : `${encodeURIComponent(credentials.accessKeyId)}:${encodeURIComponent(credentials.secretAccessKey)}@`;
  return `${scheme}://${userInfo}${region}/${resource}`;
}
