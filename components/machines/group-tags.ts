type Texts = Readonly<Record<string, string>>;

/**
 * Tags of an Auto Scaling group. What machines are known by stands in their template, where another value is another machine;
 * the group only has it, too. Everything else, such as cost centres, the group puts on machines as they start: another value
 * makes no version of the template, exchanges no machine, and is on a machine from its next exchange on.
 */
export function groupTags(
  identity: Texts,
  others: Texts,
): { readonly key: string; readonly value: string; readonly propagateAtLaunch: boolean }[] {
  return Object.entries({ ...others, ...identity }).map(([key, value]) => ({
    key,
    value,
    propagateAtLaunch: !(key in identity),
  }));
}
