import { hasSchedule } from '../../settings/schedule/what-runs';
import { UsageError } from '../../system/errors';
import { type Need, needsOf, stopTime, stopTimeOfAll, stopTimeUnderZd } from './stop-time';
import type { ExportedProgram, ExportRequest, Under } from './types';

/** One process that the other system is to run. */
export interface Job {
  name: string;
  /** Null for `up`, which runs all programs of the fleet. */
  program: ExportedProgram | null;
  isUnderZd: boolean;
  /** Its command line. */
  words: string[];
  /** Whole seconds between the first signal and SIGKILL; null without a limit. */
  stop: number | null;
  needs: Need[];
  /** What is to be known of it: why zd runs it although it was to be left out. */
  notes: string[];
}

/**
 * The processes that the other system is to run.
 *
 * @param preferred what suits the system: one command for each program of a fleet, or `up` for all of it
 * @throws UsageError without a file, which zd would need
 */
export function planJobs(request: ExportRequest, preferred: Under): Job[] {
  const { programs, fleet, isDirect } = request;
  if (isDirect) return programs.map(program => planDirect(request, program));
  const under = request.under ?? (fleet === null ? 'fg' : preferred);
  if (under === 'fg') return programs.map(program => planUnderZd(request, program));
  const name = fleet ?? programs[0]?.name ?? 'zd';
  const stop = stopTimeOfAll(programs);
  const words = wordsOf(request, 'up', ...request.selected);
  return [{ name, program: null, isUnderZd: true, words, stop, needs: [], notes: [] }];
}

/** The words that run another command of zd for the same job: `status`, `reload`. */
export function askZd(request: ExportRequest, { program }: Job, ...command: string[]): string[] {
  const names = request.fleet === null ? [] : program ? [program.name] : request.selected;
  return wordsOf(request, ...command, ...names);
}

/** In the foreground, the program has the streams of zd, and there is no transcript. */
export function noteOutput({ isUnderZd, program }: Job, log: string): string[] {
  if (!isUnderZd || program === null) return [];
  const { transcript, stderrTranscript } = program.configuration.settings;
  const paths = [transcript, stderrTranscript].filter(path => path !== null && path !== '/dev/null');
  return paths.map(path => `transcript = ${path}: as zd runs in the foreground, the output goes to ${log}`);
}

function planDirect(request: ExportRequest, program: ExportedProgram): Job {
  const { settings } = program.configuration;
  const whyZd =
    settings.steps !== null
      ? 'it has steps'
      : hasSchedule(settings)
        ? 'it has a schedule'
        : settings.pty
          ? 'it has a pseudo-terminal'
          : null;
  if (whyZd !== null)
    return { ...planUnderZd(request, program), notes: [`runs under zd all the same, because ${whyZd}`] };
  return {
    name: program.name,
    program,
    isUnderZd: false,
    words: settings.program,
    stop: stopTime(settings),
    needs: needsOf(program, request.programs),
    notes: [],
  };
}

function planUnderZd(request: ExportRequest, program: ExportedProgram): Job {
  const name = request.fleet === null ? [] : [program.name];
  return {
    name: program.name,
    program,
    isUnderZd: true,
    words: wordsOf(request, 'fg', '--supervise', ...name),
    stop: stopTimeUnderZd(program.configuration.settings),
    needs: needsOf(program, request.programs),
    notes: [],
  };
}

function wordsOf({ file, flags, machine }: ExportRequest, ...command: string[]): string[] {
  if (file === null)
    throw new UsageError(
      'cannot export a program under zd without a configuration file; use -C, or --direct',
    );
  return [machine.zd, '-C', file, ...flags, ...command];
}
