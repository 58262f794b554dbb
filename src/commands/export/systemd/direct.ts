import type { Settings } from '../../../settings/settings';
import { nameSignal, signalNames } from '../../../system/signals';
import { findWords } from '../find-words';
import type { Job } from '../jobs';
import { planRestarts } from '../restarts';
import { SettingReader } from '../setting-reader';
import type { ExportRequest } from '../types';
import { isPlainPath, quoteCommand, writeFolder } from './quoting';
import { describeStreams } from './streams';
import { describeSurroundings } from './surroundings';
import { isStarted, span, type Unit } from './unit';

const SIGKILL = 9;

/** A unit without zd, whose main process is the program. */
export function describeDirect(request: ExportRequest, job: Job): Unit {
  const { configuration } = job.program!;
  const reader = new SettingReader(configuration);
  const service = [
    ...startLines(request, job, reader),
    ...describeSurroundings(request, job, reader),
    ...describeStreams(reader),
    ...stopLines(request, job, reader),
    ...restartLines(reader),
  ];
  const unit = limitStarts(reader);
  for (const field of ['program', 'after', 'autostart', 'disable'] as const) reader.take(field);
  reader.loseSet(['tags'], 'no counterpart in systemd; systemctl selects by patterns of names');
  return { unit, service, lost: reader.finish('systemd'), isWanted: isStarted(configuration.settings) };
}

function startLines(request: ExportRequest, job: Job, reader: SettingReader): string[] {
  const { configuration } = job.program!;
  const words = findWords(request, job, job.words, reader);
  const argv0 = reader.take('argv0');
  if (argv0 !== null && !isPlainPath(words[0] ?? ''))
    reader.lose('argv0', 'systemd cannot set it for this path');
  const [ready, alive] = [reader.take('ready'), reader.take('alive')];
  const notifies = [ready, alive].some(probes => probes?.some(({ kind }) => kind === 'notify'));
  if (ready?.some(({ kind }) => kind !== 'notify'))
    reader.lose('ready', 'systemd waits for no probe but notify, so others start too early');
  if (alive?.some(({ kind }) => kind !== 'notify')) reader.lose('alive', 'systemd knows no probe but notify');
  const hook = reader.take('beforeStart');
  const directory = reader.take('directory') ?? configuration.folder;
  const folder = directory === null ? null : writeFolder(directory);
  if (directory !== null && folder === null) reader.lose('directory', 'systemd refuses such a path');
  const watchdog = alive?.some(({ kind }) => kind === 'notify') ? reader.take('aliveEvery') : null;
  return [
    ...(notifies ? ['Type=notify', 'NotifyAccess=all'] : ['Type=exec']),
    ...(hook === null ? [] : [`ExecStartPre=${quoteCommand(findWords(request, job, hook, reader))}`]),
    `ExecStart=${quoteCommand(words, argv0)}`,
    ...(folder === null ? [] : [`WorkingDirectory=${folder}`]),
    ...(notifies ? [`TimeoutStartSec=${Math.ceil(reader.take('startTimeout'))}`] : []),
    ...(watchdog === null ? [] : [`WatchdogSec=${watchdog}`]),
  ];
}

function stopLines(request: ExportRequest, job: Job, reader: SettingReader): string[] {
  const steps = reader.take('stopSignals');
  const [first] = steps;
  reader.take('stopTimeout');
  if (steps.filter(({ signal }) => signal !== SIGKILL).length > 1)
    reader.lose('stopSignals', 'systemd sends the first of them, and KILL after the time of all');
  const scope = reader.take('stopScope');
  const program = reader.take('stopProgram');
  if (program !== null) reader.lose('stopProgram', 'systemd has one time for it and for the signals');
  const after = reader.take('afterExit');
  if (after !== null) reader.lose('afterExit', 'it gets $EXIT_CODE and $EXIT_STATUS instead of words');
  const reload = reader.take('reloadProgram');
  const signal = nameSignal(reader.take('reloadSignal'));
  const withPid = (words: string[]) =>
    quoteCommand(['/usr/bin/env', ...words]).replace(' ', ` ZD_PID=$\{MAINPID} `);
  return [
    ...(program === null ? [] : [`ExecStop=${withPid(program)}`]),
    ...(after === null ? [] : [`ExecStopPost=${quoteCommand(findWords(request, job, after, reader))}`]),
    `ExecReload=${reload === null ? `/bin/kill -${signal.replace(/^SIG|^signal /, '')} $MAINPID` : withPid(reload)}`,
    `KillMode=${scope === 'program' ? 'mixed' : scope === 'group' ? 'control-group' : 'process'}`,
    `KillSignal=${nameSignal(first?.signal ?? 15).replace('signal ', '')}`,
    `TimeoutStopSec=${span(job.stop)}`,
  ];
}

function restartLines(reader: SettingReader): string[] {
  if (reader.take('once')) return ['Restart=no'];
  const [exitCodes, failureCodes] = [reader.take('exitCodes'), reader.take('failureCodes')];
  const { first, longest, steps, attempts } = readRestarts(reader);
  const final = listEnds([...exitCodes, ...failureCodes]);
  const good = listEnds(exitCodes).filter(end => end !== '0');
  const grows = steps > 0 && longest > first;
  const every = reader.take('restartEvery') ?? null;
  const limit = reader.take('runTimeout');
  const longestRun = every ?? limit;
  if (attempts !== null) reader.loseSet(['attemptsPause'], 'systemd does not begin anew');
  return [
    'Restart=always',
    ...(final.length > 0 ? [`RestartPreventExitStatus=${final.join(' ')}`] : []),
    ...(good.length > 0 ? [`SuccessExitStatus=${good.join(' ')}`] : []),
    `RestartSec=${first}`,
    // systemd 254 and later; others pause equally.
    ...(grows ? [`RestartSteps=${Math.min(steps, 1000)}`, `RestartMaxDelaySec=${longest}`] : []),
    ...(longestRun === null ? [] : [`RuntimeMaxSec=${longestRun}`]),
  ];
}

/** Giving up: so many starts in the time that so many early ends take at most. */
function limitStarts(reader: SettingReader): string[] {
  const { attempts, span: interval } = readRestarts(reader);
  if (attempts === null) return ['StartLimitIntervalSec=0'];
  return [`StartLimitIntervalSec=${interval}`, `StartLimitBurst=${attempts}`];
}

function readRestarts(reader: SettingReader) {
  const fields = [
    'backoffFirst',
    'backoffFactor',
    'backoffLimit',
    'backoffReset',
    'attempts',
    'forever',
  ] as const;
  return planRestarts(
    Object.fromEntries(fields.map(field => [field, reader.take(field)])) as unknown as Settings,
  );
}

/** Exit statuses and signals; -1 is any signal, and no program exits with other numbers outside of a byte. */
function listEnds(ends: readonly (number | string)[]): string[] {
  const all = ends.flatMap(end =>
    typeof end === 'string'
      ? [`SIG${end}`]
      : end === -1
        ? signalNames.map(name => `SIG${name}`)
        : [String(end)],
  );
  return [...new Set(all)].filter(end => end.startsWith('SIG') || (Number(end) >= 0 && Number(end) < 256));
}
