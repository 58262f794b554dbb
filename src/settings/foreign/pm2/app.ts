import { cpus } from 'node:os';
import { basename, resolve } from 'node:path';
import { suggest } from '../../../system/text/nearest';
import { quoteText } from '../../faults';
import type { Entry } from '../../file/tree';
import { makeName } from '../../fleet/names';
import { changed, dropped, entryOf, TAKEN } from '../line-report';
import type { ForeignProgram } from '../reading';
import type { AppReader } from './app-reader';
import { type Lookout, readCommand } from './command';
import { readCron } from './cron';
import { readOutput } from './files';
import { WITHOUT_EFFECT } from './keys';
import { ms, readRestarts } from './restarts';
import { readWatch } from './watch';

export interface AppRequest {
  app: AppReader;
  /** The folder in which relative paths start. */
  folder: string;
  /** `--env NAME`; null for none. */
  variant: string | null;
  env: NodeJS.ProcessEnv;
  lookout: Lookout & {
    /** The names in a folder; empty if it cannot be read. */
    list(folder: string): string[];
  };
}

/** Reads one app of pm2. @throws UsageError for what pm2 refuses */
export function readApp({ app, folder, variant, env, lookout }: AppRequest): ForeignProgram {
  const cwd = app.text('cwd');
  app.judge('cwd', TAKEN);
  const home = cwd === undefined ? folder : resolve(folder, cwd);
  const { program, environment: added } = readCommand(app, home, lookout);
  const copies = readInstances(app, program.value);
  const entries = [
    program,
    ...(cwd === undefined ? [] : [app.entry('directory', cwd, 'cwd')]),
    ...readIdentity(app),
    ...readRestarts(app),
    ...readStop(app),
    ...readOutput(app, copies.length > 0),
    ...readWatch(app, home, folder => lookout.list(folder)),
    ...readMemory(app),
    ...readCron(app),
    ...readFilter(app, env),
    ...copies,
  ];
  app.judge('autostart', TAKEN);
  if (!app.flag('autostart', true)) entries.push(app.entry('autostart', 'off', 'autostart'));
  app.judge('namespace', TAKEN);
  const namespace = app.text('namespace') ?? 'default';
  if (namespace !== 'default') entries.push(app.entry('tags', makeName(namespace, new Set()), 'namespace'));
  const environment = merge([...added, ...readVariables(app, variant)]);
  const name = readName(app, variant);
  judgeRest(app);
  return { name, entries, environment };
}

/** By default the name of the script without its ending. */
function readName(app: AppReader, variant: string | null): string {
  app.judge('name', TAKEN);
  app.judge('append_env_to_name', TAKEN);
  const name = app.text('name') || basename(app.text('script') ?? '').replace(/(.)\.[^.]*$/, '$1');
  return variant !== null && app.flag('append_env_to_name', false) ? `${name}-${variant}` : name;
}

/** In fork mode each instance is a process; in cluster mode, the default for several, they share their ports. */
function readInstances(app: AppReader, program: string): Entry[] {
  const value = app.get('instances');
  const count = countOf(value);
  if (Number.isNaN(count)) throw app.fault('instances', `must be a whole number or 'max'`);
  if (count > MOST_COPIES) throw app.fault('instances', `must be at most ${MOST_COPIES}`);
  const mode = app.text('exec_mode')?.replace(/_mode$/, '');
  if (mode !== undefined && mode !== 'fork' && mode !== 'cluster')
    throw app.fault('exec_mode', "must be 'fork' or 'cluster'");
  const isNode = /^(\S*\/)?(node|bun) /.test(program);
  const isCluster =
    !app.flag('execute_command', false) &&
    (mode === 'cluster' || (mode === undefined && value !== undefined && isNode));
  for (const key of ['instances', 'exec_mode', 'execute_command']) app.judge(key, TAKEN);
  if (count === 1) return [];
  if (isCluster) {
    const lost = changed('one process runs: zd does not share the ports of a cluster among several', true);
    for (const key of ['instances', 'exec_mode']) app.judge(key, lost);
    return [];
  }
  app.judge(
    'instances',
    changed('the number of each is in ZD_COPY, from 1, and not in NODE_APP_INSTANCE', true),
  );
  for (const key of ['instance_var', 'increment_var'])
    app.judge(key, dropped('the number of each copy is in ZD_COPY, from 1', true));
  return [app.entry('copies', String(count), 'instances')];
}

const MOST_COPIES = 1000;

function countOf(value: unknown): number {
  if (value === undefined) return 1;
  const wanted =
    value === 'max' ? 0 : typeof value === 'string' ? Number.parseInt(value, 10) || 0 : Number(value);
  if (!Number.isInteger(wanted)) return Number.NaN;
  return wanted > 0 ? wanted : Math.max(1, cpus().length + wanted);
}

function readIdentity(app: AppReader): Entry[] {
  app.judge('uid', changed('HOME, USER, LOGNAME and SHELL are set, too'));
  app.judge('gid', TAKEN);
  return (
    [
      ['user', 'uid'],
      ['group', 'gid'],
    ] as const
  ).flatMap(([key, from]) => {
    const value = app.text(from);
    return value === undefined || value === '' ? [] : [app.entry(key, value, from)];
  });
}

