import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../../src/settings/argv';
import { describeTargets } from '../../../src/settings/event-log-text';
import { resolveConfiguration } from '../../../src/settings/resolve';
import type { Configuration } from '../../../src/settings/settings';
import { suite } from '../../runner/guard';

const cwd = mkdtempSync(join(tmpdir(), 'zd-event-log-'));
const test = suite('the event log section');
const RUNNER = '<runner>\nprogram a\n</runner>\n';

test.after(() => rmSync(cwd, { recursive: true }));

test('a handler of zdaemon is read with its level, format and keys', () => {
  const { eventLog, notes } = read(
    log(
      '<syslog>\nfacility local3\naddress logs.example.org\nident shop\nlevel warn\nformat %(levelname)s\\t%(message)s\n</syslog>',
      '<http-logger>\nurl http://localhost/events\nmethod post\n</http-logger>',
      '<email-notifier>\nfrom zd@example.org\nto ops@example.org\nto Jo <jo@example.org>\nsubject shop\nlevel critical\n</email-notifier>',
    ),
  );
  assert.equal(notes, []);
  assert.equal(eventLog?.handlers, [
    {
      type: 'syslog',
      facility: 'local3',
      address: 'logs.example.org:514',
      ident: 'shop',
      level: 30,
      format: { style: 'classic', text: '%(levelname)s\t%(message)s' },
      origin: 'c:5',
    },
    { type: 'http', url: 'http://localhost/events', method: 'POST', level: 0, origin: 'c:12' },
    {
      type: 'mail',
      to: ['ops@example.org', 'Jo <jo@example.org>'],
      from: 'zd@example.org',
      subject: 'shop',
      level: 50,
      origin: 'c:16',
    },
  ]);
});

test('rotation needs the number of old files, and either a size or a time', () => {
  const file = (...lines: string[]) => log(`<logfile>\npath e\n${lines.join('\n')}\n</logfile>`);
  assert.equal(read(file('max-size 10MB', 'old-files 3')).eventLog?.files[0]?.rotation, {
    keep: 3,
    size: 10 * 1024 ** 2,
  });
  assert.equal(read(file('when w6', 'old-files 3', 'interval 2')).eventLog?.files[0]?.rotation, {
    keep: 3,
    when: 'W6',
    every: 2,
  });
  refuses(
    file('max-size 10MB'),
    'c:7: max-size needs old-files, the number of rotated files to keep; add it',
  );
  refuses(file('old-files 3'), 'c:7: old-files needs max-size or when, .*; add one');
  refuses(file('interval 3'), 'c:7: interval needs max-size or when');
  refuses(file('when d', 'max-size 1mb', 'old-files 3'), 'c:7: .* max-size or by when; remove one of them');
  refuses(file('max-size 1mb', 'interval 3', 'old-files 3'), 'c:8: interval belongs to when');
  refuses(
    file('when noon', 'old-files 3'),
    "c:7:6: when must be S, M, .* not 'noon'|c:7: when must be S, M,",
  );
  refuses(file('max-size 10M', 'old-files 1'), 'c:7: max-size must be .*; write 10mb');
  refuses(log('<logfile>\npath STDERR\nwhen D\nold-files 1\n</logfile>'), 'c:6: STDERR cannot be rotated');
});

test('what has no effect is noted once, with what to use instead', () => {
  const mail = '<email-notifier>\nto a@b\nsmtp-server x\nsmtp-username u\nsmtp-password p\n</email-notifier>';
  const { notes } = read(
    log(
      '<logfile>\npath a\nformatter x.Y\nencoding latin-1\nformat %(lineno)d %(thread)d %(message)s\n</logfile>',
      '<logfile>\npath b\nformatter x.Z\nformat %(lineno)d %(thread)d %(message)s\n</logfile>',
      '<logfile>\npath c\nencoding utf-8\ndelay on\n</logfile>',
      mail,
      mail,
      '<http-logger>\nurl http://a/b\nformat %(message)s\n</http-logger>',
      '<win32-eventlog/>',
    ),
  );
  assert.equal(
    notes.map(note => note.replace(/^c:\d+: /, '')),
    [
      '<logfile>: encoding has no effect: zd writes UTF-8; remove it',
      '<logfile>: formatter has no effect: it names a class of Python; use format',
      'a manager has no lineno, thread, written as - or 0; remove them from format',
      ...['server', 'username', 'password'].map(
        key =>
          `<email-notifier>: smtp-${key} has no effect: mail goes through sendmail(8), whose own configuration names the server`,
      ),
      '<http-logger>: format has no effect: the fields of a record are sent, as zdaemon does; remove it',
      '<win32-eventlog> has no effect: it is for Windows; use <syslog>',
    ],
  );
});

