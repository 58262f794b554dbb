import { errorAt } from '../../faults';
import type { Entry } from '../../file/tree';
import { changed, dropped, entryOf } from '../line-report';
import { literalCommand, literalListPath, literalPath } from '../literal';
import { type Context, type Judge, pick } from './context';
import type { Job } from './grammar';
import { readLimit } from './limits';
import { readProcessors } from './processors';
import { readStreams } from './streams';

/** A job with its values. */
export interface ReadJob {
  name: string;
  order: number;
  waits: boolean;
  isDisabled: boolean;
  isOnce: boolean;
  entries: Entry[];
  environment: Entry[];
}

/**
 * Interprets the options of a job.
 *
 * @throws UsageError for what pmtr refuses
 */
export function readJob({ line, statements }: Job, file: string, judge: Judge): ReadJob {
  const context: Context = { file, judge, statements };
  const at = `${file}:${line}`;
  const one = (key: string) => statements.findLast(statement => statement.key === key);
  for (const key of ['name', 'dir', 'out', 'in', 'err']) refuseTwice(context, key);
  for (const key of ['user', 'order', 'nice', 'bounce']) judgeReplaced(context, key);
  const name = one('name')?.words[0]?.value;
  if (name === undefined) throw errorAt(at, 'the job has no name; add a line with one');
  const isOnce = one('once') !== undefined;
  const entries = [
    ...readCommand(context),
    ...readPlaces(context),
    entryOf('umask', '000', at),
    ...readSurroundings(context),
    ...readRenewing(context),
    ...readRestarts(at, isOnce),
    entryOf('stop-timeout', '10', at),
    ...readStreams(context),
    ...statements
      .filter(({ key }) => key === 'disable')
      .slice(0, 1)
      .map(({ line: own }) => entryOf('disable', 'on', `${file}:${own}`)),
  ];
  return {
    name,
    order: readOrder(context),
    waits: one('wait') !== undefined,
    isDisabled: one('disable') !== undefined,
    isOnce,
    entries,
    environment: readEnvironment(context),
  };
}

function refuseTwice(context: Context, key: string): void {
  const [first, second] = pick(context, key);
  if (first && second)
    throw errorAt(second.at, `${key} is already set in line ${first.line}; remove one of them`);
}

/** Of several lines, the last one counts. */
function judgeReplaced(context: Context, key: string): void {
  for (const { line } of pick(context, key).slice(0, -1))
    context.judge(line, dropped('a later line replaces it'));
}

/** pmtr puts the path of a second `cmd` in front of all words, and its arguments behind them. */
function readCommand(context: Context): Entry[] {
  const commands = pick(context, 'cmd');
  const [first, ...others] = commands;
  if (!first) return [];
  let words: string[] = [];
  for (const { value, words: own } of commands)
    words = [value, ...words, ...own.slice(1).map(word => word.value)];
  for (const { line, words: own } of commands)
    for (const { line: further } of own)
      if (further !== line)
        context.judge(further, changed(`pmtr reads it as further words of cmd in line ${line}`));
  for (const { line } of others)
    context.judge(line, changed('pmtr puts the path of a second cmd before the words of the first'));
  return [entryOf('program', literalCommand(words, false), first.at)];
}

function readPlaces(context: Context): Entry[] {
  return [
    ...pick(context, 'dir').map(({ value, at }) => entryOf('directory', literalPath(value), at)),
    ...pick(context, 'user')
      .slice(-1)
      .map(({ value, at }) => {
        if (value.length > LONGEST_USER)
          throw errorAt(at, 'the name of the user is longer than 99 characters');
        return entryOf('user', value, at);
      }),
  ];
}

const LONGEST_USER = 99;

function readSurroundings(context: Context): Entry[] {
  return [...readLimits(context), ...readNice(context), ...readCpu(context)];
}

function readLimits({ file, judge, statements }: Context): Entry[] {
  const amounts = new Map<string, string>();
  const all = statements.filter(({ key }) => key === 'ulimit');
  for (const { words } of all)
    for (let index = 0; index + 1 < words.length; index += 2) {
      const { value: resource, line } = words[index]!;
      const limit = readLimit(resource, words[index + 1]!.value);
      if ('fault' in limit) throw errorAt(`${file}:${line}`, limit.fault);
      judge(line, limit.verdict);
      amounts.set(limit.name, limit.amount);
    }
  if (amounts.size === 0) return [];
  const text = [...amounts].map(([name, amount]) => `${name} ${amount}`).join(', ');
  return [entryOf('limits', text, `${file}:${all[0]!.line}`)];
}

