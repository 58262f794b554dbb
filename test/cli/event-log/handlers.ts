import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace, type Place, pidIn } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { fakeSendmail, serveHttp, serveSyslog } from '../../helpers/log-receivers';
import { isAlive, waitForEnd } from '../../helpers/processes';
import { until, waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('handlers of the event log');
const loggerMissing = spawnSync('logger', ['--version']).status !== 0 && 'logger is not installed';
test.after.each(clearPlaces);

test.skipIf(
  loggerMissing,
  'syslog gets each record with facility, level and tag, also after an upgrade',
  async () => {
    const syslog = await serveSyslog();
    const place = configure(
      { program: 'sleep 1000' },
      `<syslog>\nfacility local3\naddress 127.0.0.1:${syslog.port}\n</syslog>`,
    );
    pidIn(await place.zd('-C app.conf start'));
    // local3 is 19; info is 6.
    await until(20, 'the first record', () =>
      syslog.records.some(one => /^<158>.* app\[\d+\].* daemon manager started$/.test(one)),
    );
    await place.zd('-C app.conf upgrade');
    await until(20, 'the record of the upgrade', () => syslog.records.some(one => /took over$/.test(one)));
    await place.zd('-C app.conf stop');
    await until(20, 'the last record', () => syslog.records.some(one => / Exiting$/.test(one)));
    assert.ok(syslog.records.some(one => /pid \d+: terminated by SIGTERM$/.test(one)));
    await syslog.close();
  },
);

test.skipIf(
  loggerMissing || keeperMissing,
  'the manager that follows a killed one sends its records',
  async () => {
    const syslog = await serveSyslog();
    const place = configure(
      { program: 'sleep 1000' },
      `<syslog>\naddress 127.0.0.1:${syslog.port}\n</syslog>`,
    );
    pidIn(await place.zd('-C app.conf start'));
    const { managerPid, pid } = await place.report();
    process.kill(managerPid, 'SIGKILL');
    await waitForEnd(managerPid);
    const next = await until(20, 'the next manager', async () => {
      const report = await place.report();
      return report.managerPid !== managerPid && report;
    });
    assert.is(next.pid, pid);
    await until(20, 'its record', () => syslog.records.some(one => one.includes(`app[${next.managerPid}]`)));
    await place.zd('-C app.conf stop');
    await until(20, 'its last record', () => syslog.records.some(one => / Exiting$/.test(one)));
    await syslog.close();
  },
);

test('a record is one mail, and the last ones arrive before the manager is gone', async () => {
  const place = configure({ program: 'sleep 1000' }, MAIL);
  const env = { PATH: fakeSendmail(place) };
  pidIn(await place.zd('-C app.conf start', { env }));
  await place.zd('-C app.conf stop', { env });
  const text = await waitForFile(place.path('mails'), mails => mails.includes('Exiting\n=end='));
  const [first = ''] = text.split('=end=\n');
  assert.match(
    first,
    /^sendmail -t -i\nFrom: =\?UTF-8\?B\?SsO8?\S*\?= <zd@example\.org>\nTo: ops@example\.org\n/,
  );
  assert.match(first, /\nSubject: app on \S+: INFO: daemon manager started\n/);
  assert.match(first, /\n\n\d{4}-\d\d-\d\dT\S+ INFO daemon manager started\n$/);
});

test('a crash loop sends ten mails of a level at once', async () => {
  const place = makePlace();
  const program = 'sh -c "sleep 0.02; exit 3"';
  place.configure({ program, 'start-seconds': '0', forever: 'on', 'backoff-limit': '1' }, log(MAIL));
  const env = { PATH: fakeSendmail(place) };
  await place.zd('-C app.conf start', { env });
  await waitForFile(place.path('events'), text => text.split('\n').length > 25);
  await place.zd('-C app.conf stop', { env });
  const mails = () => place.read('mails').split('=end=\n').length - 1;
  await until(20, 'the tenth mail', () => mails() === 10);
});

test('sendmail that fails or hangs stops nothing: status says so, and the record is tried again', async () => {
  const place = configure({ program: 'sleep 1000' }, MAIL);
  const env = { PATH: fakeSendmail(place, `[ -e '${place.path('works')}' ] || exit 75`) };
  pidIn(await place.zd('-C app.conf start', { env }));
  await waitForFile(place.path('events'), text =>
    /WARNING cannot send the event log to mail to ops/.test(text),
  );
  const { stderr, status } = await place.zd('-C app.conf status', { env });
  assert.is(status, 0);
  assert.match(
    stderr,
    /cannot send the event log to mail to ops@\S+ .*sendmail failed: exit status 75; \d records? waits?, 0 lost/,
  );
  place.write('works', '');
  await waitForFile(place.path('mails'), text => text.includes('daemon manager started\n=end='));
  const hung = place.write('hung', '');
  place.write('tools/sendmail', `#!/bin/sh\necho $$ >>'${hung}'\nexec sleep 1000\n`, 0o755);
  pidIn(await place.zd('-C app.conf restart', { env }));
  assert.is((await place.zd('-C app.conf stop', { env })).status, 0);
  // They do not carry the mark by which the processes of tests are found.
  for (const pid of place.read('hung').split('\n').filter(Boolean).map(Number))
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
});

test('a missing command is named with its package by check and start, and the program runs', async () => {
  const place = configure({ program: 'sleep 1000' }, `${MAIL}<syslog>\naddress /no/such/socket\n</syslog>`);
  for (const name of ['sleep', 'sh', 'flock', 'mkfifo', 'perl', 'getent', 'ps'])
    place.write(`tools/${name}`, `#!/bin/sh\nexec ${findTool(name)} "$@"\n`, 0o755);
  const env = { PATH: place.path('tools') };
  const hasServer = ['/usr/sbin/sendmail', '/usr/lib/sendmail', '/usr/local/sbin/sendmail'].some(existsSync);
  for (const word of ['check', 'start']) {
    const { status, stderr } = await place.zd(`-C app.conf ${word}`, { env });
    assert.is(status, 0, stderr);
    assert.match(
      stderr,
      /zd: note: app\.conf:\d+: syslog user at \/no\/such\/socket gets no records: logger is not installed; install the package bsdutils/,
    );
    if (!hasServer)
      assert.match(stderr, /mail to ops@\S+ .*: sendmail is not installed; install a mail server/);
  }
  assert.match(
    (await place.zd('-C app.conf doctor', { env })).stdout,
    /logger .*is not installed.*\n.*bsdutils/,
  );
});

test('http sends the fields of a record, by POST or GET', async () => {
  const server = await serveHttp();
  const url = `http://127.0.0.1:${server.port}/events?token=a%20b`;
  const place = configure(
    { program: 'sleep 1000' },
    `<http-logger>\nurl ${url}\nmethod POST\n</http-logger><http-logger>\nurl ${url}\nlevel critical\n</http-logger>`.replace(
      '><',
      '>\n<',
    ),
  );
  pidIn(await place.zd('-C app.conf start'));
  const { managerPid } = await place.report();
  await until(20, 'two records', () => server.requests.length >= 2);
  const [first] = server.requests;
  assert.is(first!.method, 'POST');
  assert.is(first!.path, '/events');
  const { msg, levelname, levelno, name, daemon, process: pid } = Object.fromEntries(first!.fields);
  assert.equal(
    [msg, levelname, levelno, name, daemon],
    ['daemon manager started', 'INFO', '20', 'root', 'app'],
  );
  assert.is(Number(pid), managerPid);
  process.kill(managerPid, 'SIGTERM');
  await until(20, 'the critical one', () => server.requests.some(({ method }) => method === 'GET'));
  const got = server.requests.find(({ method }) => method === 'GET')!.fields;
  assert.equal([got.get('token'), got.get('msg')], ['a b', 'daemon manager killed by SIGTERM']);
  await server.close();
});

test('a server that fails gets the records later, in order; one that hangs hinders no command', async () => {
  const server = await serveHttp(response => {
    response.statusCode = 503;
    response.end();
  });
  const place = configure(
    { program: 'sleep 1000' },
    `<http-logger>\nurl http://127.0.0.1:${server.port}/\n</http-logger>`,
  );
  pidIn(await place.zd('-C app.conf start'));
  await waitForFile(place.path('events'), text => /WARNING cannot send .*: status 503/.test(text));
  server.requests.length = 0;
  server.answer(response => response.end());
  await until(20, 'the records', () => server.texts().length >= 2);
  assert.match(server.texts().join('\n'), /^daemon manager started\nspawned process pid=\d+/);
  server.answer(() => {});
  pidIn(await place.zd('-C app.conf restart'));
  assert.is((await place.zd('-C app.conf status')).status, 0);
  assert.is((await place.zd('-C app.conf stop')).status, 0);
  await server.close();
});

const MAIL =
  '<email-notifier>\nfrom Jü <zd@example.org>\nto ops@example.org\nformat %(asctime)s %(levelname)s %(message)s\n</email-notifier>\n';

function configure(runner: Record<string, string>, handlers: string): Place {
  const place = makePlace();
  place.configure(runner, log(handlers));
  return place;
}

function log(handlers: string): string {
  return `<eventlog>\n<logfile>\npath events\n</logfile>\n${handlers}\n</eventlog>\n`;
}

function findTool(name: string): string {
  return spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
}

test.run();
