/**
 * Makes a component where everything that it cannot be without is there. What a stack's file does not have is not
 * deployed, and neither is what needs it.
 *
 * @param needed Sections of the settings, and other components.
 * @returns undefined where one of them is missing.
 */
export function given<Needed extends readonly unknown[], Made>(
  needed: readonly [...{ [Index in keyof Needed]: Needed[Index] | undefined }],
  make: (...present: Needed) => Made,
): Made | undefined {
  return needed.includes(undefined) ? undefined : make(...(needed as unknown as Needed));
}

/** Outputs of the stack, without those of components that are not there: the engine warns of each undefined one. */
export function outputsOf<Outputs extends Readonly<Record<string, unknown>>>(
  outputs: Outputs,
): Partial<Outputs> {
  return Object.fromEntries(
    Object.entries(outputs).filter(([, value]) => value !== undefined),
  ) as Partial<Outputs>;
}
