import { quoteText, ValueFault } from '../faults';
import type { ValueType } from '../values';
import { command } from '../values';

/* The values of the settings of `docs/schedules.rst`. */

/** One of the commands that run one after another. */
export interface ProgramStep {
  name: string;
  command: string[];
}

/** A cron expression. Its library is loaded with the first one. */
export const cronExpression: ValueType<string> = {
  name: 'cron expression',
  parse(text) {
    const checked = loadCron().checkCron(text);
    if ('fault' in checked) throw new ValueFault(checked.fault, checked.column);
    return checked.expression;
  },
  format: String,
};

/** A name of the zone database. */
export const zoneName: ValueType<string> = {
  name: 'time zone such as Europe/Berlin',
  parse(text) {
    try {
      if (text !== '' && new Intl.DateTimeFormat('en', { timeZone: text })) return text;
    } catch {
      // The message is the same.
    }
    throw new ValueFault(`must be a time zone such as UTC or Europe/Berlin, not ${quoteText(text)}`);
  },
  format: String,
};

/** `search = find . -name x; move = mv x y`, as it is shown; in a file it is a section. */
export const stepList: ValueType<ProgramStep[]> = {
  name: 'commands with names, in their order',
  parse(text, env) {
    return splitSteps(text).map(part => {
      const equals = part.indexOf('=');
      if (equals < 0) throw new ValueFault(`must be NAME = COMMAND; ..., not ${quoteText(text)}`);
      return readStep(part.slice(0, equals).trim(), part.slice(equals + 1).trim(), env);
    });
  },
  format: steps => steps.map(step => `${step.name} = ${formatCommand(step.command)}`).join('; '),
  accepts: areSteps,
};

/**
 * Reads one step.
 *
 * @param name as written
 * @param text its command
 * @throws ValueFault whose message continues a sentence that begins with the step
 */
export function readStep(name: string, text: string, env: NodeJS.ProcessEnv): ProgramStep {
  if (!STEP_NAME.test(name))
    throw new ValueFault(
      `must have a name of up to 64 letters, digits, dots, dashes and underscores, not ${quoteText(name)}`,
    );
  return { name, command: command.parse(text, env) };
}

const STEP_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;

/** A word that ends with a semicolon is quoted, so that a bare one parts two steps. */
function formatCommand(words: readonly string[]): string {
  return words.map(word => (word.endsWith(';') ? quoteFully(word) : command.format([word]))).join(' ');
}

function quoteFully(word: string): string {
  return `"${word.replace(/["\\]/g, '\\$&')}"`;
}

/** At each semicolon outside quotes that a blank follows. */
function splitSteps(text: string): string[] {
  const parts: string[] = [];
  let quote = '';
  let begin = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\' && quote !== "'") at += 1;
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = '';
    else if (quote === '' && char === ';' && text.charAt(at + 1) === ' ') {
      parts.push(text.slice(begin, at));
      begin = at + 1;
    }
  }
  return [...parts, text.slice(begin)];
}

/** A value of another process. */
function areSteps(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  const names = new Set(value.map(step => step?.name));
  return names.size === value.length && value.every(isStep);
}

function isStep(value: unknown): boolean {
  const { name, command: words } = (value ?? {}) as Partial<ProgramStep>;
  const areWords = Array.isArray(words) && words.length > 0 && words.every(word => typeof word === 'string');
  return typeof name === 'string' && STEP_NAME.test(name) && areWords;
}

function loadCron(): typeof import('./cron') {
  return require('./cron') as typeof import('./cron');
}
