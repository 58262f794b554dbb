import { manual } from '../manual';
import type { CommandLineRecord } from '../option';

/** The part of the table without settings: flags of the command line itself, and obsolete options. */
export const commandLineTable: CommandLineRecord[] = [
  {
    key: 'configure',
    flags: '-C --configure FILE',
    source: 'zdaemon 2',
    help: 'read settings from FILE',
    details: manual(
      'The file is in INI or ZConfig format; ``zd`` detects which (see the page on configuration). A ' +
        'relative path starts in the current directory. Flags override the file. Without ``-C``, ``-p`` and ``-s``, ' +
        '``zd`` reads the file that the variable ``ZD_CONFIG`` names, or else ``zd.conf`` in the current directory, ' +
        'if nobody but you and root can write to that file and its folder.',
    ),
  },
  {
    key: 'daemon-name',
    flags: '-n --daemon-name NAME',
    isOwn: true,
    source: 'zd',
    help: 'use the running daemon of this name',
    details: manual(
      'Looks for it among the managers of this user, as root among those of all users, by the names that ``zd list`` ' +
        'shows, and uses its socket and its configuration. Instead of ``-C``, ``-p`` and ``-s``. Unknown to ``zdaemon``.',
    ),
  },
  {
    key: 'override',
    flags: '-X SECTION/KEY=VALUE',
    source: 'zdaemon 2',
    help: 'replace one value of the configuration file',
    details: manual(
      'For example ``-X runner/backoff-limit=4`` or ``-X environment/LANG=C``. Requires ``-C``. May be ' +
        'repeated; the last value for a key wins. The value is used literally, including ``$``.',
    ),
  },
  {
    key: 'format',
    flags: '--format KIND',
    exact: true,
    isOwn: true,
    source: 'zd',
    help: 'read the file of -C as one of this system',
    details: manual(
      'One of zd, pmtr, perp, pycroraptor, atomservice, supervisord, pm2 and procfile. Without it the content of the file ' +
        'decides. Unknown to ``zdaemon``.',
    ),
  },
  {
    key: 'run-it',
    flags: '--run-it',
    exact: true,
    isOwn: true,
    source: 'zd',
    help: 'execute the file of -C if it can be read in no other way',
    details: manual(
      'For configurations that are programs, such as ``ecosystem.config.js``: executed as the owner of the file, for at ' +
        'most ten seconds. Unknown to ``zdaemon``.',
    ),
  },
  {
    key: 'variant',
    flags: '--env NAME',
    exact: true,
    isOwn: true,
    source: 'zd',
    help: "use the variables env_NAME of pm2's file",
    details: manual('As ``--env`` of pm2. Unknown to ``zdaemon``.'),
  },
  {
    key: 'jobs',
    flags: '--jobs N',
    exact: true,
    isOwn: true,
    source: 'zd',
    help: 'work on at most N programs of a fleet at once',
    details: manual(
      'By default four for each processor, and 64 for commands that only ask. Unknown to ``zdaemon``.',
    ),
  },
  {
    key: 'json',
    flags: '--json',
    isOwn: true,
    source: 'zd',
    help: 'print one JSON object instead of sentences',
    details: manual(
      'The object has ``command``, ``status`` (the exit status) and what the command found or did; ``changed`` ' +
        'says whether a command that can change something did (see the page on the protocol). Also accepted after a ' +
        'command whose words are not those of the program. Unknown to ``zdaemon``.',
    ),
  },
  {
    key: 'quiet',
    flags: '-q --quiet',
    isOwn: true,
    source: 'zd',
    help: 'print no sentence on success',
    details: manual(
      'Errors and notes are still printed, and so is the output of ``show``, ``help``, ``logtail`` and ``fg``. Also ' +
        'accepted after a command whose words are not those of the program. Unknown to ``zdaemon``.',
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
    details: manual('Prints only the version number and a newline.'),
  },
  {
    key: 'schema',
    flags: '-S --schema FILE',
    obsolete: true,
    source: 'zdaemon 2',
    help: 'obsolete, ignored',
    details: manual(
      'In zdaemon this selected another ZConfig schema. zd skips the sections of other programs without a ' +
        'schema.',
    ),
  },
  {
    key: 'python',
    flags: '',
    inFile: true,
    obsolete: true,
    source: 'zdaemon 2',
    help: 'obsolete, ignored',
    details: manual('In zdaemon this selected the Python interpreter of the manager.'),
  },
  {
    key: 'zdrun',
    flags: '',
    inFile: true,
    obsolete: true,
    source: 'zdaemon 2',
    help: 'obsolete, ignored',
    details: manual('In zdaemon this selected the script of the manager.'),
  },
];
