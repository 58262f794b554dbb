import * as assert from 'uvu/assert';
import { isRecognized, readAs, refusalOf } from '../../../helpers/read-as';
import { suite } from '../../../runner/guard';

const test = suite('Procfiles');

const read = (text: string, env?: string) =>
  readAs('procfile', { Procfile: text, ...(env === undefined ? {} : { '.env': env }) });
const program = (command: string) => read(`web: ${command}\n`).settings('web').program;

test('each process is a program with a port of its own, started again whatever its end', () => {
  const { names, settings, environment } = read('web: puma\nlong-name_2:   worker -q\n');
  assert.equal(names, ['web', 'long-name_2']);
  assert.equal(settings('web'), { program: 'puma', 'stop-timeout': '30s', 'exit-codes': '', forever: 'on' });
  assert.equal([environment('web').PORT, environment('long-name_2').PORT], ['5000', '5100']);
});

test('lines that are not name: command are ignored as in foreman', () => {
  const { names, verdict } = read('# a: b\n\nweb: a\n indented: b\nno command:\nspa ce: b\nx.y: b\n');
  assert.equal(names, ['web']);
  assert.is(verdict('1'), '');
  for (const line of ['4', '5', '6', '7'])
    assert.match(verdict(line), /^dropped: foreman ignores it too/, line);
});

test('a command is split by zd unless the shell could understand it in another way', () => {
  assert.is(program(`bin/web 'a b' "c" --d=e`), `bin/web 'a b' c --d=e`);
  for (const command of [
    'web -p $PORT',
    'cd app && web',
    'A=1 web',
    'web *.js',
    'exec web',
    'web # now',
    'web ~/x',
    'web a\\ b',
  ])
    assert.is(program(command), `sh -c '${command}'`, command);
  assert.is(program("web 'x"), `sh -c "web 'x"`);
  assert.is(read('web: a | b\n').settings('web')['stop-scope'], 'group');
});

test('release runs once, and only by name', () => {
  const { settings, verdict, environment } = read('release: migrate\nweb: a\n');
  assert.equal([settings('release').once, settings('release').autostart], ['on', 'off']);
  assert.match(verdict('1'), /^changed!: it runs once/);
  assert.is(environment('web').PORT, '5100');
});

test('.env is read by the rules of foreman', () => {
  const { environment, verdict, paths, folder } = read(
    'web: a\n',
    `A=1 # no comment\nB="x\\ny\\"z"\nC='$A "q"'\nexport D=1\n# E=1\nA_2=\nA=2\n`,
  );
  assert.equal(environment('web'), { A: '2', B: 'x\ny"z', C: '$A "q"', A_2: '', PORT: '5000' });
  assert.match(verdict('.env:4'), /^dropped: foreman ignores it too/);
  assert.is(verdict('.env:5'), '');
  assert.equal(paths, [`${folder}/Procfile`, `${folder}/.env`]);
});

test('PORT is the port of the first process', () => {
  assert.is(read('a: x\nb: y\n', 'PORT=7000\n').environment('b').PORT, '7100');
  assert.is(
    readAs('procfile', { Procfile: 'a: x\n' }, { env: { PORT: '3000' } }).environment('a').PORT,
    '3000',
  );
  assert.is(read('a: x\n', 'PORT=none\n').environment('a').PORT, '5000');
});

test('a file without a process is refused, and so is a .env that is no text', () => {
  assert.match(refusalOf('procfile', { Procfile: '# nothing\n' }), /^Procfile: it has no line/);
  assert.match(refusalOf('procfile', { Procfile: 'a: b\n', '.env': 'A=1\0' }), /^\.env:1/);
});

test('more programs than a machine has room for are refused', () => {
  assert.match(
    refusalOf('procfile', { Procfile: 'a: b\n'.repeat(1001) }),
    /^Procfile: it has more than 1000 programs/,
  );
  assert.match(
    refusalOf('pm2', { 'a.json': `[${'{script:"a"},'.repeat(1001)}]` }),
    /^a.json: it has more than 1000/,
  );
  const text =
    '[program:x]\ncommand=a %(process_num)s\nprocess_name=%(process_num)s\nnumprocs=1000\n[program:y]\ncommand=a\n';
  assert.match(refusalOf('supervisord', { f: text }), /^f: it has more than 1000 programs/);
});

test('it is recognized by its name', () => {
  assert.ok(isRecognized('procfile', 'Procfile', 'web: a\n'));
  assert.ok(isRecognized('procfile', 'Procfile.dev', 'web: a\n'));
  assert.not(isRecognized('procfile', 'values.yml', 'web: a\n'));
});

test.run();
