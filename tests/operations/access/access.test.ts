import {
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  GetUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { policySize } from "../../../components/policy-document";
import { grantsOf, grantsPolicy, standing, withGrant, type Person } from "../../../operations/access/grants";
import { parseSpan, People, personOf } from "../../../operations/access/people";
import { accessOrder } from "../../../operations/access/commands";
import { Moto, motoAccount, motoPart } from "../../support/moto";
import { describeWith } from "../../support/real-parts";
import { stackContext } from "../../support/settings";

const context = stackContext({ accountId: motoAccount });
const hour = 3_600_000;
const now = Date.parse("2026-11-22T12:00:00Z");
const until = now + 2 * hour;

describe("a grant", () => {
  it("is a policy that IAM itself ends, for machines with the role's tags and shells only", () => {
    const policy = JSON.parse(grantsPolicy(context, "user", [{ role: "vpn", until }])) as unknown;
    const ends = { DateLessThan: { "aws:CurrentTime": "2026-11-22T14:00:00Z" } };
    expect(policy).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "ssm:StartSession",
          Resource: `arn:aws:ec2:eu-west-1:${motoAccount}:instance/*`,
          Condition: {
            StringEquals: {
              "ssm:resourceTag/role": "vpn",
              "ssm:resourceTag/environment": context.stack,
              "ssm:resourceTag/project": context.project,
            },
            BoolIfExists: { "ssm:SessionDocumentAccessCheck": "true" },
            ...ends,
          },
        },
        {
          Effect: "Allow",
          Action: "ssm:StartSession",
          Resource: `arn:aws:ssm:eu-west-1:${motoAccount}:document/groundwork-dev-session`,
          Condition: ends,
        },
        {
          Effect: "Allow",
          Action: ["ssm:ResumeSession", "ssm:TerminateSession"],
          Resource: "arn:aws:ssm:*:*:session/${aws:username}-*",
          Condition: ends,
        },
      ],
    });
  });

  it("lets whoever takes a role end their own sessions only", () => {
    const policy = grantsPolicy(context, "role", [{ role: "vpn", until }]);
    expect(policy).to.contain('"ssm:resourceTag/aws:ssmmessages:session-id":["${aws:userid}"]');
    expect(policy).not.to.contain("aws:username");
  });

  it("is read back from its policy; what is no grant is none", () => {
    const grants = [
      { role: "api", until },
      { role: "vpn", until: until + hour },
    ];
    expect(grantsOf(grantsPolicy(context, "user", grants))).to.deep.equal(grants);
    expect(grantsOf("no json")).to.deep.equal([]);
    expect(grantsOf('{"Statement": {"Effect": "Allow"}}')).to.deep.equal([]);
  });

  it("takes the place of an earlier one of the role, and drops what is over", () => {
    const had = [
      { role: "api", until: now },
      { role: "git", until },
      { role: "vpn", until },
    ];
    expect(withGrant(had, { role: "vpn", until: until + hour }, now)).to.deep.equal([
      { role: "git", until },
      { role: "vpn", until: until + hour },
    ]);
    expect(standing(had, now)).to.have.length(2);
  });

  it("leaves room for others in what IAM takes of a user", () => {
    const grants = ["api", "git", "vpn"].map((role) => ({ role, until }));
    expect(policySize(grantsPolicy(context, "user", grants))).to.be.lessThan(2048);
  });
});

describe("the words of groundwork access", () => {
  it("name person and time in the forms that people use", () => {
    expect(personOf("ann", context)).to.deep.equal({ kind: "user", name: "ann" });
    expect(personOf("role/operators", context)).to.deep.equal({ kind: "role", name: "operators" });
    expect(personOf(`arn:aws:iam::${motoAccount}:user/people/ann`, context)).to.deep.equal({
      kind: "user",
      name: "ann",
    });
    expect(() => personOf("arn:aws:iam::999999999999:user/ann", context)).to.throw(
      "is of account 999999999999",
    );
    expect(() => personOf("ann smith", context)).to.throw("is no person");
    expect([parseSpan("30m", 12), parseSpan("2h", 12), parseSpan("1d", 24)]).to.deep.equal([
      hour / 2,
      2 * hour,
      24 * hour,
    ]);
    expect(() => parseSpan("13h", 12)).to.throw("longer than the role's access.longestHours allows (12 h)");
    for (const wrong of ["2", "h", "-2h", "0h", "2w", "1.5h"]) {
      expect(() => parseSpan(wrong, 12), wrong).to.throw("Allowed: 30m, 2h, 1d");
    }
  });

  it("take people of Identity Center as their own tools show them", () => {
    const role = "AWSReservedSSO_Operators_0123456789abcdef";
    const one = personOf(`arn:aws:sts::${motoAccount}:assumed-role/${role}/ann@example.com`, context);
    expect(one.door).to.deep.equal({ role, session: "ann@example.com" });
    const path = "aws-reserved/sso.amazonaws.com/eu-west-1";
    const all = [`role/${role}`, `arn:aws:iam::${motoAccount}:role/${path}/${role}`].map((text) =>
      personOf(text, context),
    );
    expect(all.map(({ door }) => door)).to.deep.equal([{ role }, { role }]);
    // A role of its own for each, with a name that IAM takes.
    expect(new Set([one, ...all].map(({ name }) => name)).size).to.equal(2);
    expect(one.name).to.match(/^groundwork-dev-access-[0-9a-f]{12}$/);
    expect(() => personOf("role/AWSReservedSSO_Operators", context)).to.throw(
      "is no role of a permission set",
    );
    expect(() => personOf(`arn:aws:sts::${motoAccount}:assumed-role/operators/ann`, context)).to.throw(
      "Grant it to the role (role/operators)",
    );
  });

  it("come as role, action and person", () => {
    expect(accessOrder("dev", ["vpn", "grant", "ann"], "2h")).to.deep.equal({
      action: "grant",
      role: "vpn",
      person: "ann",
      span: "2h",
    });
    expect(accessOrder("dev", ["revoke", "vpn", "ann"], undefined)).to.deep.equal({
      action: "revoke",
      role: "vpn",
      person: "ann",
    });
    expect(accessOrder("dev", ["list"], undefined)).to.deep.equal({ action: "list", role: undefined });
    expect(() => accessOrder("dev", ["vpn", "grant", "ann"], undefined)).to.throw("how long?");
    expect(() => accessOrder("dev", ["vpn", "revoke", "ann"], "2h")).to.throw("--for goes with grant only");
    expect(() => accessOrder("dev", ["vpn", "grant"], "2h")).to.throw("STACK ROLE grant PERSON --for 2h");
    expect(() => accessOrder("dev", ["vpn", "open"], undefined)).to.throw("does not say what to do");
  });
});

