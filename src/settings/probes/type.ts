import { UserError } from '../../system/errors';
import { ValueFault } from '../faults';
import type { ValueType } from '../values';
import type { Probe, ProbeKind } from './probe';

/** Formats probes as in a configuration file. */
export function showProbes(probes: readonly Probe[]): string {
  return loadGrammar().formatProbes(probes);
}

/**
 * The type of a setting whose value is probes. The grammar is loaded for a value only: most configurations have none.
 *
 * @param excluded kinds that make no sense for the setting, with the reason as a clause: `the program is not up yet`
 */
export function probesWithout(
  excluded: Partial<Record<ProbeKind, string>>,
): Required<Pick<ValueType<Probe[]>, 'name' | 'parse' | 'format'>> {
  return {
    name: 'probes, separated by the word and',
    parse(text, env) {
      try {
        return loadGrammar().parseProbes(text, env, excluded);
      } catch (error) {
        // The bundle of the grammar has a class of its own.
        const isFault = error instanceof UserError && 'column' in error;
        throw isFault ? new ValueFault(error.message, error.column as number | null) : error;
      }
    },
    format: showProbes,
  };
}

function loadGrammar(): typeof import('./grammar') {
  return require('./grammar') as typeof import('./grammar');
}
