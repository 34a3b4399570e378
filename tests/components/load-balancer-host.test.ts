import { expect } from "chai";
import { loadBalancerDimension, parseLoadBalancerHost } from "../../components/dns/load-balancer-host";

const hash = "0a1b2c3d4e5f6071";
const kubernetes = "a0123456789abcdef0123456789abcde";

describe("a load balancer's host name", () => {
  for (const [host, kind, region] of [
    [`${kubernetes}-1234567890.eu-west-1.elb.amazonaws.com`, "classic", "eu-west-1"],
    [`internal-${kubernetes}-1234567890.us-east-2.elb.amazonaws.com`, "classic", "us-east-2"],
    ["my-balancer-42.ap-southeast-4.elb.amazonaws.com", "classic", "ap-southeast-4"],
    ["my-balancer-42.us-gov-west-1.elb.amazonaws.com", "classic", "us-gov-west-1"],
    ["my-balancer-42.cn-north-1.elb.amazonaws.com.cn", "classic", "cn-north-1"],
    [`${kubernetes}-${hash}.elb.eu-west-1.amazonaws.com`, "network", "eu-west-1"],
    [`internal-frontend-${hash}.elb.me-central-1.amazonaws.com`, "network", "me-central-1"],
    [`frontend-${hash}.elb.us-gov-east-1.amazonaws.com`, "network", "us-gov-east-1"],
    ["frontend-42.elb.eu-west-1.amazonaws.com", "network", "eu-west-1"],
    [`frontend-${hash}.elb.cn-northwest-1.amazonaws.com.cn`, "network", "cn-northwest-1"],
  ] as const) {
    it(`of the form ${host} is a ${kind} one's in ${region}`, () => {
      expect(parseLoadBalancerHost(host)).to.include({ kind, region, host });
    });
  }

  it("has the load balancer's own name in it, with neither the digits nor what says that it is internal", () => {
    const names = [
      `internal-${kubernetes}-1234567890.us-east-2.elb.amazonaws.com`,
      `${kubernetes}-${hash}.elb.eu-west-1.amazonaws.com`,
    ].map((host) => parseLoadBalancerHost(host).name);
    expect(names).to.deep.equal([kubernetes, kubernetes]);
  });

  it("says what CloudWatch knows it by: a classic one's name, the end of a network one's ARN", () => {
    const hosts = [
      `internal-${kubernetes}-1234567890.us-east-2.elb.amazonaws.com`,
      `internal-frontend-${hash}.elb.eu-west-1.amazonaws.com`,
    ];
    expect(hosts.map(loadBalancerDimension)).to.deep.equal([kubernetes, `net/frontend/${hash}`]);
  });

  it("is taken without what clients may put before or after it, and in lower case", () => {
    const host = "my-balancer-42.eu-west-1.elb.amazonaws.com";
    for (const form of [`dualstack.${host}`, `${host}.`, host.toUpperCase(), `DualStack.${host}`]) {
      expect(parseLoadBalancerHost(form)).to.deep.equal({
        kind: "classic",
        region: "eu-west-1",
        host,
        name: "my-balancer",
        id: "42",
      });
    }
  });

  for (const [what, host] of [
    ["nothing", undefined],
    ["an empty text", ""],
    ["an address", "203.0.113.7"],
    ["a name of somebody else", "frontend.example.com"],
    ["a name that only begins like one", "my-balancer-42.eu-west-1.elb.amazonaws.com.example.com"],
    ["a name before it that is none", "a.b.elb.eu-west-1.amazonaws.com"],
    ["no region", "my-balancer-42.elb.amazonaws.com"],
    ["China's ending outside China", "my-balancer-42.eu-west-1.elb.amazonaws.com.cn"],
    ["a region of China without its ending", "my-balancer-42.cn-north-1.elb.amazonaws.com"],
    ["an accelerator", "a0123456789abcdef.awsglobalaccelerator.com"],
  ] as const) {
    it(`is refused when it is ${what}, and the error says what it may be`, () => {
      expect(() => parseLoadBalancerHost(host))
        .to.throw(Error)
        .with.property("message")
        .that.satisfies(
          (message: string) =>
            message.startsWith(`"${host ?? ""}" is not the name of an AWS load balancer: `) &&
            message.includes("NAME-HASH.elb.REGION.amazonaws.com (network)") &&
            message.includes("kubectl describe service"),
        );
    });
  }
});
