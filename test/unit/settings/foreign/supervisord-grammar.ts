import * as assert from 'uvu/assert';
import { isRecognized, readAs, refusalOf } from '../../../helpers/read-as';
import { suite } from '../../../runner/guard';

/* The grammar of supervisord.conf is that of Python's RawConfigParser and shlex. */

const test = suite('the grammar of supervisord.conf');

/** A program `x` with these lines. */
const program = (...lines: string[]) => ({ 'supervisord.conf': ['[program:x]', ...lines, ''].join('\n') });
const command = (text: string) => readAs('supervisord', program(`command=${text}`)).settings('x').program;
const refusal = (...lines: string[]) => refusalOf('supervisord', program(...lines));

test('a semicolon or hash behind a blank begins a comment, another one does not', () => {
  assert.is(command('sh run;now#1 ; a comment'), 'sh run;now#1');
  assert.is(command('sh a # b'), 'sh a');
});

test('a comment also begins within quotes, which leaves the quote open', () => {
  assert.match(
    refusal('command=sh -c "a ; b"'),
    /^supervisord.conf:2: command of \[program:x\] has a " that is not closed/,
  );
});

test('indented lines continue a value, over comments and empty lines', () => {
  const { settings, verdict } = readAs(
    'supervisord',
    program('command=sh', '  -c', '  # why', '', '  true ; x'),
  );
  assert.is(settings('x').program, 'sh -c true');
  for (const line of ['2', '3', '6']) assert.is(verdict(line), 'taken', line);
  assert.is(verdict('4'), '');
});

test('keys are in any case, with a colon or an equals sign', () => {
  assert.is(readAs('supervisord', program('Command : sleep 1')).settings('x').program, 'sleep 1');
});

test('sections of one name are one, and a later line replaces an earlier one', () => {
  const { settings, verdict } = readAs(
    'supervisord',
    program('command=a', 'directory=/d', '[program:x]', 'command=b'),
  );
  assert.is(settings('x').program, 'b');
  assert.is(settings('x').directory, '/d');
  assert.is(verdict('2'), 'dropped: supervisord.conf:5 replaces it');
});

test('the section DEFAULT has what others lack', () => {
  const text = '[DEFAULT]\numask=027\n[program:x]\ncommand=a\n[program:y]\ncommand=b\numask=077\n';
  const { settings } = readAs('supervisord', { 'supervisord.conf': text });
  assert.is(settings('x').umask, '027');
  assert.is(settings('y').umask, '077');
});

test('a command is split as in a shell of Python: a backslash takes the meaning of any character', () => {
  assert.is(command(String.raw`a\bc "d e" 'f"g'`), `abc 'd e' 'f"g'`);
});

test('names in a value are expanded, and %% is a percent sign', () => {
  const { settings, folder } = readAs(
    'supervisord',
    program('command=%(here)s/%(program_name)s %(ENV_TOOL)s 5%% %(process_num)02d'),
    { env: { TOOL: 'saw' } },
  );
  assert.is(settings('x').program, `${folder}/x saw 5% 00`);
});

test('a variable of its own environment can be expanded', () => {
  const { settings } = readAs(
    'supervisord',
    program('command=a %(ENV_PLACE)s', 'environment=PLACE="here it is"'),
  );
  assert.is(settings('x').program, 'a here it is');
});

test('an unknown name and a lone percent sign are refused with the line', () => {
  assert.match(
    refusal('command=a %(ENV_NONE)s'),
    /^supervisord.conf:2: command of \[program:x\] has %\(ENV_NONE\)s, which is unknown/,
  );
  assert.match(refusal('command=date +%Y'), /:2: .* write %% for the character$/);
});

test('variables are pairs with commas, whose quotes can hold commas', () => {
  const { environment } = readAs(
    'supervisord',
    program('command=a', 'environment=A="1,2",B=x/y,', "  C='%%'"),
  );
  assert.equal(environment('x'), { A: '1,2', B: 'x/y', C: '%' });
});

test('a value of a variable that needs quotes and has none is refused', () => {
  assert.match(
    refusal('command=a', 'environment=A=me@host,B=1'),
    /^supervisord.conf:3: environment of \[program:x\] must be NAME="value"/,
  );
});

test('files are included by patterns, each with a folder of its own', () => {
  const { names, settings, folder, paths, report } = readAs('supervisord', {
    'supervisord.conf': '[supervisord]\n[include]\nfiles = conf.d/*.conf none/*.ini\n',
    'conf.d/b.conf': '[program:b]\ncommand=b %(here)s\n',
    'conf.d/a.conf': '[program:a]\ncommand=a\n',
    'conf.d/.hidden.conf': '[program:hidden]\ncommand=a\n',
    'conf.d/c.conf.SAVE': '[program:old]\ncommand=a\n',
  });
  assert.equal(names, ['a', 'b']);
  assert.is(settings('b').program, `b ${folder}/conf.d`);
  assert.equal(
    paths,
    ['supervisord.conf', 'conf.d/a.conf', 'conf.d/b.conf'].map(name => `${folder}/${name}`),
  );
  assert.is(report.find(({ text }) => text.startsWith('files'))?.how, 'no file matches none/*.ini');
  assert.ok(report.some(({ origin }) => origin === 'conf.d/b.conf:2'));
});

test('an included file cannot include others, in a circle neither', () => {
  const { names, verdict } = readAs('supervisord', {
    'supervisord.conf': '[supervisord]\n[include]\nfiles = other.conf\n',
    'other.conf': '[include]\nfiles = supervisord.conf third.conf\n[program:a]\ncommand=a\n',
    'third.conf': '[program:b]\ncommand=b\n',
  });
  assert.equal(names, ['a']);
  assert.is(verdict('3'), 'taken');
  assert.match(verdict('other.conf:2'), /^dropped: supervisord does not follow it/);
});

test('every line that is no comment is in the report, in the order of the file', () => {
  const { report } = readAs(
    'supervisord',
    program('; one', 'command=a', '', 'priority=1', '[unix_http_server]', 'file=/s'),
  );
  assert.equal(
    report.map(({ origin }) => origin.split(':')[1]),
    ['1', '3', '5', '6', '7'],
  );
});

test('what Python refuses is refused with the line', () => {
  assert.match(refusalOf('supervisord', { f: 'command=a\n[program:x]\n' }), /^f:1: .* outside any section/);
  assert.match(refusal('command'), /^supervisord.conf:2: 'command' has no '='/);
  assert.match(refusal('=x'), /^supervisord.conf:2: there is no key/);
  assert.match(refusal('umask=022'), /^supervisord.conf:1: command of \[program:x\] is missing/);
  assert.match(
    refusal('command=a', 'autostart=maybe'),
    /:3: autostart of \[program:x\] must be true or false/,
  );
  assert.match(
    refusal('command=a', 'startsecs=soon'),
    /:3: startsecs of \[program:x\] must be a whole number/,
  );
  assert.match(
    refusal('command=a', 'exitcodes=0,300'),
    /:3: exitcodes of \[program:x\] must be numbers from 0 to 255/,
  );
});

test('it is recognized by its section, or by a program with a command', () => {
  assert.ok(isRecognized('supervisord', 'a.conf', '; x\n[supervisord]\n'));
  assert.ok(isRecognized('supervisord', 'a.ini', '[program:x]\ndirectory=/\ncommand = sleep 1\n'));
  assert.not(isRecognized('supervisord', 'a.conf', '[program:x]\nprogram = sleep 1\n'));
  assert.not(isRecognized('supervisord', 'a.conf', '[runner]\nprogram = sleep 1\n'));
});

test.run();
