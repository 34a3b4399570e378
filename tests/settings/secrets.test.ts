import { expect } from "chai";
import { stringify } from "yaml";
import { settingsFromConfig } from "../../settings/load";
import { secretNames, secretOf } from "../../settings/secrets";
import { parseStackFile } from "../../settings/stack-file";
import { workloadsConfig } from "../kubernetes/support/workloads-program";
import { asTheEngineSays, caught, identity, type Config } from "./support";

const KEY = "groundwork:sendgridApiKey";
const ALLOWED = "SG., 22 characters, a dot and 43 characters, each a letter, digit, _ or -";
const SUGGESTION =
  "Set it with `pulumi config set --secret groundwork:sendgridApiKey --stack dev`. To get one: " +
  'SendGrid, Settings, API Keys, Create API Key, "Restricted Access" with Mail Send only.';
const { placeholder } = secretOf("sendgridApiKey");

const sendgrid = (): Config => workloadsConfig({}, { sendgrid: { from: "noreply@example.com" } });
const catcher = (): Config => workloadsConfig({}, { catcher: {} });

/** As the program gets it: decrypted. */
const inProgram = (config: Config, secret?: string, isSecret = true): ReturnType<typeof caught> => {
  const { values } = asTheEngineSays(config);
  return caught(() =>
    settingsFromConfig(
      {
        values: secret === undefined ? values : { ...values, [KEY]: secret },
        secretKeys: new Set(secret !== undefined && isSecret ? [KEY] : []),
      },
      identity,
    ),
  );
};
/** As commands get it: encrypted. */
const inFile = (config: Config, secretsAreSupplied = false): ReturnType<typeof caught> =>
  caught(() => parseStackFile(stringify({ config }), "Pulumi.dev.yaml", identity, { secretsAreSupplied }));

describe("the stack's secrets", () => {
  it("are named when they are missing, with the line that sets them", () => {
    const problem = {
      path: KEY,
      message:
        "is missing, and groundwork:mail.sendgrid needs it. API key of SendGrid, the password of its SMTP user.",
      allowed: ALLOWED,
      suggestion: SUGGESTION,
    };
    expect(inProgram(sendgrid())).to.deep.equal([problem]);
    const [{ location, ...fromFile } = { location: undefined }] = inFile(sendgrid());
    expect(fromFile).to.deep.equal(problem);
    expect(location?.file).to.equal("Pulumi.dev.yaml");
  });

  it("may be missing where nothing needs them, and where a rehearsal supplies them", () => {
    expect(inProgram(catcher())).to.deep.equal([]);
    expect(inFile(catcher())).to.deep.equal([]);
    expect(inFile(sendgrid(), true)).to.deep.equal([]);
  });

  it("are refused in clear, and shown nowhere", () => {
    const clear = { ...sendgrid(), [KEY]: placeholder };
    for (const problems of [inProgram(sendgrid(), placeholder, false), inFile(clear), inFile(clear, true)]) {
      expect(problems.map(({ path, message }) => [path, message])).to.deep.equal([
        [KEY, "stands in clear. Take the line away, and take back the secret where it came from"],
      ]);
      expect(JSON.stringify(problems)).to.not.contain(placeholder);
    }
  });

  it("are refused by the program when they are none, and shown nowhere", () => {
    const nonsense = "hunter2";
    const problems = inProgram(sendgrid(), nonsense);
    expect(problems.map(({ path, message }) => [path, message])).to.deep.equal([
      [KEY, "is encrypted, but what it holds has not the form of one"],
    ]);
    expect(JSON.stringify(problems)).to.not.contain(nonsense);
    expect(inProgram(sendgrid(), placeholder)).to.deep.equal([]);
  });

  it("are taken encrypted from a file, where nobody can tell their form", () => {
    expect(inFile({ ...sendgrid(), [KEY]: { secure: "v1:abc:def" } })).to.deep.equal([]);
  });

  it("each have a placeholder of their own form", () => {
    for (const name of secretNames) {
      expect(secretOf(name).format.safeParse(secretOf(name).placeholder).success, name).to.equal(true);
    }
  });

  it("are found when they are misspelt", () => {
    const [problem] = inFile({ ...catcher(), "groundwork:sendgridApikey": { secure: "v1:abc:def" } });
    expect(problem?.suggestion).to.equal("Did you mean groundwork:sendgridApiKey?");
  });
});

describe("settings rules: mail", () => {
  it("goes exactly one way", () => {
    for (const [mail, message] of [
      [{}, "says no way for mails"],
      [{ catcher: {}, sendgrid: { from: "a@example.com" } }, "has both sendgrid and catcher"],
    ] as const) {
      const problems = inFile(workloadsConfig({}, mail), true);
      expect(problems.map((problem) => [problem.path, problem.message])).to.deep.equal([
        ["groundwork:mail", message],
      ]);
    }
  });
});