function readNice(context: Context): Entry[] {
  const entries = pick(context, 'nice').map(({ value, at, line }) => {
    const number = readNumber(context, value, line, 'nice');
    if (number < -20 || number > 19) throw errorAt(at, `nice must be from -20 to 19, not ${number}`);
    return entryOf('nice', String(number), at);
  });
  return entries.slice(-1);
}

/** Several lines add up. */
function readCpu(context: Context): Entry[] {
  const lines = pick(context, 'cpu');
  const found = new Set<number>();
  for (const { value, at } of lines) {
    const numbers = readProcessors(value);
    if (numbers === null) throw errorAt(at, 'cpu must be a list such as 0,2-4, or a mask such as 0x1d');
    for (const number of numbers) found.add(number);
  }
  if (found.size === 0) return [];
  return [entryOf('cpu-affinity', [...found].sort((a, b) => a - b).join(','), lines[0]!.at)];
}

function readRenewing(context: Context): Entry[] {
  return [...readBounce(context), ...readDepends(context)];
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };
/** What `restart-every` accepts. */
const MOST_SECONDS = 1e9;

function readBounce(context: Context): Entry[] {
  const entries = pick(context, 'bounce').map(({ value, at, line }) => {
    const [, digits, unit = ''] = /^(\d+).*?([a-z]?)$/i.exec(value) ?? [];
    if (digits === undefined)
      throw errorAt(at, 'bounce every must be a time such as 12h, with the unit s, m, h or d');
    const size = UNITS[unit];
    if (size === undefined) throw errorAt(at, 'bounce every must have the unit s, m, h or d, such as 12h');
    if (value !== digits + unit) context.judge(line, changed(`pmtr reads it as ${digits}${unit}`));
    const seconds = Number(digits) * size;
    if (seconds === 0) context.judge(line, changed('0 is no bounce at all'));
    else if (seconds > MOST_SECONDS) context.judge(line, dropped('that is more than 30 years'));
    return seconds === 0 || seconds > MOST_SECONDS
      ? null
      : entryOf('restart-every', `${Number(digits)}${unit}`, at);
  });
  return entries.slice(-1).flatMap(entry => entry ?? []);
}

function readDepends(context: Context): Entry[] {
  const blocks = pick(context, 'depends');
  const paths = blocks.flatMap(({ words }) =>
    words.flatMap(({ value, line }) => {
      const path = literalListPath(value);
      if (path === null)
        context.judge(line, dropped('restart-on-change cannot have a path with a comma', true));
      return path ?? [];
    }),
  );
  for (const { line } of blocks)
    context.judge(line, changed('a missing file does not keep the job down: zd waits for it to appear'));
  return paths.length === 0 ? [] : [entryOf('restart-on-change', paths.join(', '), blocks[0]!.at)];
}

/** A start follows every end but status 33: at once, or 10 s after the end of a job that lived shorter. */
function readRestarts(at: string, isOnce: boolean): Entry[] {
  // Without a least time of life, a setup that ends at once has not failed.
  if (isOnce) return [entryOf('once', 'on', at), entryOf('start-seconds', '0', at)];
  const entries = {
    'exit-codes': '33',
    forever: 'on',
    'backoff-first': '10',
    'backoff-factor': '1',
    'backoff-limit': '10',
  };
  return Object.entries(entries).map(([key, value]) => entryOf(key, value, at));
}

function readOrder(context: Context): number {
  return (
    pick(context, 'order')
      .map(({ value, line }) => readNumber(context, value, line, 'order'))
      .at(-1) ?? 0
  );
}

/** pmtr ignores what follows the digits. */
function readNumber({ file, judge }: Context, text: string, line: number, key: string): number {
  const digits = /^[+-]?\d{1,9}/.exec(text)?.[0];
  if (digits === undefined) throw errorAt(`${file}:${line}`, `${key} must be a number`);
  if (digits !== text) judge(line, changed(`pmtr reads it as ${Number(digits)}`));
  return Number(digits) + 0;
}

/** Of several values for a variable, the last counts. */
function readEnvironment(context: Context): Entry[] {
  const variables = new Map<string, Entry>();
  for (const { value: text, at, line } of pick(context, 'env')) {
    const equals = text.indexOf('=');
    if (equals < 0) throw errorAt(at, 'env must be NAME=VALUE');
    const [name, value] = [text.slice(0, equals), text.slice(equals + 1)];
    if (name === '') context.judge(line, dropped('a variable has a name'));
    else variables.set(name, entryOf(name, value, at));
  }
  return [...variables.values()];
}
