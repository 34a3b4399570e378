import { expect } from "chai";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { commandLine } from "../../../operations/command-line";
import { candidatesFor } from "../../../operations/help/completion";
import { projectAt } from "../../../operations/terminal/project";
import { readEnvironment } from "../../../settings/environment";
import { FakeTerminal } from "../../support/fake-terminal";
import { describeWith, installed } from "../../support/real-parts";

const projectDirectory = path.join(__dirname, "../../..");
const notCalled = (): never => {
  throw new Error("no command is called");
};
const program = commandLine(notCalled, notCalled, new FakeTerminal().terminal);

/** @param typed what stands on the line behind `groundwork `; its last word, which may be empty, is being typed. */
function proposed(typed: string): readonly string[] {
  return candidatesFor(program, projectAt(projectDirectory), typed.split(" ")).map(({ word }) => word);
}

describe("completion", () => {
  const cases: readonly (readonly [what: string, typed: string, words: readonly string[]])[] = [
    ["the stacks that have a file", "preview ", ["dev", "prod"]],
    ["the commands below one", "stack ", ["init", "change-secrets-provider", "help"]],
    ["stacks behind them", "state lock ", ["dev", "prod"]],
    ["actions", "secrets dev ", ["list", "check", "set", "import"]],
    ["the names that the stack's file has", "fleet dev roll ", ["api", "builder", "vpn", "git"]],
    ["those of a mapping further in", "nodes dev ", ["default"]],
    ["both stacks of a promotion", "promote dev ", ["dev", "prod"]],
    ["the choices of an option", "secrets dev import --from ", ["pass"]],
    ["no option's value as a word", "queues dev --idle 7d ", ["clean"]],
    ["nothing where a file is wanted", "up dev --plan ", []],
    ["nothing for a stack that has no file", "fleet nope roll ", []],
    ["nothing behind --", "exec -- pulumi ", []],
    ["nothing where all is said", "preview dev ", []],
  ];
  for (const [what, typed, words] of cases) {
    it(`proposes ${what}: \`groundwork ${typed}\``, () => {
      expect(proposed(typed)).to.deep.equal(words);
    });
  }

  it("proposes all commands, the sections to explain, and options that are not given yet", () => {
    expect(proposed("")).to.include.members(["rehearse", "preview", "destroy", "completion", "help"]);
    expect(proposed("explain d")).to.include.members(["database", "workloads"]);
    const options = proposed("up dev --no-refresh --");
    expect(options).to.include.members(["--plan", "--page", "--help", "--rehearse"]);
    expect(options).not.to.include("--no-refresh");
  });
});

const shells = installed(
  ["bash", "zsh", "fish"],
  "bash, zsh and fish (Debian: apt-get install bash zsh fish)",
);

describeWith("completion in a real shell", shells, (found) => {
  const run = (shell: "bash" | "zsh" | "fish", script: string): readonly string[] => {
    const { stderr, stdout } = spawnSync(found()[shell], ["-c", script], {
      cwd: projectDirectory,
      encoding: "utf8",
      env: readEnvironment(projectDirectory).variables,
    });
    expect(stderr).to.equal("");
    return stdout.trim().split("\n");
  };

  it("of bash: words of the command line become what begins as they do", () => {
    const script =
      `source <(./groundwork completion bash); COMP_WORDS=(./groundwork fleet dev roll b); COMP_CWORD=4; _groundwork; ` +
      `printf '%s\\n' "\${COMPREPLY[@]}"; complete -p groundwork`;
    expect(run("bash", script)).to.deep.equal(["builder", "complete -o default -F _groundwork groundwork"]);
  });

  it("of zsh: each comes with what it is, and files are proposed where there is nothing", () => {
    // Of zsh's own completion only what the script calls stands in: a line editor needs a terminal.
    const script =
      `compdef() { echo "compdef $*" }; _describe() { print -l "\${(@P)2}" }; _files() { echo files }; source <(./groundwork completion zsh); ` +
      `words=(./groundwork promote dev ""); CURRENT=4; _groundwork; words=(./groundwork up dev --plan ""); CURRENT=5; _groundwork`;
    expect(run("zsh", script)).to.deep.equal([
      "compdef _groundwork groundwork",
      "dev:stack",
      "prod:stack",
      "files",
    ]);
  });

  it("of fish: by its own `complete -C`", () => {
    const script = `./groundwork completion fish | source; complete -C './groundwork fleet dev roll v'`;
    expect(run("fish", script)).to.deep.equal(["vpn\tthe role, as in groundwork:fleets"]);
  });
});
