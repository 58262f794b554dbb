import { constants } from 'node:os';

const RTMIN = 34;
const RTMAX = 64;
const numbers: Record<string, number> = { ...constants.signals, SIGRTMIN: RTMIN, SIGRTMAX: RTMAX };
const LARGEST_SIGNAL = RTMAX;

/** The names of all signals without `SIG`, except the numbered real-time signals. */
export const signalNames: readonly string[] = Object.keys(numbers).map(name => name.slice('SIG'.length));

/**
 * Parses a signal as users write it: `15`, `TERM`, `sigterm` (zdaemon 4.1; `kill(1)`), `RTMIN+3`.
 *
 * @param word the text as typed
 * @returns its number, or null if there is no such signal; 0, negative and too large numbers are not signals
 */
export function parseSignal(word: string): number | null {
  if (/^\d+$/.test(word)) {
    const number = Number(word);
    return number >= 1 && number <= LARGEST_SIGNAL ? number : null;
  }
  const upper = word.toUpperCase();
  return numbers[upper] ?? numbers[`SIG${upper}`] ?? parseRealTime(upper);
}

/** `SIGTERM` for 15, `SIGRTMIN+3` for 37 as in bash(1); `signal 33` if it has no name. */
export function nameSignal(number: number): string {
  for (const [name, value] of Object.entries(numbers)) if (value === number) return name;
  if (number < RTMIN || number > RTMAX) return `signal ${number}`;
  return number - RTMIN <= (RTMAX - RTMIN) / 2 ? `SIGRTMIN+${number - RTMIN}` : `SIGRTMAX-${RTMAX - number}`;
}

function parseRealTime(upper: string): number | null {
  const [, base, digits] = /^(?:SIG)?(?:(RTMIN)\+|RTMAX-)(\d{1,2})$/.exec(upper) ?? [];
  if (digits === undefined) return null;
  const number = base ? RTMIN + Number(digits) : RTMAX - Number(digits);
  return number >= RTMIN && number <= RTMAX ? number : null;
}

/** How a process exited: either `code` or `signal` is a number; both are null if the exit status is unknown. */
export interface Ending {
  code: number | null;
  /** The number of the signal that killed it. */
  signal: number | null;
  /** Whether the system wrote a core; absent if not, or where the parent is not told. */
  core?: true;
}

/** `exit status 2`, `terminated by SIGKILL` (zdaemon's wording) or `exit status unknown`. */
export function describeEnding({ code, signal }: Ending): string {
  if (signal !== null) return `terminated by ${nameSignal(signal)}`;
  return code === null ? 'exit status unknown' : `exit status ${code}`;
}

/** The exit status that a shell reports: the code, or 128 + the signal's number. */
export function shellStatus({ code, signal }: Ending): number {
  return signal === null ? (code ?? 1) : 128 + signal;
}
