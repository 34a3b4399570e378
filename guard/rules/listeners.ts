import { notKnown, type Finding, type Wanted } from "./inputs";
import { isUnknown, read } from "../unknown";

/** Listeners of Application and Network Load Balancers, under both names that the package has for them. */
export const listenerTypes: readonly string[] = ["aws:lb/listener:Listener", "aws:alb/listener:Listener"];

/**
 * Policies that take TLS 1.2 and later only. Without one AWS takes ELBSecurityPolicy-2016-08, which takes TLS 1.0.
 * Source: Elastic Load Balancing, "Security policies for your Application Load Balancer".
 */
const modern = /^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)-/;

/** What is encrypted is encrypted so that nobody reads it: TLS 1.0 and 1.1 are broken. */
export function checkModernTls({ inputs }: Wanted): Finding[] {
  const protocol = read(inputs, "protocol");
  if (isUnknown(protocol)) {
    return [notKnown("protocol")];
  }
  // Without a protocol an application load balancer's listener speaks HTTP.
  if (protocol !== "HTTPS" && protocol !== "TLS") {
    return [];
  }
  const policy = read(inputs, "sslPolicy");
  if (isUnknown(policy)) {
    return [notKnown("sslPolicy")];
  }
  return typeof policy === "string" && modern.test(policy)
    ? []
    : [
        {
          property: "sslPolicy",
          message:
            `sslPolicy is ${typeof policy === "string" ? policy : "not set"}, which takes TLS before 1.2. ` +
            "Set it to ELBSecurityPolicy-TLS13-1-2-2021-06.",
        },
      ];
}
