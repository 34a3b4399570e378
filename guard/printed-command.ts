type Word = string | number | readonly string[];

/**
 * A command as a person types it in the project's folder, for a POSIX shell: groundworkCommand`up ${stack}` is
 * `./groundwork up dev`. What is put in is one word whatever is in it, and a list a word for each entry.
 *
 * Nobody here knows whether this is a rehearsal, or where the person stands: the command line adds both to what it prints
 * (operations/terminal/typed-here.ts). For that a command ends where its code does (a backtick), at the end of a line, or at two spaces.
 */
export function groundworkCommand(words: TemplateStringsArray, ...values: readonly Word[]): string {
  return `./groundwork ${filled(words, values)}`;
}

/** As `groundworkCommand`, for one of the engine's own: with the engine that groundwork brings. It names its stack. */
export function pulumiCommand(words: TemplateStringsArray, ...values: readonly Word[]): string {
  return `./groundwork exec -- pulumi ${filled(words, values)}`;
}

/** A word for a POSIX shell, in quotes where it needs them: URNs have a dollar sign in them. */
export function quoted(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function filled(words: TemplateStringsArray, values: readonly Word[]): string {
  return words.reduce((text, part, i) => {
    const value = values[i - 1] ?? [];
    const written = (typeof value === "object" ? value : [String(value)]).map(quoted).join(" ");
    // An empty list leaves no gap.
    return (written === "" ? text.trimEnd() : text + written) + part;
  });
}
