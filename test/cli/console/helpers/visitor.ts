import { commandOf, type Place, pidIn } from '../../../helpers/cli';
import { childrenOf } from '../../../helpers/processes';
import { openTerminal, type Terminal } from '../../../helpers/pty';
import { until } from '../../../helpers/within';

/** What attach says first. */
export const GREETING = /(?:console|output) of app.*leave with Ctrl-\]/;

/** A program on a terminal; its output goes to `log`. @returns its pid */
export async function startConsole(
  place: Place,
  program: string,
  runner: Record<string, string> = {},
): Promise<number> {
  const own = { program, pty: 'on', transcript: 'log', 'start-seconds': '0', directory: place.folder };
  place.configure({ ...own, ...runner });
  return pidIn(await place.zd('-C app.conf start'));
}

/** Answers each line with the size of its terminal and the line. */
export const ECHOES = `sh -c 'echo up; while read line; do stty size; echo "got $$line"; done'`;

export interface Visitor extends Terminal {
  /** The client behind the shell that has the terminal. */
  client(): Promise<number>;
}

const open: Terminal[] = [];

/**
 * Visits from a terminal of its own. The settings of that terminal are in the files `before` and `after`, and behind the
 * visit, the shell prints `status N`.
 *
 * @param words behind `attach`
 */
export function visit(place: Place, words: string[] = [], options: { columns?: number } = {}): Visitor {
  const script = 'stty -g >before; "$@"; echo "status $?"; stty -g >after; echo over';
  const command = [...commandOf('zd'), '-C', 'app.conf', 'attach', ...words];
  const terminal = openTerminal('sh', ['-c', script, 'sh', ...command], { cwd: place.folder, ...options });
  open.push(terminal);
  const client = () => until(30, 'the client', () => childrenOf(terminal.pid)[0]);
  return { ...terminal, client };
}

/** For `test.after.each`. */
export function closeVisitors(): void {
  for (const one of open.splice(0)) one.close();
}

/** Whether the terminal of the last visitor is as it was. */
export function isRestored(place: Place): boolean {
  return place.read('before') === place.read('after');
}
