import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorAt } from '../../faults';
import type { Entry } from '../../file/tree';
import { changed, dropped, entryOf, LineReport, type SourceLine, TAKEN } from '../line-report';
import { readForeignText } from '../read-foreign';
import type { ForeignProgram, ForeignReading, ForeignRequest } from '../reading';
import { refuseMany } from '../refuse-many';
import { readProcfileCommand } from './command';
import { readEnvLines } from './env-file';

/**
 * Reads a Procfile as foreman does, with the file `.env` beside it.
 *
 * @throws UsageError for a file without a process
 */
export function readProcfile({ file, path, env }: ForeignRequest): ForeignReading {
  const report = new LineReport();
  const { text, identity } = readForeignText(file, path);
  const lines = readLines(file, text, report);
  if (lines.length === 0) throw errorAt(file, "it has no line 'name: command'; write one for each process");
  refuseMany(lines.length, file);
  const envPath = join(dirname(path), '.env');
  const identities: Record<string, string> = { [path]: identity };
  let variables: Entry[] = [];
  if (existsSync(envPath)) {
    const shown = join(dirname(file), '.env');
    const found = readForeignText(shown, envPath);
    identities[envPath] = found.identity;
    variables = readVariables(shown, found.text, report);
  }
  const base = readBase(variables, env);
  const own = variables.filter(({ key }) => key !== 'PORT');
  const programs = lines.map((line, index) => toProgram(line, own, base + PORTS_EACH * index, report));
  return { programs, skipped: [], report: report.toLines(), paths: Object.keys(identities), identities };
}

interface ProcfileLine {
  line: SourceLine;
  name: string;
  command: string;
}

/** foreman ignores every line that is not `name: command`. */
function readLines(file: string, text: string, report: LineReport): ProcfileLine[] {
  const found: ProcfileLine[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = { origin: `${file}:${index + 1}`, text: raw.trim() };
    if (line.text === '' || line.text.startsWith('#')) continue;
    report.register(line);
    const [, name, command] = /^([A-Za-z0-9_-]+):\s*(.+)$/.exec(raw) ?? [];
    if (name === undefined || command === undefined || command.trim() === '')
      report.judge([line], dropped("foreman ignores it too: it is not 'name: command'"));
    else found.push({ line, name, command: command.trim() });
  }
  return found;
}

/** The first port, and how many each process has. */
const FIRST_PORT = 5000;
const PORTS_EACH = 100;
const LARGEST_PORT = 65_535;

/** foreman takes the first port from PORT. */
function readBase(variables: readonly Entry[], env: NodeJS.ProcessEnv): number {
  const text = variables.findLast(({ key }) => key === 'PORT')?.value ?? env.PORT ?? '';
  const number = Number.parseInt(text, 10);
  return number > 0 && number <= LARGEST_PORT ? number : FIRST_PORT;
}

function readVariables(file: string, text: string, report: LineReport): Entry[] {
  const variables = new Map<string, Entry>();
  for (const { line, variable } of readEnvLines(file, text)) {
    report.register(line);
    if (variable === null) report.judge([line], dropped("foreman ignores it too: it is not 'NAME=value'"));
    else {
      const isPort = variable.name === 'PORT';
      report.judge([line], isPort ? changed('it is the port of the first process') : TAKEN);
      variables.set(variable.name, entryOf(variable.name, variable.value, line.origin));
    }
  }
  return [...variables.values()];
}

/** A process is started again whatever its end, as on Heroku and in what foreman exports. */
function toProgram(
  { line, name, command }: ProcfileLine,
  variables: readonly Entry[],
  port: number,
  report: LineReport,
): ForeignProgram {
  const { origin } = line;
  const { words, usesShell } = readProcfileCommand(command);
  const entries = [entryOf('program', words, origin), entryOf('stop-timeout', STOP_TIMEOUT, origin)];
  if (usesShell) entries.push(entryOf('stop-scope', 'group', origin));
  report.judge([line], TAKEN);
  if (name === 'release') {
    report.judge([line], changed("it runs once, and only when it is named: 'zd start release'", true));
    entries.push(entryOf('once', 'on', origin), entryOf('autostart', 'off', origin));
  } else entries.push(entryOf('exit-codes', '', origin), entryOf('forever', 'on', origin));
  return { name, entries, environment: [...variables, entryOf('PORT', String(port), origin)] };
}

/** As long as Heroku waits. */
const STOP_TIMEOUT = '30s';
