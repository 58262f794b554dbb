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
