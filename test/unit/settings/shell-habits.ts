import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../../src/settings/argv';
import { resolveConfiguration } from '../../../src/settings/resolve';
import type { Configuration } from '../../../src/settings/settings';
import { findProgram } from '../../../src/system/find-program';
import { suite } from '../../runner/guard';

const cwd = mkdtempSync(join(tmpdir(), 'zd-habits-'));
const habits = suite('habits from the shell');

habits.after(() => rmSync(cwd, { recursive: true }));

habits('In ZConfig, the advice for a variable of the environment works', () => {
  const file = (path: string) => `<runner>\nprogram a\nsocket-name ${path}\n</runner>`;
  const message =
    /'HOME' is not defined; write \$\(HOME\) for the environment variable, \$\$HOME to leave it/;
  for (const written of ['$HOME/s', '$' + '{HOME}/s', 'x$home']) {
    const pattern = written === 'x$home' ? /add '%define home VALUE'/ : message;
    assert.throws(() => read(file(written)), pattern);
  }
  assert.is(read(file('$(HOME)/s')).settings.socketName, '/home/me/s');
});

habits('A path that begins with a variable is refused where nothing replaces it', () => {
  for (const written of ['$HOME/s', '$' + '{HOME}', '$(HOME)/s']) {
    const pattern = /socket-name begins with \$\S+, which nothing replaces here; write ~ or the path in full/;
    assert.throws(() => read(`[runner]\nprogram = a\nsocket-name = ${written}`), pattern);
    assert.throws(() => resolve('-s', written), pattern);
  }
  assert.throws(
    () => read('[runner]\nprogram = a\n[eventlog]\npath = $LOGS/e'),
    /c:4: path begins with \$LOGS/,
  );
  assert.is(resolve('-s', './$HOME').settings.socketName, './$HOME');
  assert.is(resolve('-s', '$5').settings.socketName, '$5');
});

habits('In INI, the advice for a variable is that of INI', () => {
  const message = "'export A' is not a valid variable name; write 'A = VALUE', with nothing before the name";
  assert.throws(() => read('[runner]\nprogram = a\n[environment]\nexport A = 1'), new RegExp(message));
  assert.throws(() => read('[runner]\nprogram = a\n[environment]\nset -x B = 1'), /write 'B = VALUE'/);
});

habits('A command that only a shell knows is reported with what to write instead', () => {
  for (const [word, advice] of [
    ['cd', "use directory, or sh -c 'cd ... && exec ...'"],
    ['export', "'export' is a command of the shell: write sh -c 'export ...'"],
    ['A=1', 'put A into the environment section, or write env A=1 ...'],
    ['~/bin/app', 'no shell replaces ~: write the path in full'],
    ['$HOME/bin/app', 'no shell replaces $HOME: write the path in full'],
    ['$' + '{BIN}', 'no shell replaces $' + '{BIN}: write the path in full'],
  ] as const) {
    const found = findProgram(word, ['/nowhere'], '/nowhere');
    assert.ok('reason' in found && found.reason.endsWith(advice), JSON.stringify(found));
  }
  assert.not.match((findProgram('nosuch', ['/'], '/nowhere') as { reason: string }).reason, 'shell');
});

habits('Operators of the shell among the words are noted', () => {
  const noted = (program: string) =>
    read(`<runner>\nprogram ${program}\nstart-test-program test -e x || false\n</runner>`).notes;
  for (const [program, operator] of [
    ['cd /x && app', '&&'],
    ['app 2>&1', '2>&1'],
    ['app >/dev/null', '>/dev/null'],
    ['app | logger', '|'],
    ['app &', '&'],
  ])
    assert.match(noted(program!)[0]!, `c:2: no shell reads program, so '${operator}' is passed on as a word`);
  for (const program of ['sh -c "a && b"', 'find . -exec x ;', 'app <name> a->b --x=>y a&b'])
    assert.equal(
      noted(program).map(note => note.split(',')[0]),
      ['c:3: no shell reads start-test-program'],
    );
});

habits('A comment behind a value is noted, or named in the error', () => {
  const notes = (line: string) => read(`[runner]\nprogram = a\n${line}`).notes;
  assert.equal(read('[runner]\nprogram = sleep 600 # ten minutes').notes, [
    "c:2: '#' is part of program; a comment needs a line of its own",
  ]);
  assert.equal(notes('transcript = app.log # here'), [
    "c:3: '# here' is part of transcript; a comment needs a line of its own",
  ]);
  assert.equal(notes('transcript = app#1.log'), []);
  assert.equal(read("[runner]\nprogram = sh -c 'a # b'").notes, []);
  assert.throws(() => notes('backoff-limit = 3 # few'), /not '3 # few'; a comment needs a line of its own$/);
  assert.throws(() => notes('daemon = on ; really'), /not 'on ; really'; a comment needs a line of its own$/);
});

habits('A backslash at the end of a line is noted', () => {
  const note = 'program ends with a backslash, which continues no line; write it on one line';
  assert.equal(read('[runner]\nprogram = sleep 600\\').notes, [`c:2: ${note}`]);
  assert.equal(resolve('-p', 'sleep 600 \\').notes, [`-p: ${note}`]);
  assert.equal(read('[runner]\nprogram = a\\b').notes, []);
});

habits('A time or a size that is written in another way is answered with the right one', () => {
  const fault = (line: string, end: RegExp) =>
    assert.throws(() => read(`[runner]\nprogram = a\n${line}`), end);
  fault('backoff-limit = 1h30m', /not '1h30m'; write 90m$/);
  fault('stop-timeout = 5 min', /not '5 min'; write 5m$/);
  fault('start-seconds = 1,5', /not '1,5'; write 1.5$/);
  fault('transcript-rotate-size = 10 MB', /not '10 MB'; write 10mb$/);
  fault('transcript-rotate-size = 10M', /not '10M'; write 10mb$/);
  fault('backoff-limit = many', /not 'many'$/);
});

habits('A stream of the caller is noted where a background manager cannot write to it', () => {
  const notes = (lines: string) => read(`[runner]\nprogram = a\n${lines}`).notes;
  assert.equal(notes('transcript = /dev/stdout'), [
    'c:3: transcript is /dev/stdout, which leads nowhere in a background manager; name a file, or set daemon off',
  ]);
  assert.match(notes('stderr-transcript = /dev/stderr')[0]!, 'stderr-transcript is /dev/stderr');
  assert.match(notes('stdout = /proc/self/fd/1')[0]!, 'stdout is /proc/self/fd/1');
  assert.match(notes('[eventlog]\npath = STDERR')[0]!, 'c:4: path is STDERR');
  assert.equal(notes('transcript = /dev/stdout\ndaemon = off'), []);
  assert.equal(notes('transcript = /dev/null'), []);
});

function read(text: string): Configuration {
  writeFileSync(join(cwd, 'c'), text);
  return resolve('-Cc');
}

function resolve(...words: string[]): Configuration {
  return resolveConfiguration({ argv: parseArguments(words), cwd, env: { HOME: '/home/me' } });
}

habits.run();
