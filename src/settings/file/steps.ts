import { errorAt, quoteText, ValueFault } from '../faults';
import { type ProgramStep, readStep } from '../schedule/values';
import { placeFault, refuseDuplicates, refuseSections, type SourcedValue } from './sections';
import type { Section } from './tree';

/**
 * Reads a section of steps: a name and a command on each line; names are case-sensitive.
 *
 * @param section `[steps]` or `<steps>`, with -X applied
 * @returns the steps in the order of the file, with the place of the section
 * @throws UsageError
 */
export function readSteps(section: Section, env: NodeJS.ProcessEnv): SourcedValue {
  const { label, origin, entries } = section;
  refuseSections(section);
  refuseDuplicates(section, name => name);
  if (entries.length === 0)
    throw errorAt(origin, `${label} has no step; add a line with a name and a command, or remove ${label}`);
  const value: ProgramStep[] = entries.map(entry =>
    placeFault(entry, () => readEntry(entry.key, entry.value, env)),
  );
  const typed = entries.find(({ isTyped }) => isTyped);
  return { value, origin: typed?.origin ?? origin, isTyped: typed !== undefined };
}

function readEntry(name: string, text: string, env: NodeJS.ProcessEnv): ProgramStep {
  try {
    return readStep(name, text, env);
  } catch (error) {
    if (!(error instanceof ValueFault)) throw error;
    throw new ValueFault(`the step ${quoteText(name)} ${error.message}`, error.column);
  }
}
