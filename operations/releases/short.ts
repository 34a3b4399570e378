/** Digests as Docker shortens them. */
export function short(text: string): string {
  return text.replace(/(sha256:)?\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1$2…");
}
