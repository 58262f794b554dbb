/** What a person would read in a file: the one process that it begins. */
export interface Understood {
  words: string[];
  environment: Record<string, string>;
  /** Whole seconds; null without a limit. */
  stop: number | null;
}
