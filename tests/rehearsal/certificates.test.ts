import { expect } from "chai";
import { textOf, type Values } from "../../rehearsal/interpreter/values";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const pending = "last state: 'PENDING_VALIDATION', timeout: 1h15m0s";

describe("rehearsal: certificates of ACM", () => {
  let aws: RehearsedProvider<unknown>;
  beforeEach(() => {
    aws = rehearsedAws();
  });
  afterEach(() => {
    aws.remove();
  });

  const zone = (name: string, inputs: Values = {}): Promise<Made> =>
    aws.create("aws:route53/zone:Zone", name, { name, ...inputs });
  const certificate = (...names: readonly string[]): Promise<Made> =>
    aws.create("aws:acm/certificate:Certificate", "c", {
      domainName: names[0] ?? "",
      subjectAlternativeNames: [...names].sort(),
      validationMethod: "DNS",
    });
  const optionsOf = ({ outputs }: Made): readonly Values[] => outputs["domainValidationOptions"] as Values[];
  const record = (zoneId: string, name: string, type: string, values: readonly string[]): Promise<Made> =>
    aws.create("aws:route53/record:Record", `${name}-${type}`, {
      zoneId,
      name,
      type,
      ttl: 60,
      records: values,
    });
  const prove = async (zoneId: string, made: Made): Promise<void> => {
    const [first] = optionsOf(made);
    await record(zoneId, textOf(first ?? {}, "resourceRecordName"), "CNAME", [
      textOf(first ?? {}, "resourceRecordValue"),
    ]);
  };
  const validate = ({ outputs }: Made): Promise<Made> =>
    aws.create("aws:acm/certificateValidation:CertificateValidation", "v", {
      certificateArn: textOf(outputs, "arn"),
    });

  it("have one proof for a name and its wildcard, the same for every certificate of an account", async () => {
    const made = await certificate("api.example.com", "*.api.example.com");
    const names = optionsOf(made).map((option) => option["resourceRecordName"]);
    expect(new Set(names).size).to.equal(1);
    expect(names[0]).to.match(/^_[0-9a-f]{32}\.api\.example\.com\.$/);
    expect(optionsOf(await certificate("api.example.com"))[0]?.["resourceRecordName"]).to.equal(names[0]);
  });

  it("are issued when a resolver finds every proof, and not before", async () => {
    const { id } = await zone("example.com");
    const made = await certificate("api.example.com");
    expect(await refusal(validate(made))).to.contain(pending);
    await prove(id, made);
    await validate(made);
    expect((await aws.read(made))?.outputs).to.deep.include({
      status: "ISSUED",
      renewalEligibility: "ELIGIBLE",
    });
  });

  it("are not issued for proofs in a private zone, which ACM does not see", async () => {
    const vpc = await aws.create("aws:ec2/vpc:Vpc", "v", { cidrBlock: "10.0.0.0/16" });
    const { id } = await zone("example.net", { vpcs: [{ vpcId: vpc.id }] });
    const made = await certificate("www.example.net");
    await prove(id, made);
    expect(await refusal(validate(made))).to.contain(pending);
  });

  it("see one private zone of a name in a VPC, which must be there, beside the public one", async () => {
    const vpc = await aws.create("aws:ec2/vpc:Vpc", "v", { cidrBlock: "10.0.0.0/16" });
    await zone("example.net");
    await zone("example.net", { vpcs: [{ vpcId: vpc.id }] });
    expect(await refusal(zone("example.net", { vpcs: [{ vpcId: vpc.id }] }))).to.contain(
      "ConflictingDomainExists",
    );
    expect(await refusal(zone("example.org", { vpcs: [{ vpcId: "vpc-none" }] }))).to.contain("InvalidVPCId");
  });

  it("are not issued for proofs below what the zone hands to other servers", async () => {
    const { id } = await zone("example.com");
    await record(id, "shop.example.com", "NS", ["ns1.example.net"]);
    const made = await certificate("www.shop.example.com");
    await prove(id, made);
    expect(await refusal(validate(made))).to.contain(pending);
  });

  it("take names of hosts, the first of 64 characters at the most", async () => {
    const long = `${"a".repeat(60)}.example.com`;
    await certificate("api.example.com", long);
    expect(await refusal(certificate(long, "api.example.com"))).to.contain("ValidationException");
    expect(await refusal(certificate("_dmarc.example.com"))).to.contain("ValidationException");
  });

  it("are not issued where CAA records name others", async () => {
    const { id } = await zone("example.com");
    const made = await certificate("api.example.com");
    await prove(id, made);
    const caa = await record(id, "example.com", "CAA", ['0 issue "letsencrypt.org"']);
    expect(await refusal(validate(made))).to.contain("CAA_ERROR");
    await aws.delete(caa);
    await record(id, "example.com", "CAA", ['0 issue "amazon.com"']);
    await validate(made);
  });

  it("name the record that is missing where the validation names others", async () => {
    const made = await certificate("api.example.com");
    expect(
      await refusal(
        aws.create("aws:acm/certificateValidation:CertificateValidation", "v", {
          certificateArn: textOf(made.outputs, "arn"),
          validationRecordFqdns: ["www.example.com"],
        }),
      ),
    ).to.contain("missing api.example.com DNS validation record: _");
  });

  it("take ten names at the most", async () => {
    const names = Array.from({ length: 11 }, (_, i) => `n${String(i)}.example.com`);
    await certificate(...names.slice(0, 10));
    expect(await refusal(certificate(...names))).to.contain("LimitExceededException");
  });
});
