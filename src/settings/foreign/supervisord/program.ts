import { quoteWords } from '../../../system/words';
import type { Entry } from '../../file/tree';
import { makeName } from '../../fleet/names';
import { changed, dropped, entryOf, type LineReport, TAKEN } from '../line-report';
import type { ForeignProgram } from '../reading';
import type { Surroundings } from './globals';
import type { Names } from './python-format';
import { readRestarts, readStop } from './restarts';
import type { SectionReader } from './section-reader';
import { readPairs, splitCommand } from './shlex';
import { readStreams } from './streams';

export interface ProgramRequest {
  reader: SectionReader;
  /** The name of the section. */
  name: string;
  /** The groups that name it. */
  groups: readonly string[];
  /** What `[supervisord]` sets for all programs. */
  surroundings: Surroundings;
  /** The folder in which relative paths start. */
  folder: string;
  report: LineReport;
}

/**
 * Reads a `[program:x]` section. With `numprocs` it becomes a program in copies, or several programs if the settings
 * depend on the number.
 *
 * @throws UsageError for what supervisord refuses
 */
export function readProgram(request: ProgramRequest): ForeignProgram[] {
  const { reader, name, groups } = request;
  const count = reader.count('numprocs', 1);
  const first = reader.whole('numprocs_start', 0);
  reader.judge('numprocs', TAKEN);
  reader.judge('numprocs_start', TAKEN);
  const common = new Map([...reader.names, ['program_name', name], ['group_name', groups[0] ?? name]]);
  const namesOf = (number: number): Names =>
    new Map([...common, ['process_num', number], ['numprocs', count]]);
  const template = reader.item('process_name')?.value ?? '%(program_name)s';
  if (count > 1 && !template.includes('%(process_num)'))
    throw reader.fault(
      'numprocs',
      'needs %(process_num)s in process_name; add process_name = NAME-%(process_num)s',
    );
  if (count > MOST) throw reader.fault('numprocs', `must be at most ${MOST}, not ${count}`);
  const numbers = Array.from({ length: count }, (_, index) => first + index);
  if (count > 1 && dependsOnNumber(reader)) {
    reader.judge('numprocs', changed(`each is a program of its own, and @${name} names all of them`));
    reader.judge('process_name', TAKEN);
    return numbers.map(number => {
      const numbered = reader.with(namesOf(number));
      return build(
        { ...request, reader: numbered },
        numbered.expand('process_name', template),
        [name, ...groups],
        false,
      );
    });
  }
  const isCopied = count !== 1;
  if (isCopied) {
    reader.judge('process_name', changed(`the copies are called ${name}-1, ${name}-2 and so on`));
    if (first !== 1) reader.judge('numprocs_start', changed('copies are counted from 1'));
  } else if (template !== '%(program_name)s') {
    reader.judge('process_name', changed(`it is called ${name}, as its section`));
  }
  const program = build({ ...request, reader: reader.with(namesOf(first)) }, name, groups, isCopied);
  if (isCopied) program.entries.push(entryOf('copies', String(count), reader.originOf('numprocs')));
  return [program];
}

/** As many as zd has copies. */
const MOST = 1000;

/** Names of processes and files can have the number of the copy; other values cannot. */
function dependsOnNumber({ section: { items } }: SectionReader): boolean {
  const free = ['process_name', 'stdout_logfile', 'stderr_logfile'];
  return [...items.values()].some(
    ({ key, value }) => !free.includes(key) && value.includes('%(process_num)'),
  );
}

function build(
  request: ProgramRequest,
  name: string,
  tags: readonly string[],
  isCopied: boolean,
): ForeignProgram {
  const { surroundings, folder } = request;
  const environment = readEnvironment(request.reader);
  const variables = environment.map(({ key, value }) => [`ENV_${key}`, value] as const);
  const reader = request.reader.with(new Map([...request.reader.names, ...variables]));
  const own = new Set(environment.map(({ key }) => key));
  const entries = [
    readCommand(reader),
    ...readIdentity(reader, surroundings),
    ...readRestarts(reader),
    ...readStop(reader),
    ...readStreams({ reader, name, isCopied, autoFolder: surroundings.autoFolder, folder }),
    ...surroundings.common,
  ];
  reader.judge('autostart', TAKEN);
  if (!reader.flag('autostart', true))
    entries.push(entryOf('autostart', 'off', reader.originOf('autostart')));
  reader.judge('serverurl', dropped('programs do not talk to zd by XML-RPC', true));
  if (tags.length > 0)
    entries.push(
      entryOf(
        'tags',
        tags.map(tag => makeName(tag, new Set())).join(', '),
        reader.section.headers[0]!.origin,
      ),
    );
  return {
    name,
    entries,
    environment: [...surroundings.environment.filter(({ key }) => !own.has(key)), ...environment],
  };
}

function readCommand(reader: SectionReader): Entry {
  const text = reader.text('command');
  if (text === undefined) throw reader.fault('command', 'is missing; add command = PROGRAM');
  const words = reader.blame('command', () => splitCommand(text));
  if (words.length === 0) throw reader.fault('command', 'is empty; write the program');
  reader.judge('command', TAKEN);
  return entryOf('program', quoteWords(words), reader.originOf('command'));
}

function readEnvironment(reader: SectionReader): Entry[] {
  const text = reader.text('environment');
  reader.judge('environment', TAKEN);
  if (text === undefined) return [];
  const pairs = reader.blame('environment', () => readPairs(text));
  return [...pairs].map(([key, value]) => entryOf(key, value, reader.originOf('environment')));
}

/** Who the program is, and where it runs. */
function readIdentity(reader: SectionReader, { defaults }: Surroundings): Entry[] {
  reader.judge('user', changed('HOME, USER, LOGNAME and SHELL are set, too'));
  for (const key of ['directory', 'umask']) reader.judge(key, TAKEN);
  return (['user', 'directory', 'umask'] as const).flatMap(key => {
    const value = reader.text(key);
    return value === undefined ? (defaults.get(key) ?? []) : [entryOf(key, value, reader.originOf(key))];
  });
}
