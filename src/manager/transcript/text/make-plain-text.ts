import type { PlainText } from './plain-text';

/** Loaded only with `transcript-plain`: most transcripts have what the program writes. */
export function makePlainText(): PlainText {
  const { PlainText }: typeof import('./plain-text') = require('./plain-text');
  return new PlainText();
}
