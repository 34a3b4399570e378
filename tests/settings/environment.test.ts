import { expect } from "chai";
import { readEnvironment, type Environment } from "../../settings/environment";

const read = (variables: NodeJS.ProcessEnv, platform: NodeJS.Platform = "linux"): Environment =>
  readEnvironment("/project", variables, platform, "/home/somebody");

describe("the environment", () => {
  it("may be empty", () => {
    expect(read({})).to.deep.equal({
      pulumiBinary: undefined,
      cacheDirectory: "/home/somebody/.cache/groundwork",
      rehearsalDirectory: "/project/.rehearsal",
      metalApiUrl: undefined,
      path: "",
      ci: false,
      ciRun: undefined,
      noColor: false,
      variables: {},
    });
  });

  it("names a pulumi binary", () => {
    expect(read({ GROUNDWORK_PULUMI: "/opt/pulumi" }).pulumiBinary).to.equal("/opt/pulumi");
    expect(read({ GROUNDWORK_PULUMI: "" }).pulumiBinary).to.equal(undefined);
  });

  it("moves the cache, but not to a relative path, as the XDG specification says", () => {
    expect(read({ XDG_CACHE_HOME: "/var/cache" }).cacheDirectory).to.equal("/var/cache/groundwork");
    expect(read({ XDG_CACHE_HOME: "cache" }).cacheDirectory).to.equal("/home/somebody/.cache/groundwork");
  });

  it("has the cache where each platform has its own", () => {
    expect(read({}, "darwin").cacheDirectory).to.equal("/home/somebody/Library/Caches/groundwork");
    expect(read({ LOCALAPPDATA: "/local" }, "win32").cacheDirectory).to.equal("/local/groundwork");
    expect(read({}, "win32").cacheDirectory).to.equal("/home/somebody/AppData/Local/groundwork");
  });

  it("has the address of the CI run, as GitHub or GitLab says it, and none of half of it", () => {
    const github = {
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "example/infra",
      GITHUB_RUN_ID: "42",
    };
    expect(read(github).ciRun).to.equal("https://github.com/example/infra/actions/runs/42");
    expect(read({ ...github, GITHUB_RUN_ID: "" }).ciRun).to.equal(undefined);
    expect(read({ CI_JOB_URL: "https://gitlab.com/example/-/jobs/7" }).ciRun).to.equal(
      "https://gitlab.com/example/-/jobs/7",
    );
  });

  it("moves the rehearsal, relative to the project", () => {
    expect(read({ GROUNDWORK_REHEARSAL_DIR: "/tmp/cloud" }).rehearsalDirectory).to.equal("/tmp/cloud");
    expect(read({ GROUNDWORK_REHEARSAL_DIR: "../cloud" }).rehearsalDirectory).to.equal("/cloud");
  });

  it("tells CI, unless it is switched off", () => {
    expect(read({ CI: "true" }).ci).to.equal(true);
    expect(read({ CI: "1" }).ci).to.equal(true);
    expect(read({ CI: "false" }).ci).to.equal(false);
    expect(read({ CI: "" }).ci).to.equal(false);
  });

  it("tells whether colours are wanted", () => {
    expect(read({ NO_COLOR: "1" }).noColor).to.equal(true);
    expect(read({ NO_COLOR: "" }).noColor).to.equal(false);
  });

  it("hands a copy of everything on", () => {
    const variables = { PATH: "/bin", OTHER: "x" };
    const environment = read(variables);
    expect(environment.path).to.equal("/bin");
    expect(environment.variables).to.deep.equal(variables);
    expect(environment.variables).to.not.equal(variables);
  });
});
