/**
 * Marks a text that only the manual needs. The build replaces this function with an empty one, so that the bundles do
 * not contain the text.
 */
export function manual(text: string): string {
  return text;
}
