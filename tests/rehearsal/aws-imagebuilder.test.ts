import { expect } from "chai";
import { refusal, rehearsedAws, type RehearsedProvider } from "../support/rehearsed-cloud";

const COMPONENT = "aws:imagebuilder/component:Component";
const RECIPE = "aws:imagebuilder/imageRecipe:ImageRecipe";

describe("rehearsal: Image Builder", () => {
  let cloud: RehearsedProvider<unknown>;
  beforeEach(() => {
    cloud = rehearsedAws({});
  });
  afterEach(() => cloud.remove());

  const component = (changes: Record<string, string> = {}): ReturnType<typeof cloud.create> =>
    cloud.create(COMPONENT, "c", {
      name: "Workers-files",
      platform: "Linux",
      version: "1.0.5",
      data: "name: x",
      ...changes,
    });
  const recipe = (arn: string, version = "1.0.7"): ReturnType<typeof cloud.create> =>
    cloud.create(RECIPE, "r", {
      name: "workers",
      parentImage: "ami-0123456789abcdef0",
      components: [{ componentArn: arn }],
      version,
    });

  it("names what it has by its lower-case name and its version", async () => {
    const made = await component();
    expect(made.id).to.match(/^arn:aws:imagebuilder:[a-z0-9-]+:\d{12}:component\/workers-files\/1\.0\.5\/1$/);
    expect(made.outputs["arn"]).to.equal(made.id);
    expect((await recipe(made.id)).id).to.match(/:image-recipe\/workers\/1\.0\.7$/);
  });

  it("takes a name once in each version", async () => {
    await component();
    expect(await refusal(component())).to.contain("ResourceAlreadyExistsException");
    await component({ version: "1.0.6" });
  });

  it("takes 16,000 characters of a document, and versions of three numbers below 2^30", async () => {
    await component({ data: "x".repeat(16_000) });
    expect(await refusal(component({ version: "1.0.6", data: "x".repeat(16_001) }))).to.contain(
      "less than or equal to 16000",
    );
    expect(await refusal(component({ version: "1.0" }))).to.contain("semanticVersion");
    expect(await refusal(component({ version: `1.0.${String(2 ** 30)}` }))).to.contain("semanticVersion");
  });

  it("deletes nothing that something else needs", async () => {
    const made = await component();
    const needing = await recipe(made.id);
    expect(await refusal(cloud.delete(made))).to.contain(
      `ResourceDependencyException: Resource dependency error: The resource ARN '${made.id}' has other resources depended on it.`,
    );
    await cloud.delete(needing);
    await cloud.delete(made);
  });

  it("makes no recipe of components that are not there", async () => {
    const arn = "arn:aws:imagebuilder:eu-west-1:111122223333:component/other/1.0.0/1";
    expect(await refusal(recipe(arn))).to.contain(`The resource with ARN '${arn}' does not exist.`);
  });
});
