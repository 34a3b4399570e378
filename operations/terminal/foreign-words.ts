import { pulumiCommand } from "../../guard/printed-command";

/** What people type who come from other tools, and how it is done here. */
const answers: readonly { readonly words: readonly string[]; readonly answer: string }[] = [
  {
    words: ["deploy", "apply", "update", "create", "provision", "upgrade"],
    answer: "`./groundwork up STACK` previews, asks, and makes the changes.",
  },
  {
    words: ["plan", "diff", "validate", "dry-run"],
    answer: "`./groundwork preview STACK` shows what `up` would change, and changes nothing.",
  },
  {
    words: ["down", "rm", "delete", "remove", "teardown", "undeploy"],
    answer:
      "`destroy` takes everything down: the whole stack. Its `--help` says how. To take out a part, take it out of the stack file " +
      "and look at `./groundwork preview STACK`.",
  },
  {
    words: ["init"],
    answer:
      "`./groundwork stack init STACK` begins a stack; `./groundwork state init STACK` makes the container in Azure " +
      "for its state.",
  },
  { words: ["login", "logout", "whoami"], answer: throughExec(pulumiCommand`WORD`) },
  { words: ["config", "logs"], answer: throughExec(pulumiCommand`WORD --stack STACK`) },
  { words: ["output", "outputs"], answer: throughExec(pulumiCommand`stack output --stack STACK`) },
  { words: ["export"], answer: throughExec(pulumiCommand`stack export --stack STACK`) },
  {
    words: ["refresh"],
    answer:
      "`preview`, `up` and `destroy` read the cloud by themselves, and `./groundwork drift STACK` shows what moved there. " +
      `To write that into the state and do nothing else: \`${pulumiCommand`refresh --stack STACK`}\`.`,
  },
  { words: ["import"], answer: throughExec(pulumiCommand`import --stack STACK TYPE NAME ID`) },
  { words: ["pulumi", "terraform", "tofu"], answer: throughExec(pulumiCommand`…`) },
  {
    words: ["cancel", "force-unlock"],
    answer: "`./groundwork state lock STACK` says who holds the lock of the state, and what to do about it.",
  },
  { words: ["version"], answer: "`./groundwork --version` says it." },
];

/** @returns How it is done here; undefined for a word that is nobody's. Never by likeness: the word is in the table or not. */
export function answerTo(word: string): string | undefined {
  const plain = word.toLowerCase();
  return answers.find(({ words }) => words.includes(plain))?.answer.replace("WORD", plain);
}

function throughExec(call: string): string {
  return `\`${call}\` does it, with the engine that groundwork brings.`;
}
