/* What the pages say that is in no table of src. */

export const exitStatuses = [
  ['0', 'Success; also `stop` when the program is not running.'],
  ['1', 'The action failed; standard error gives the reason.'],
  ['2', 'An error in the command line or the configuration; nothing was started.'],
  ['3', 'The program is not running (`status`, `kill`), or there is no manager.'],
  ['4', 'Unknown: the socket refuses the connection, or the manager does not answer in time.'],
] as const;

export const zdaemonStatuses = [
  [
    '0',
    'Success. Also `kill`, `fg`, `wait`, `logreopen`, `show` and `help` whatever the outcome; an unknown command; `status` whenever a manager answers; `stop` and `reopen_transcript` without a manager.',
  ],
  ['1', '`start`, `stop` or `reopen_transcript` failed.'],
  ['2', 'An error in the command line or the configuration.'],
  ['3', '`status` without a manager.'],
] as const;

export const files = [
  [
    'zd.conf',
    'The configuration in the current folder, for a command line that names no daemon. It is used if nobody but its user and root can have written it. See zd.conf(5). Not read by `zdaemon`.',
  ],
  [
    'zdsock',
    'The socket, in the folder of the configuration file or else the current folder, unless `socket-name` is set. It is removed when the manager exits.',
  ],
  [
    '.zdsock.zd/',
    'The state folder, beside the socket and named after it: the lock, the state, the history of the runs and the FIFO for the output. It never needs to be deleted by hand.',
  ],
  [
    '~/.local/state/zd/history',
    'The lines typed at the prompt, for its user alone; see `ZD_HISTORY`. At 128 KiB it becomes `history.old`.',
  ],
] as const;

export const zdaemonFiles = [
  [
    'zdsock',
    'The socket, in the current folder unless `socket-name` is set. It is removed when the manager exits.',
  ],
  ...files.slice(2),
] as const;

/** What a user wants, and the lines for it. */
export const examples: readonly (readonly [text: string, lines: readonly string[]])[] = [
  [
    'Write a configuration for a program into `zd.conf`, start it, and look at it:',
    ['zd init node server.js', 'zd start', 'zd status -v', 'zd logtail'],
  ],
  [
    'Without a file: the program, its socket and its transcript are options.',
    ["zd -p 'python3 -m http.server 8124' -s web.sock -t web.log start", 'zd -s web.sock stop'],
  ],
  [
    'Check a changed configuration, see what differs from what runs, and apply no more than that needs:',
    ['zd -C app.conf check', 'zd -C app.conf show changes', 'zd -C app.conf apply'],
  ],
  [
    'In a script: start, and go on once the program is ready; then why it ended the last times.',
    ['zd -C app.conf start && zd -C app.conf wait --ready --timeout 60', 'zd -C app.conf history -n 5'],
  ],
  ['At boot, as a line of crontab(5):', ['@reboot zd -C /srv/app/app.conf start']],
  [
    'After a rotation, in `postrotate` of logrotate:',
    ['zd -C /srv/app/app.conf reopen_transcript --if-running'],
  ],
  [
    'Completion of the command line, in bash or zsh:',
    ['source <(zd completion bash)', 'source <(zd completion zsh)'],
  ],
];

export const zdaemonExamples: typeof examples = [
  [
    'A configuration in the format of zdaemon:',
    ['zdaemon -C app.conf start', 'zdaemon -C app.conf status', 'zdaemon -C app.conf stop'],
  ],
  ['The prompt, and a script for it:', ['zdaemon -C app.conf -i', 'echo status | zdaemon -C app.conf -i']],
];
