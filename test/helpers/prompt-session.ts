import { commandOf, type Flavour, type Place } from './cli';
import { openTerminal, type Terminal } from './pty';

/** The name of the daemon and its state, or the name of the client without a daemon. */
export const PROMPT = /(?:^|[\n\r])(?:[a-z.]+ [○●◐✗?]|zd>) /;

const terminals: Terminal[] = [];

/**
 * Opens a prompt on a terminal of its own, without a history.
 *
 * @param args the options and the command
 * @param more of the environment
 */
export function openPrompt(
  place: Place,
  args: string[],
  flavour: Flavour = 'zd',
  more: Record<string, string | undefined> = {},
): Terminal {
  const [node = '', ...words] = commandOf(flavour);
  const env = { ZD_TEST_PLACE: place.folder, SHELL: '/bin/sh', PS1: '$ ', LC_ALL: 'C.UTF-8', ...more };
  return closeLater(openTerminal(node, [...words, ...args], { cwd: place.folder, env }));
}

/** Leaves a terminal to `closePrompts`. */
export function closeLater(terminal: Terminal): Terminal {
  terminals.push(terminal);
  return terminal;
}

/** Closes the terminals opened so far; for `test.after.each`. */
export function closePrompts(): void {
  for (const terminal of terminals.splice(0)) terminal.close();
}

/** Types a line; waits for its echo, then for the expected output. */
export async function say(terminal: Terminal, line: string, expected: string | RegExp): Promise<string> {
  terminal.type(`${line}\r`);
  await terminal.waitFor(line);
  return terminal.waitFor(expected);
}
