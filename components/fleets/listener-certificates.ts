import type * as pulumi from "@pulumi/pulumi";
import type { Listener } from "@pulumi/aws/lb/listener";
import { ListenerCertificate } from "@pulumi/aws/lb/listenerCertificate";
import type { FleetHttpSettings } from "../../settings/sections/fleet-load-balancer";
import { certificateArnOf, type Certificates } from "../dns/certificate";

/** A certificate, and what tells it apart from others. */
export interface NamedCertificate {
  readonly key: string;
  readonly arn: pulumi.Input<string>;
}

/** The certificates of a load balancer, the default one first. */
export function certificatesOf(http: FleetHttpSettings, made: Certificates): NamedCertificate[] {
  const each: readonly Parameters<typeof certificateArnOf>[0][] = [
    http,
    ...http.moreCertificates.map((one) =>
      one.startsWith("arn:") ? { certificateArn: one } : { certificate: one },
    ),
  ];
  return each.flatMap((one) => {
    const arn = certificateArnOf(one, made);
    const key = one.certificate ?? one.certificateArn?.split("/")[1] ?? "";
    return arn === undefined ? [] : [{ key, arn }];
  });
}

/**
 * The list that a client's certificate is chosen from by the name that it asks for (SNI). The default one is in it too, as AWS
 * advises: when another becomes the default it stays chosen by its names, and no moment is without it. AWS never takes the default
 * one out, so that each entry goes with its listener, and not before.
 */
export function listCertificates(
  name: string,
  certificates: readonly NamedCertificate[],
  { listener, parent }: { readonly listener: Listener; readonly parent: pulumi.Resource },
): ListenerCertificate[] {
  return certificates.map(
    ({ arn, key }) =>
      new ListenerCertificate(
        `${name}-443-${key}`,
        { listenerArn: listener.arn, certificateArn: arn },
        { parent, deletedWith: listener },
      ),
  );
}
