import { avoidedWords, judge, manyWords, sentencesOf, wordsIn } from "./rules";
import { allTexts } from "./texts";

// A part of `npm run lint`: the words of documents, help, settings and messages. `-- --long` lists long sentences too.

const avoided = avoidedWords();
const texts = allTexts();
const findings = texts.flatMap((text) => judge(text, avoided));
for (const { where, message } of findings) {
  console.error(`${where}: ${message}`);
}
const long = texts.flatMap(({ where, text }) =>
  sentencesOf(text)
    .filter((sentence) => wordsIn(sentence) > manyWords)
    .map((sentence) => `${where}: ${wordsIn(sentence)} words: ${sentence}`),
);
if (process.argv.includes("--long")) {
  console.log(long.join("\n"));
}
console.log(
  `${texts.length} texts, ${findings.length} findings, ${long.length} sentences of more than ${manyWords} words`,
);
process.exitCode = findings.length > 0 ? 1 : 0;
