/** How hard a stack is protected. One word, because three booleans would have five nonsensical combinations. */
export const guardLevels = ["production", "development", "disposable"] as const;
export type GuardLevel = (typeof guardLevels)[number];
