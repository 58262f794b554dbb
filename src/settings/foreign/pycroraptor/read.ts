import { dirname, resolve } from 'node:path';
import { errorAt } from '../../faults';
import { isName } from '../../fleet/names';
import { giveNames } from '../give-names';
import { changed, dropped, LineReport } from '../line-report';
import { findLines } from '../pm2/json-lines';
import { locate } from '../pm2/parse';
import { readForeignText } from '../read-foreign';
import type { ForeignReading, ForeignRequest } from '../reading';
import { runForeign } from '../run-foreign';
import { Context } from './context';
import { readService } from './service';

/**
 * Reads pycroraptor.json, or what an executable configuration prints: a program for each service.
 *
 * @throws UsageError with file and line
 */
export function readPycroraptor(request: ForeignRequest): ForeignReading {
  const { file, path } = request;
  const { text, identity } = readForeignText(file, path);
  const absolute = resolve(path);
  const found = readValue(text, file) ?? readPrinted(text, request);
  return { ...interpret(found), paths: [absolute], identities: { [absolute]: identity } };
}

/** The value of a text, and where it is from. */
interface Source {
  value: unknown;
  text: string;
  /** For origins. */
  file: string;
}

/** The JSON of pycroraptor2, which is strict. @returns null for anything else */
function readValue(text: string, file: string): Source | null {
  try {
    return { value: JSON.parse(text), text, file };
  } catch {
    return null;
  }
}

/** What is no JSON is executed if it can be. */
function readPrinted(text: string, { file, path, env, runsIt }: ForeignRequest): Source {
  if (!text.startsWith('#!')) throw describeFault(text, file);
  if (!runsIt)
    throw errorAt(file, 'it is a script that prints the configuration; to have it run, add --run-it');
  const printed = runForeign([resolve(path)], {
    path: resolve(path),
    cwd: dirname(resolve(path)),
    env,
    file,
  });
  const origin = `${file} (printed)`;
  const found = readValue(printed, origin);
  if (found) return found;
  throw describeFault(printed, origin);
}

function describeFault(text: string, file: string): Error {
  try {
    JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    const line = text.slice(0, findOffset(message, text)).split('\n').length;
    const reason = message
      .replace(/ (in JSON )?at position .*$/s, '')
      .replace(/, "[\s\S]*" is not valid JSON$/, '');
    return errorAt(`${file}:${line}`, `${reason}; the file must be JSON`);
  }
  return errorAt(file, 'the file must be JSON');
}

/** Node tells the offset of most faults, for others the wrong character, and neither for a file that is cut off. */
function findOffset(message: string, text: string): number {
  const offset = /position (\d+)/.exec(message)?.[1];
  const token = /^Unexpected token '?(.)/u.exec(message)?.[1];
  if (offset !== undefined) return Number(offset);
  return token === undefined ? text.trimEnd().length : Math.max(0, text.indexOf(token));
}

function interpret({ value, text, file }: Source): Omit<ForeignReading, 'paths' | 'identities'> {
  if (isDeep(text)) throw errorAt(file, 'it is nested too deep; a configuration has few levels');
  const report = new LineReport();
  const { members } = findLines(text);
  const context = new Context(
    value,
    locate({ file, text }, value, members, report, () => true),
    report,
  );
  if (context.object([]) === null)
    throw errorAt(`${file}:1`, 'the configuration must be an object with SERVICES');
  const written = Object.keys(context.object(['SERVICES']) ?? {});
  const names = giveNames(written);
  const groups = readGroups(context, written);
  const logs = context.text(['LOG_DIR']) ?? '/tmp/pyraptord/logs';
  for (const key of Object.keys(context.object([])!)) judgeTop(context, key);
  const programs = written.map((name, index) =>
    readService(context, { name, given: names[index]!, groups, logs }),
  );
  return { programs, skipped: [], report: report.toLines() };
}

/** The services of each group, in their order. */
function readGroups(context: Context, services: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const group of Object.keys(context.object(['GROUPS']) ?? {})) {
    const path = ['GROUPS', group];
    const members = context.texts(path);
    const missing = members.find(name => !services.includes(name));
    if (missing !== undefined) context.judge(path, dropped(`there is no service ${missing}`));
    else if (group === 'startup')
      context.judge(path, changed('they start at the same time, not one after the other'));
    else
      context.judge(path, isName(group) ? changed(`selected with @${group}`) : dropped('the name is no tag'));
    groups.set(group, members);
  }
  return groups;
}

/** Keys that concern the daemon, which zd does without. */
const OF_DAEMON = new Map([
  ['PORTS', 'each program has a socket for commands instead of RPC'],
  ['LOG_FILE', 'there is no daemon that writes one'],
  ['PID_FILE', 'there is no daemon'],
]);

function judgeTop(context: Context, key: string): void {
  if (['SERVICES', 'GROUPS', 'LOG_DIR'].includes(key)) return;
  context.judge([key], dropped(OF_DAEMON.get(key) ?? 'pycroraptor2 has no use for it either'));
}

const DEEPEST = 64;

function isDeep(text: string): boolean {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:\\.|[^"\\])*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
}
