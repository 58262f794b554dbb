import { nameSignal, parseSignal, signalNames } from '../../system/signals';
import { suggest } from '../../system/text/nearest';
import { quoteText, ValueFault } from '../faults';
import { formatTime, someTime } from '../times';
import type { ValueType } from '../values';

/** A signal of a plan, and how many seconds the program has to exit after it; null for what is left of stop-timeout. */
export interface StopStep {
  signal: number;
  seconds: number | null;
}

const SIGKILL = 9;
const SIGSTOP = parseSignal('STOP');

/** One signal, by name or number. */
export const signal: ValueType<number> = {
  name: 'signal, a name or a number',
  parse: text => readSignal(text, 'must be a signal'),
  format: shortName,
};

/** The steps of a stop, in order: `TERM 20s, INT 10s, KILL`. */
export const stopPlan: ValueType<StopStep[]> = {
  name: 'signals separated by commas, each with a time except the last',
  parse(text, env) {
    if (text === '') throw new ValueFault('must be signals such as TERM 20s, INT 10s, KILL, not empty');
    const steps = text.split(',').map(item => readStep(item.trim(), env));
    for (const [index, { signal: number, seconds }] of steps.entries()) {
      const name = shortName(number);
      const next = steps[index + 1];
      if (number === SIGKILL && seconds !== null)
        throw new ValueFault(`gives KILL a time, but nothing outlives it; write KILL without a time`);
      if (!next) continue;
      if (number === SIGKILL)
        throw new ValueFault(
          `goes on with ${shortName(next.signal)} after KILL, which nothing outlives; put KILL last`,
        );
      if (seconds === null && next.signal !== SIGKILL)
        throw new ValueFault(
          `gives ${name} no time, so ${shortName(next.signal)} would never follow; write ${name} 10s`,
        );
    }
    return steps;
  },
  format: steps => steps.map(formatStep).join(', '),
};

/**
 * The longest possible time until SIGKILL.
 *
 * @returns seconds; null if there is no limit
 */
export function longestStop({
  stopSignals,
  stopTimeout,
  stopProgram,
}: {
  stopSignals: readonly StopStep[];
  stopTimeout: number;
  stopProgram: readonly string[] | null;
}): number | null {
  const isKilled = stopTimeout > 0 || stopSignals.some(step => step.signal === SIGKILL);
  const steps = stopSignals.filter(step => step.signal !== SIGKILL);
  const timed = steps.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  const isOpen = steps.some(({ seconds }) => seconds === null);
  if (!isKilled || (stopTimeout === 0 && (isOpen || stopProgram !== null))) return null;
  return (stopProgram === null ? 0 : stopTimeout) + (isOpen ? Math.max(stopTimeout, timed) : timed);
}

/** `TERM`, `RTMIN+3`. */
export function shortName(number: number): string {
  return nameSignal(number).replace(/^(SIG|signal )/, '');
}

/**
 * Reads the name of a signal, with or without SIG.
 *
 * @param word as written
 * @param must how a refusal begins: `must be a signal`
 * @throws ValueFault with the nearest name
 */
export function readSignal(word: string, must: string): number {
  const number = parseSignal(word);
  if (number !== null) return number;
  const bare = word.replace(/^sig/i, '');
  const names = bare === word ? signalNames : signalNames.map(name => `SIG${name}`);
  throw new ValueFault(`${must}, not ${quoteText(word)}${suggest(word, names, 'kill -l lists them')}`);
}

function readStep(item: string, env: NodeJS.ProcessEnv): StopStep {
  if (item === '') throw new ValueFault('has nothing between two commas; write a signal, or remove a comma');
  const [, word = '', time] = /^(\S+)(?:\s+(.*))?$/.exec(item) ?? [];
  const number = readSignal(word, 'must consist of signals');
  if (number === SIGSTOP)
    throw new ValueFault('has STOP, which suspends a program and does not end it; remove it');
  if (time === undefined) return { signal: number, seconds: null };
  try {
    return { signal: number, seconds: someTime.parse(time, env) };
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    throw new ValueFault(`has a wrong time after ${word}: it ${error.message}`);
  }
}

function formatStep({ signal: number, seconds }: StopStep): string {
  if (seconds === null) return shortName(number);
  const time = formatTime(seconds);
  return `${shortName(number)} ${/\d$/.test(time) ? `${time}s` : time}`;
}
