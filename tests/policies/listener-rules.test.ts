import { modernTls } from "../../policies/rules/lb/modern-tls";
import { UNKNOWN } from "./harness";
import { describeRule, notKnown } from "./table";

const LISTENER = "aws:lb/listener:Listener";
const ALB_LISTENER = "aws:alb/listener:Listener";
const says = (policy: string): readonly string[] => [
  `sslPolicy is ${policy}, which takes TLS before 1.2. Set it to ELBSecurityPolicy-TLS13-1-2-2021-06.`,
];

describeRule(modernTls, {
  passes: [
    ...[
      "TLS13-1-2-2021-06",
      "TLS13-1-2-Res-PQ-2025-09",
      "TLS13-1-3-2021-06",
      "TLS-1-2-2017-01",
      "FS-1-2-Res-2020-10",
    ].map((name) => ({
      title: name,
      type: LISTENER,
      props: { protocol: "HTTPS", sslPolicy: `ELBSecurityPolicy-${name}` },
    })),
    { title: "what encrypts nothing", type: LISTENER, props: { protocol: "HTTP" } },
    { title: "what says no protocol, which is HTTP", type: LISTENER, props: {} },
    { title: "TCP", type: LISTENER, props: { protocol: "TCP" } },
  ],
  refuses: [
    { title: "no policy", type: LISTENER, props: { protocol: "HTTPS" }, says: says("not set") },
    ...[
      "ELBSecurityPolicy-2016-08",
      "ELBSecurityPolicy-TLS-1-1-2017-01",
      "ELBSecurityPolicy-TLS13-1-0-2021-06",
    ].map((sslPolicy) => ({
      title: sslPolicy,
      type: ALB_LISTENER,
      props: { protocol: "TLS", sslPolicy },
      level: "disposable" as const,
      says: says(sslPolicy),
    })),
  ],
  unknown: [
    { title: "the protocol", type: LISTENER, props: { protocol: UNKNOWN }, says: [notKnown("protocol")] },
    {
      title: "the policy",
      type: LISTENER,
      props: { protocol: "HTTPS", sslPolicy: UNKNOWN },
      says: [notKnown("sslPolicy")],
    },
  ],
  ignores: [
    { title: "a target group", type: "aws:lb/targetGroup:TargetGroup", props: { protocol: "HTTPS" } },
  ],
});
