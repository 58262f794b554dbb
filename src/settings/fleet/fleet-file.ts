import { suggest } from '../../system/text/nearest';
import { errorAt, quoteText } from '../faults';
import { readIni } from '../file/ini';
import type { Source } from '../file/source';
import type { FileTree, Section } from '../file/tree';
import { mergeSections } from './defaults';
import { checkName } from './names';

/** Sections of a file of many programs; those with a name are for one of them. */
const FOR_ALL = ['defaults', 'environment', 'eventlog', 'steps'];
const FOR_ONE = ['program', 'environment', 'eventlog', 'steps'];

/** The sections of one program. */
export interface ProgramSections {
  name: string;
  /** Where its section begins. */
  origin: string;
  sections: Section[];
}

/**
 * Reads a file with `[program:NAME]` sections, `[defaults]`, and sections such as `[environment:NAME]` for one program.
 *
 * @returns the tree without sections, and those of each program: its own before those for all
 * @throws UsageError for a fault that concerns more than one program
 */
export function readFleetFile(source: Source): { tree: FileTree; programs: ProgramSections[] } {
  const tree = readIni(source, readHeader);
  const programs = tree.sections.filter(({ type }) => type.startsWith('program:'));
  const names = programs.map(({ type }) => nameOf(type));
  for (const { type, label, origin } of tree.sections)
    if (type.includes(':') && !names.includes(nameOf(type)))
      throw errorAt(
        origin,
        `${label} is for a program that is not here${suggest(nameOf(type), names, `the programs are ${names.join(', ')}`)}`,
      );
  const common = tree.sections.filter(({ type }) => !type.includes(':')).map(asPlain);
  return {
    tree: { ...tree, sections: [] },
    programs: programs.map(({ type, origin }) => {
      const name = nameOf(type);
      const own = tree.sections.filter(section => section.type.endsWith(`:${name}`)).map(asPlain);
      return { name, origin, sections: mergeSections(common, own) };
    }),
  };
}

function readHeader(written: string, origin: string): { type: string; label: string } {
  const [word = '', ...rest] = written.split(':');
  const kind = word.trim().toLowerCase();
  if (rest.length === 0) {
    if (kind === 'runner')
      throw errorAt(
        origin,
        '[runner] is for a file with one program; write its keys into [defaults], or into a [program:NAME]',
      );
    if (!FOR_ALL.includes(kind)) throw unknown(written, origin, kind);
    return { type: kind, label: `[${kind}]` };
  }
  if (!FOR_ONE.includes(kind)) throw unknown(written, origin, kind);
  const name = rest.join(':').trim();
  checkName(name, origin);
  return { type: `${kind}:${name}`, label: `[${kind}:${name}]` };
}

function unknown(written: string, origin: string, kind: string) {
  const advice = 'valid sections are [defaults], [program:NAME], [environment], [eventlog] and [steps]';
  return errorAt(
    origin,
    `unknown section ${quoteText(written)}${suggest(kind, [...FOR_ALL, 'program'], advice)}`,
  );
}

function nameOf(type: string): string {
  return type.slice(type.indexOf(':') + 1);
}

/** As the sections of a file with one program are called. */
function asPlain(section: Section): Section {
  const [kind = ''] = section.type.split(':');
  return { ...section, type: kind === 'program' || kind === 'defaults' ? 'runner' : kind };
}
