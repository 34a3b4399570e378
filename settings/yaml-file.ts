import { LineCounter, parseDocument, type Document } from "yaml";
import { engineTags } from "./engine-yaml";
import type { StackIdentity } from "./load";
import { SettingsError } from "./problem";

/** @throws SettingsError when it is no YAML. */
export function readYaml(
  text: string,
  file: string,
  identity: StackIdentity,
): { readonly document: Document; readonly lines: LineCounter } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    customTags: engineTags,
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
  });
  const broken = [...document.errors, ...document.warnings].map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return {
      path: file,
      message: `cannot be read: ${error.message}`,
      allowed: "one YAML document",
      location: { file, line, column: col },
    };
  });
  if (broken.length > 0) {
    throw new SettingsError(identity.stack, broken);
  }
  return { document, lines };
}
