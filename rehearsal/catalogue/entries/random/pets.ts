import type { Random } from "../../../interpreter/random";

const animals =
  "ant bat bear bee bird bison boar buck bull calf cat clam cobra cod colt cow crab crane cub deer dog dove duck eagle eel " +
  "elk emu ewe fawn finch fish flea foal fox frog gnat goat goose grub gull hare hawk hen hog horse hound ibex imp jay";
const adjectives =
  "able active agile alert amber apt bold brave brief bright brisk calm clean clear clever cool crisp daring deep eager easy " +
  "fair fast fine firm fleet fond free fresh glad good grand great happy hardy keen kind large light live loyal neat new nice";
const adverbs =
  "barely boldly briefly calmly clearly deeply duly early easily fairly fast fully gladly hardly highly kindly";

/** One word is an animal; two a kind of animal; more, with adverbs before. */
export function petName(random: Random, words: number): string[] {
  const lists = [
    ...Array<string>(Math.max(words - 2, 0)).fill(adverbs),
    ...(words > 1 ? [adjectives] : []),
    animals,
  ];
  return lists.map((list) => random.pick(list.split(" ")));
}
