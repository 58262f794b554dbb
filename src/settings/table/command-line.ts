import { manual } from '../manual';
import type { CommandLineRecord } from '../option';

/** The part of the table that holds no settings: flags about the command line itself, and what is obsolete. */
export const commandLineTable: CommandLineRecord[] = [
  {
    key: 'configure',
    flags: '-C --configure FILE',
    source: 'zdaemon 2',
    help: 'read settings from FILE',
    details: manual(
      'The file is INI or ZConfig; what it holds tells which (see the page on configuration). A relative ' +
        'path starts in the current directory. Flags win over the file.',
    ),
  },
  {
    key: 'override',
    flags: '-X SECTION/KEY=VALUE',
    source: 'zdaemon 2',
    help: 'replace one value of the configuration file',
    details: manual(
      'For example ``-X runner/backoff-limit=4`` or ``-X environment/LANG=C``. Needs ``-C``. May be given ' +
        'many times; of two for the same key the last one counts. The value is taken as it stands, ``$`` too.',
    ),
  },
  {
    key: 'help',
    flags: '-h --help',
    source: 'zdaemon 2',
    help: 'print this help and exit',
    details: manual('The help goes to standard output and the exit status is 0.'),
  },
  {
    key: 'version',
    flags: '--version',
    source: 'zdaemon 4.1',
    help: 'print the version and exit',
    details: manual('Prints the bare version number and a newline.'),
  },
  {
    key: 'schema',
    flags: '-S --schema FILE',
    obsolete: true,
    source: 'zdaemon 2',
    help: 'obsolete, ignored',
    details: manual('Named another ZConfig schema. zd skips foreign sections without one.'),
  },
  {
    key: 'python',
    flags: '',
    inFile: true,
    obsolete: true,
    source: 'zdaemon 2',
    help: 'obsolete, ignored',
    details: manual('Named the Python interpreter of the manager.'),
  },
  {
    key: 'zdrun',
    flags: '',
    inFile: true,
    obsolete: true,
    source: 'zdaemon 2',
    help: 'obsolete, ignored',
    details: manual('Named the script of the manager.'),
  },
];