test('the section itself has short keys, in both formats', () => {
  const keys = ['path = e', 'format = %(message)s', 'when = midnight', 'old-files = 7'];
  const short = ['syslog = daemon', 'http = https://h/x', 'http-level = warn', 'mail = a@b, c@d'];
  const ini = read(`[runner]\nprogram = a\n[eventlog]\n${[...keys, ...short].join('\n')}`);
  const lines = [...keys, ...short].map(line => line.replace(' =', ''));
  const old = read(`${RUNNER}<eventlog>\n${lines.join('\n')}\n</eventlog>`);
  for (const { eventLog } of [ini, old])
    assert.equal(describeTargets(eventLog!), [
      'e, format "%(message)s", 7 old files, a new one at midnight',
      'syslog daemon',
      'POST https://h/x from warn',
      'mail to a@b, c@d from error',
    ]);
});

test('a fault names its line and what to write', () => {
  refuses(log('<syslog>\nfacility local9\n</syslog>'), "c:6: facility must be auth, .* not 'local9'");
  refuses(
    log('<syslog>\naddress a:b:c\n</syslog>'),
    "c:6: address must be host:port, or the path of a socket, not 'a:b:c'",
  );
  refuses(log('<syslog>\nident a b\n</syslog>'), 'c:6: ident must be one word');
  refuses(log('<http-logger>\n</http-logger>'), 'c:5: <http-logger> has no url; add a line with url');
  refuses(log('<http-logger>\nurl ftp://a\n</http-logger>'), 'c:6: url must be a URL with http or https');
  refuses(
    log('<http-logger>\nurl http://a:b@c/\n</http-logger>'),
    'c:6: url has a password, .* put a token into the path',
  );
  refuses(log('<email-notifier>\nfrom a@b\n</email-notifier>'), 'c:5: <email-notifier> has no to');
  refuses(log('<email-notifier>\nto <a\n</email-notifier>'), "c:6: to must be addresses .* not '<a'");
  refuses(
    log('<email-notifier>\nto a\nmax-size 1\n</email-notifier>'),
    "c:7: unknown key 'max-size' in <email-notifier>",
  );
  refuses(log('<http-loger/>'), "c:5: unknown section <http-loger> .*did you mean 'http-logger'");
  refuses(log('mail-level info'), 'c:5: mail-level needs mail; add it, or remove the level');
  refuses(
    log('<logfile>\npath a\nformat %(mesage)s\n</logfile>'),
    "c:7.*: format has the unknown field 'mesage'; did you mean 'message'",
  );
  refuses(
    log('<logfile>\npath a\nformat 100%\n</logfile>'),
    'c:7:11: format has a lone %; write %% for a percent sign',
  );
  refuses(
    log('<logfile>\npath a\nstyle x\n</logfile>'),
    'c:7: style must be classic, format, template or safe-template',
  );
});

/** Line 5 is the first one of the section. */
function log(...lines: string[]): string {
  return `${RUNNER}<eventlog>\n${lines.join('\n')}\n</eventlog>`;
}

function read(text: string): Configuration {
  writeFileSync(join(cwd, 'c'), text);
  return resolveConfiguration({ argv: parseArguments(['-Cc']), cwd, env: { HOME: '/home/me' } });
}

function refuses(text: string, message: string): void {
  assert.throws(() => read(text), new RegExp(message));
}

test.run();