/** pm2 sends SIGINT to the program and its descendants, and SIGKILL 1.6 s later. */
function readStop(app: AppReader): Entry[] {
  const isTree = app.flag('treekill', true);
  app.judge('kill_timeout', TAKEN);
  app.judge('treekill', isTree ? TAKEN : changed('what the program leaves behind is ended in any case'));
  app.judge(
    'shutdown_with_message',
    dropped('SIGINT is sent: zd has no channel for messages', app.flag('shutdown_with_message', false)),
  );
  app.judge(
    'wait_ready',
    dropped("zd has no channel for process.send('ready'); use ready", app.flag('wait_ready', false)),
  );
  return [
    app.entry('stop-signals', 'INT', 'kill_timeout'),
    app.entry('stop-timeout', ms(app.number('kill_timeout') || KILL_TIMEOUT), 'kill_timeout'),
    ...(isTree ? [app.entry('stop-scope', 'group', 'treekill')] : []),
  ];
}

const KILL_TIMEOUT = 1600;

function readMemory(app: AppReader): Entry[] {
  const text = app.text('max_memory_restart')?.trim();
  if (text === undefined || text === '' || text === '0') return [];
  const [, digits, unit = ''] = /^(\d{1,15})([GMK]?)$/.exec(text) ?? [];
  if (digits === undefined)
    throw app.fault('max_memory_restart', 'must be a number of bytes, or one such as 200M');
  const bytes = Number(digits) * { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[unit]!;
  if (bytes < 1024 ** 2) {
    app.judge('max_memory_restart', dropped('zd has no limit below 1mb', true));
    return [];
  }
  app.judge('max_memory_restart', changed('the memory of all processes of the program counts, every 5 s'));
  const size = unit === '' ? String(bytes) : `${digits}${unit.toLowerCase()}b`;
  return [app.entry('memory-limit', size, 'max_memory_restart')];
}

/** pm2 leaves out inherited variables: all, one, or those whose name contains a text of a list. */
function readFilter(app: AppReader, env: NodeJS.ProcessEnv): Entry[] {
  const filter = app.get('filter_env');
  app.judge('filter_env', TAKEN);
  if (filter === undefined || filter === false || filter === '') return [];
  if (filter === true) {
    app.judge('filter_env', changed('PATH, HOME, USER, LOGNAME, SHELL, LANG, LC_* and TZ stay'));
    return [app.entry('clear-environment', 'on', 'filter_env')];
  }
  const texts = app.list('filter_env');
  const isList = Array.isArray(filter);
  const names = isList ? Object.keys(env).filter(name => texts.some(text => name.includes(text))) : texts;
  if (isList) app.judge('filter_env', changed('the names are those of variables that are set now'));
  const usable = names.filter(name => /^[^=,\s]+$/.test(name));
  return usable.length > 0 ? [app.entry('unset-environment', usable.join(', '), 'filter_env')] : [];
}

/** `env`, `port`, and `env_NAME` for `--env NAME`. */
function readVariables(app: AppReader, variant: string | null): Entry[] {
  const variables: Entry[] = [];
  const add = (key: string) => {
    const values = app.object(key);
    if (values === null) {
      app.judge(key, dropped('it is not an object of names and values', true));
      return;
    }
    app.judgeMember([key], TAKEN);
    for (const [name, value] of Object.entries(values)) {
      if (value === null || value === undefined)
        app.judgeMember([key, name], dropped('pm2 does not set it: it has no value'));
      else
        variables.push(
          entryOf(
            name,
            typeof value === 'object' ? JSON.stringify(value) : String(value),
            app.originOf(key, name),
          ),
        );
    }
  };
  if (app.get('env') !== undefined) add('env');
  app.judge('port', TAKEN);
  const port = app.text('port');
  if (port !== undefined) variables.push(app.entry('PORT', port, 'port'));
  for (const key of variantKeys(app)) {
    if (key === `env_${variant}`) add(key);
    else app.judgeMember([key], dropped(`it counts with --env ${key.slice('env_'.length)}`));
  }
  return variables;
}

/** The keys of sets of variables. */
export function variantKeys(app: AppReader): string[] {
  return app.keys().filter(key => /^env_\S+$/.test(key));
}

/** Refuses a set of variables that no app has: pm2 goes on with a warning. */
export function refuseUnknownVariant(apps: readonly AppReader[], variant: string | null): string | null {
  if (variant === null) return null;
  const known = new Set(apps.flatMap(variantKeys).map(key => key.slice('env_'.length)));
  if (known.has(variant)) return null;
  const advice = known.size > 0 ? `there are ${[...known].join(', ')}` : 'leave out --env';
  return `no app has env_${quoteText(variant).slice(1, -1)}${suggest(variant, known, advice)}`;
}

/** A later variable of the same name wins. */
function merge(variables: readonly Entry[]): Entry[] {
  return [...new Map(variables.map(variable => [variable.key, variable])).values()];
}

function judgeRest(app: AppReader): void {
  for (const key of app.rest()) {
    const reason = Object.hasOwn(WITHOUT_EFFECT, key) ? WITHOUT_EFFECT[key]! : 'pm2 does not know it either';
    app.judgeMember([key], dropped(reason));
  }
}
