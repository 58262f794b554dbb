import { readCaller } from '../../client/caller';
import { describeChange, findChanges } from '../../client/configured/changes';
import { type ActionContext, addFacts, complain, print } from '../../client/context';
import { listVariables } from '../../client/preflight/environment';
import { checkText } from '../../client/preflight/trust';
import { findSituation, viewOf } from '../../client/situation';
import { splitVariable } from '../../protocol/manager-environment';
import { quotePython, quotePythonList } from '../../protocol/python';
import { describeTargets, nameLevel } from '../../settings/event-log-text';
import { type ListedSetting, listSettings } from '../../settings/resolve';
import type { Configuration } from '../../settings/settings';
import { showHidden } from '../../system/blanks';
import { ExitStatus, UsageError, UserError } from '../../system/errors';
import { suggest } from '../../system/text/nearest';
import { quoteForShell } from '../../system/text/shell-words';
import { findUserToBecome } from '../../system/users';
import { VERSION } from '../../system/version';

/**
 * `show [options|node|all]`: prints every setting with its value and its origin, and the versions of zd and Node.
 * zdaemon's word `python` means `node`. Only zd has the other words and prints a single setting.
 *
 * @param what one of the words, or a setting; empty = options
 * @returns the exit status: 2 for another word
 */
export function show(context: ActionContext, what: string): Promise<number> | number {
  if (what === 'changes' && context.flavour === 'zd') return showChanges(context);
  if (what === 'environment' && context.flavour === 'zd') return showEnvironment(context);
  const word = what === '' ? 'options' : what === 'python' ? 'node' : what;
  if (!['options', 'node', 'all'].includes(word)) {
    if (context.flavour === 'zd') return showSetting(context, word);
    complain(context, `cannot show '${what}': use options, environment, node, changes or all`);
    return ExitStatus.done;
  }
  if (word !== 'node') {
    if (context.flavour === 'zd') showOptions(context);
    else showOptionsInPython(context);
  }
  if (word === 'all') print(context, '');
  if (word !== 'options') showNode(context);
  return ExitStatus.done;
}

/** @throws UsageError if there is none of this name */
function showSetting(context: ActionContext, name: string): number {
  const rows = listRows(context.configuration);
  const found = rows.filter(({ key }) => key === name);
  if (found.length === 0) {
    const keys = rows.map(({ key }) => key);
    const words = 'use options, environment, config, node, changes, all, or the name of a setting';
    throw new UsageError(`cannot show '${showHidden(name)}'${suggest(name, keys, words)}`);
  }
  printRows(context, found);
  return ExitStatus.done;
}

function showOptions(context: ActionContext): void {
  printRows(context, listRows(context.configuration));
  const { file, folder } = context.configuration;
  if (folder !== null) print(context, `relative paths of ${file} start in ${folder}`);
}

function printRows(context: ActionContext, rows: ListedSetting[]): void {
  addFacts(context, { settings: rows });
  const keyWidth = Math.max(...rows.map(row => row.key.length));
  const valueWidth = Math.min(40, Math.max(...rows.map(row => row.value.length)));
  for (const { key, value, origin } of rows) {
    print(context, `${key.padEnd(keyWidth)}  ${value.padEnd(valueWidth)}  ${origin}`);
  }
}

/** The settings, and where records of the event log go. */
function listRows(configuration: Configuration): ListedSetting[] {
  const { eventLog } = configuration;
  const rows = listSettings(configuration);
  if (!eventLog) return rows;
  const places = [...eventLog.files, ...(eventLog.handlers ?? [])].map(({ origin }) => origin);
  const logs = describeTargets(eventLog).map((target, index) => ({
    key: 'eventlog',
    value: `level ${nameLevel(eventLog.level)}; ${target}`,
    origin: places[index]!,
  }));
  return [...rows, ...logs];
}

/** What the program would get from this caller; reading the files decides who may know. */
function showEnvironment(context: ActionContext): number {
  checkText(context.configuration);
  const { settings } = context.configuration;
  const caller = readCaller(findUserToBecome(settings.user));
  const inherited = Object.fromEntries(caller.environment.map(splitVariable));
  const rows = listVariables(context.configuration, inherited);
  addFacts(context, { environment: rows });
  for (const { name, value, origin } of rows)
    print(context, `${quoteForShell([`${name}=${value}`])}  (${origin})`);
  return ExitStatus.done;
}

/** What differs between the file and what runs, and what applies it. The socket and the file decide who may know. */
async function showChanges(context: ActionContext): Promise<number> {
  const { configuration } = context;
  const { file } = configuration;
  if (file === null) throw new UsageError('cannot show changes without a configuration file; use -C');
  checkText(configuration);
  const view = viewOf(await findSituation(context, null, { settings: true }));
  if (!view) {
    print(context, 'daemon manager not running');
    return ExitStatus.notRunning;
  }
  const changes = view.report && findChanges(configuration, view.report);
  if (!changes) throw new UserError('cannot show changes: the manager is too old to say what it runs');
  addFacts(context, { changes });
  if (changes.length === 0) print(context, `${file}: no changes`);
  for (const change of changes) print(context, describeChange(change));
  return ExitStatus.done;
}

/** zdaemon's table, with its own names and with Python's literals. */
function showOptionsInPython(context: ActionContext): void {
  print(context, 'zdctl/zdrun options:');
  for (const [name, value] of pythonRows(context.configuration))
    print(context, `${`${name}:`.padEnd(13)} ${value}`);
}

function pythonRows({ settings, origins, file }: Configuration): [string, string][] {
  const text = (value: string | null) => (value === null ? 'None' : quotePython(value));
  // zdaemon has numbers for its flags and its own defaults, but booleans for what ZConfig has read or completed.
  const flag = (field: 'daemon' | 'forever') => {
    const isFlag = /^-(?!X)/.test(origins[field]);
    const [yes, no] = file === null || isFlag ? ['1', '0'] : ['True', 'False'];
    return settings[field] ? yes : no;
  };
  return [
    ['configfile', text(file)],
    ['program', quotePythonList(settings.program)],
    ['backofflimit', String(settings.backoffLimit)],
    ['daemon', flag('daemon')],
    ['forever', flag('forever')],
    ['sockname', text(settings.socketName)],
    ['exitcodes', `[${settings.exitCodes.join(', ')}]`],
    ['user', text(settings.user)],
    ['umask', `0o${settings.umask.toString(8)}`],
    ['directory', text(settings.directory)],
    ['logfile', text(settings.logfile)],
    ['transcript', text(settings.transcript)],
  ];
}

function showNode(context: ActionContext): void {
  addFacts(context, { zd: VERSION, node: process.version, execPath: process.execPath });
  print(context, `zd        ${VERSION}`);
  print(context, `node      ${process.version}  ${process.execPath}`);
  print(context, `platform  ${process.platform} ${process.arch}`);
}
