/** What is printed where a person has to write a reason. It is no reason itself: a call that is pasted as it stands is refused. */
export const reasonPlaceholder = "WHY, AND WHERE ITS DATA IS";

/** Words that stand in the place of what somebody was asked for. They may be in a reason; they do not count. */
const fillers: ReadonlySet<string> = new Set(
  (
    "reason reasons why because text test tests testing todo tbd fixme foo bar baz qux lorem ipsum dolor none na " +
    "placeholder explanation description comment who name me you somebody someone anybody nobody whoever your enter insert put " +
    "write given here please"
  ).split(" "),
);

/** Rows of keys, and the alphabet: four letters in a row of them are no word. */
const rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"];

const letter = /\p{L}/gu;
/** One character of these scripts says as much as some letters of others. */
const wordy = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const lettersOfAWordyOne = 3;

/** Made when a reason is first read: it loads what the processes that read none need not have (30 ms). */
let segmenter: Intl.Segmenter | undefined;

/**
 * Why a text is no reason for giving something up; undefined for one that is. The one rule for approvals, their revocation
 * and exceptions, in any language: at least two different words and ten letters, besides words such as "reason" and "test", keys in
 * a row, and the placeholder. Whether it is a good one only a person can say.
 */
export function flawOfReason(text: string): string | undefined {
  const said = wordsOf(text).join(" ").replaceAll(wordsOf(reasonPlaceholder).join(" "), " ");
  const words = [...new Set(said.split(" ").filter((word) => word !== "" && !isFiller(word)))];
  return words.length >= 2 && lengthOf(words.join("")) >= 10
    ? undefined
    : "is no reason: say in at least two words and ten letters why, and where its data is, for whoever reviews it";
}

/** Why a text names nobody who could answer for something; undefined where it does. */
export function flawOfPerson(text: string): string | undefined {
  const words = wordsOf(text).filter((word) => !isFiller(word));
  return lengthOf(words.join("")) >= 2 ? undefined : "is no name: say who answers for it";
}

function wordsOf(text: string): readonly string[] {
  segmenter ??= new Intl.Segmenter("en", { granularity: "word" });
  return [...segmenter.segment(text.normalize("NFKC").toLowerCase())]
    .map(({ segment }) => (segment.match(letter) ?? []).join(""))
    .filter((word) => word !== "");
}

function isFiller(word: string): boolean {
  return (
    fillers.has(word) ||
    // `xxx`, `asdfasdf`.
    /^(.{1,4}?)\1+$/u.test(word) ||
    (word.length >= 4 && rows.some((row) => row.includes(word)))
  );
}

function lengthOf(word: string): number {
  return [...word].reduce((sum, one) => sum + (wordy.test(one) ? lettersOfAWordyOne : 1), 0);
}
