/**
 * Marks a text that only the manual holds. The build replaces this function by an empty one, so that no bundle carries
 * the text.
 */
export function manual(text: string): string {
  return text;
}
