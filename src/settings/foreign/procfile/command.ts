import { quoteWords, splitWords } from '../../../system/words';

/**
 * The words that run a command of a Procfile: through a shell only if the shell could understand it in another way than
 * zd does.
 *
 * @param command as written
 */
export function readProcfileCommand(command: string): { words: string; usesShell: boolean } {
  if (needsShell(command)) return { words: quoteWords(['sh', '-c', command]), usesShell: true };
  return { words: quoteWords(splitWords(command)), usesShell: false };
}

/** Operators, expansions, a backslash, an odd quote; a comment, a home directory; a variable in front; a builtin. */
function needsShell(command: string): boolean {
  if (/[|&;<>()$`\\*?[\]{}]/.test(command) || /(^|\s)[#~!]/.test(command)) return true;
  if (/^[A-Za-z_]\w*=/.test(command)) return true;
  const [first = ''] = command.split(/\s/, 1);
  return BUILTINS.has(first) || !areQuotesClosed(command);
}

function areQuotesClosed(command: string): boolean {
  try {
    return splitWords(command).length > 0;
  } catch {
    return false;
  }
}

/** First words for which there is no file, or one that does something else. */
const BUILTINS = new Set(
  '. : alias break case cd continue do eval exec exit export for if read return set shift source trap ulimit umask unset until wait while'.split(
    ' ',
  ),
);
