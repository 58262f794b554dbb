import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Entry } from '../../file/tree';
import { isName } from '../../fleet/names';
import { CONTROL } from '../../values';
import { changed, dropped, entryOf, TAKEN } from '../line-report';
import { literalCommand, literalPath } from '../literal';
import type { ForeignProgram } from '../reading';
import { ShlexFault, splitCommand } from '../supervisord/shlex';
import type { Context } from './context';

export interface ServiceRequest {
  /** As written. */
  name: string;
  /** The name in zd. */
  given: string;
  /** The names of the services in each group. */
  groups: ReadonlyMap<string, string[]>;
  /** LOG_DIR */
  logs: string;
}

const KEYS = ['command', 'cwd', 'env', 'log', 'stdin', 'stdout'];

/**
 * Reads a service. It is never started again, and only those of the group `startup` are started with the others.
 *
 * @throws UsageError for a value of a wrong type
 */
export function readService(context: Context, { name, given, groups, logs }: ServiceRequest): ForeignProgram {
  const path = ['SERVICES', name];
  const at = context.originOf(path);
  const keys = Object.keys(context.object(path) ?? {});
  for (const key of keys)
    if (!KEYS.includes(key)) context.judge([...path, key], dropped('pycroraptor2 has no use for it either'));
  if (given !== name) context.judge(path, changed(`the name is ${given}`));
  const { environment, unset } = readVariables(context, path);
  const entries = [
    readCommand(context, path, name),
    ...readDirectory(context, path),
    entryOf('umask', '000', at),
    ...(unset.length > 0
      ? [entryOf('unset-environment', unset.join(', '), context.originOf([...path, 'env']))]
      : []),
    entryOf('once', 'on', at),
    entryOf('start-seconds', '0', at),
    entryOf('stop-timeout', '5', at),
    ...readStreams(context, path),
    ...readLog(context, path, name, logs),
    ...readGroups(name, groups, at),
  ];
  return { name: given, entries, environment };
}

/** By default the name of the service. */
function readCommand(context: Context, path: string[], name: string): Entry {
  const own = [...path, 'command'];
  const text = context.text(own) ?? name;
  try {
    const words = splitCommand(text);
    if (words.length === 0) throw new ShlexFault('must be a command, not empty');
    context.judge(
      own,
      changed('its output is no terminal: some programs write it in blocks, not line by line'),
    );
    return entryOf('program', literalCommand(words, true), context.originOf(own));
  } catch (error) {
    if (error instanceof ShlexFault) throw context.fault(own, error.message);
    throw error;
  }
}

function readDirectory(context: Context, path: string[]): Entry[] {
  const own = [...path, 'cwd'];
  const text = context.text(own);
  return text === undefined ? [] : [entryOf('directory', literalPath(text), context.originOf(own))];
}

/** `null` takes a variable away. */
function readVariables(context: Context, path: string[]): { environment: Entry[]; unset: string[] } {
  const own = [...path, 'env'];
  const environment: Entry[] = [];
  const unset: string[] = [];
  for (const [name, value] of Object.entries(context.object(own) ?? {})) {
    const place = [...own, name];
    if (/[=\s,]/.test(name) || name === '')
      context.judge(place, dropped('no variable can have this name', true));
    else if (value === null) unset.push(name);
    else if (typeof value === 'string') environment.push(entryOf(name, value, context.originOf(place)));
    else throw context.fault(place, 'must be a text, or null');
  }
  return { environment, unset };
}

/** Without `stdin`, the program reads what is sent to it. */
function readStreams(context: Context, path: string[]): Entry[] {
  const [input, output] = (['stdin', 'stdout'] as const).map(key => {
    const text = context.text([...path, key]);
    return text === undefined
      ? null
      : entryOf(key, literalPath(text, CONTROL), context.originOf([...path, key]));
  });
  return [input ?? entryOf('stdin', CONTROL, context.originOf(path)), ...(output ? [output] : [])];
}

const NAME = `$\{name}`;
const UNIQUE = `$\{unique}`;

/** Each start has a file of its own, and `NAME_latest.txt` leads to the latest. */
function readLog(context: Context, path: string[], name: string, logs: string): Entry[] {
  const own = [...path, 'log'];
  if (context.at(own) === null) return [];
  const template = context.text(own) ?? `${NAME}_${UNIQUE}.txt`;
  const isUnique = template.includes(UNIQUE);
  const file = template.replaceAll(NAME, name).replaceAll(UNIQUE, 'latest');
  const target = isAbsolute(file) ? file : join(logs, file);
  const at = context.originOf(own);
  if (!existsSync(dirname(target)) && target.startsWith('/'))
    context.judge(own, changed(`the folder ${dirname(target)} is not there: create it before the start`));
  else if (isUnique)
    context.judge(own, changed('the latest output is in that file; older files have their time in the name'));
  else context.judge(own, TAKEN);
  return [
    entryOf('transcript', literalPath(target), at),
    entryOf('transcript-mode', '644', at),
    entryOf('transcript-timestamps', 'iso', at),
    entryOf('transcript-markers', 'on', at),
    ...(isUnique ? [entryOf('transcript-rotate-start', 'on', at), entryOf('transcript-keep', '0', at)] : []),
  ];
}

function readGroups(name: string, groups: ReadonlyMap<string, string[]>, at: string): Entry[] {
  const own = [...groups].filter(([, members]) => members.includes(name)).map(([group]) => group);
  const tags = own.filter(isName);
  return [
    ...(tags.length > 0 ? [entryOf('tags', tags.join(', '), at)] : []),
    ...(own.includes('startup') ? [] : [entryOf('autostart', 'off', at)]),
  ];
}