describeWith("grants in IAM", motoPart, (python) => {
  let moto: Moto;
  let iam: IAMClient;
  let people: People;
  before(async () => {
    moto = await Moto.start(python());
    iam = new IAMClient(moto.config);
    people = new People(moto.config, context);
  });
  after(async () => {
    iam?.destroy();
    people?.close();
    await moto?.stop();
  });
  beforeEach(async () => {
    await moto.reset();
    await iam.send(new CreateUserCommand({ UserName: "ann" }));
    await iam.send(
      new CreateRoleCommand({
        RoleName: "operators",
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { AWS: motoAccount }, Action: "sts:AssumeRole" }],
        }),
      }),
    );
  });

  it("are written, listed and taken back, for users and roles", async () => {
    const ann = await people.one({ kind: "user", name: "ann" });
    expect(ann.grants).to.deep.equal([]);
    await people.write(ann, [{ role: "vpn", until }]);
    await people.write(await people.one({ kind: "role", name: "operators" }), [{ role: "api", until }]);
    const listed = (await people.all()).map(({ person, grants }) => ({ ...person, grants }));
    expect(listed).to.have.deep.members([
      { kind: "user", name: "ann", grants: [{ role: "vpn", until }] },
      { kind: "role", name: "operators", grants: [{ role: "api", until }] },
    ]);
    await people.write(await people.one({ kind: "user", name: "ann" }), []);
    const gone = await iam
      .send(
        new GetUserPolicyCommand({
          UserName: "ann",
          PolicyName: `${context.project}-${context.stack}-access`,
        }),
      )
      .catch((error: unknown) => error);
    expect((gone as Error).name).to.match(/^NoSuchEntity/);
  });

  it("are refused where IAM has no room for them, with the figures", async () => {
    const other = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${"x".repeat(1500)}/*` },
      ],
    };
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "ann",
        PolicyName: "other",
        PolicyDocument: JSON.stringify(other),
      }),
    );
    const refused = await people
      .write(await people.one({ kind: "user", name: "ann" }), [{ role: "vpn", until }])
      .catch((error: unknown) => error);
    expect((refused as Error).message).to.match(
      /ann would have inline policies of \d+ characters \(16\d\d of them not from here\), and IAM takes 2048/,
    );
  });

  it("are refused for nobody", async () => {
    const nobody = await people.one({ kind: "user", name: "bob" }).catch((error: unknown) => error);
    expect((nobody as Error).message).to.contain("There is no IAM user bob in account");
    const sso = await people
      .one(personOf("role/AWSReservedSSO_Operators_0123456789abcdef", context))
      .catch((error: unknown) => error);
    expect((sso as Error).message).to.contain(
      "There is no IAM role AWSReservedSSO_Operators_0123456789abcdef in account",
    );
  });

  it("give people of Identity Center a role of its own, which lets in them alone and goes with the last grant", async () => {
    const role = "AWSReservedSSO_Operators_0123456789abcdef";
    const path = "/aws-reserved/sso.amazonaws.com/eu-west-1/";
    await iam.send(new CreateRoleCommand({ RoleName: role, Path: path, AssumeRolePolicyDocument: "{}" }));
    const session = `arn:aws:sts::${motoAccount}:assumed-role/${role}/ann@example.com`;
    const principals = async (person: Person): Promise<unknown> => {
      const { Role: made } = await iam.send(new GetRoleCommand({ RoleName: person.name }));
      const trust = JSON.parse(decodeURIComponent(made?.AssumeRolePolicyDocument ?? "")) as {
        Statement: { Principal: { AWS: string } }[];
      };
      return trust.Statement.map(({ Principal: principal }) => principal.AWS);
    };
    const ann = personOf(session, context);
    const everybody = personOf(`role/${role}`, context);
    for (const person of [ann, everybody]) {
      const arn = await people.write(await people.one(person), [{ role: "vpn", until }]);
      expect(arn).to.equal(`arn:aws:iam::${motoAccount}:role/${person.name}`);
    }
    expect(await principals(ann)).to.deep.equal([session]);
    expect(await principals(everybody)).to.deep.equal([`arn:aws:iam::${motoAccount}:role${path}${role}`]);

    const listed = await people.all();
    expect(listed.map(({ person }) => person)).to.have.deep.members([ann, everybody]);
    for (const one of listed) {
      await people.write(one, []);
    }
    expect(await people.all()).to.deep.equal([]);
    const gone = await iam
      .send(new GetRoleCommand({ RoleName: ann.name }))
      .catch((error: unknown) => (error as Error).name);
    expect(gone).to.match(/^NoSuchEntity/);
  });
});
