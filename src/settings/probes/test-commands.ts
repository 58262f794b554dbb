import type { Settings } from '../settings';
import type { Probe } from './probe';

/** A command that is run beside the program. */
export interface TestCommand {
  field: keyof Settings;
  key: string;
  words: string[];
}

/** The settings whose values are probes. */
export const PROBE_SETTINGS = [
  ['waitFor', 'wait-for'],
  ['ready', 'ready'],
  ['alive', 'alive'],
] as const;

/** The commands of the start test and of all probes, in the order of the settings. */
export function listTestCommands(
  settings: Pick<Settings, 'startTestProgram' | 'waitFor' | 'ready' | 'alive'>,
): TestCommand[] {
  const { startTestProgram: words } = settings;
  const found: TestCommand[] = words ? [{ field: 'startTestProgram', key: 'start-test-program', words }] : [];
  for (const [field, key] of PROBE_SETTINGS)
    for (const probe of settings[field] ?? [])
      if (probe.kind === 'command') found.push({ field, key, words: probe.words });
  return found;
}

/** Replaces the paths of probes, and those of their commands. */
export function placeProbes(
  probes: readonly Probe[],
  placePath: (path: string) => string,
  placeWords: (words: string[]) => string[],
): Probe[] {
  return probes.map(probe => {
    if (probe.kind === 'socket' || probe.kind === 'file') return { ...probe, path: placePath(probe.path) };
    return probe.kind === 'command' ? { ...probe, words: placeWords(probe.words) } : probe;
  });
}
