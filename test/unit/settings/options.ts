import * as assert from 'uvu/assert';
import { optionHelp } from '../../../src/settings/option-help';
import {
  fileOptions,
  formatValue,
  options,
  parseValue,
  type SettingOption,
  settingOptions,
} from '../../../src/settings/options';
import { UsageError } from '../../../src/system/errors';
import { suite } from '../../runner/guard';

const table = suite('options');

table('No flag and no key occurs twice', () => {
  for (const names of [options.map(({ key }) => key), pick('short'), pick('long')]) {
    assert.is(new Set(names).size, names.length);
  }
});

table('Every formatted sample and default can be parsed back', () => {
  for (const option of settingOptions) {
    const value = parseValue(option, option.sample);
    assert.equal(parseValue(option, formatValue(option, value)), value, option.key);
    if (option.default === null) continue;
    assert.equal(parseValue(option, formatValue(option, option.default)), option.default, option.key);
  }
});

table('The defaults are those of zdaemon', () => {
  const shown = settingOptions.map(option => `${option.key}=${formatValue(option, option.default)}`);
  for (const line of [
    'socket-name=zdsock',
    'backoff-limit=10',
    'exit-codes=0,2',
    'umask=022',
    'user=(none)',
  ]) {
    assert.ok(shown.includes(line), line);
  }
});

table('A switch is yes, true or on, or no, false or off, in any case, and never a number', () => {
  for (const text of ['yes', 'TRUE', 'On']) assert.is(parse('forever', text), true);
  for (const text of ['NO', 'false', 'off']) assert.is(parse('forever', text), false);
  refuses('forever', '1', "forever must be yes, true or on, or no, false or off, not '1'");
});

table('zdaemon gives times in whole seconds, from 0 on', () => {
  assert.is(parse('backoff-limit', '+5'), 5);
  assert.ok(Object.is(parse('backoff-limit', '-0'), 0));
  refuses('backoff-limit', 'ten', "backoff-limit must be a time such as 10, 0.5s, 5m or 1h, not 'ten'");
  refuses('backoff-limit', '-1', "backoff-limit must be from 0 to 1000000000 seconds, not '-1'");
});

table('A umask is octal, with or without a leading 0 or 0o', () => {
  for (const text of ['77', '077', '0o77', '0O077']) assert.is(parse('umask', text), 0o77);
  for (const text of ['8', '1000', '', '-1', '0x1']) {
    refuses('umask', text, `umask must be an octal number from 0 to 777, not '${text}'`);
  }
});

table('Exit codes are separated by commas and optional spaces, and may be empty', () => {
  assert.equal(parse('exit-codes', '0, 2 ,-1'), [0, 2, -1]);
  assert.equal(parse('exit-codes', ''), []);
  const reason = 'exit-codes must be exit statuses and signals separated by commas, such as 0,2,TERM, not';
  for (const text of ['0 2', '0,', '1x']) refuses('exit-codes', text, `${reason} '${text}'`);
});

table('A program is split into words and may be empty, but a start test must not be', () => {
  assert.equal(parse('program', `sh -c 'a b'`), ['sh', '-c', 'a b']);
  assert.equal(parse('program', ''), []);
  refuses('program', 'sleep "1', 'program has a " that is not closed; close it or write \\"');
  refuses('start-test-program', '', 'start-test-program must be a command, not empty');
});

table('A path may start with the home of the caller or of a user', () => {
  const env = { HOME: '/home/me/' };
  assert.is(parse('transcript', '~/x~', env), '/home/me/x~');
  assert.is(parse('transcript', '~', env), '/home/me');
  assert.is(parse('transcript', 'a~b', env), 'a~b');
  assert.is(parse('transcript', '~', { HOME: '/' }), '/');
  assert.match(String(parse('transcript', '~root/x')), /^\/.*\/x$/);
  refuses('transcript', '~n0b0dy/x', "transcript names the home of 'n0b0dy', but there is no such user");
  refuses('transcript', '', 'transcript must be a path, not empty');
});

table('Control characters in a rejected value are escaped', () => {
  refuses(
    'backoff-limit',
    'a\u001b[1m',
    "backoff-limit must be a time such as 10, 0.5s, 5m or 1h, not 'a\\x1b[1m'",
  );
});

table('The help names every flag and every key that only a file can set, in 80 columns', () => {
  const help = optionHelp('zd');
  assert.match(help, /^usage: zd \[options\] \[command \[arguments\]\]\n/);
  assert.match(help, '  -b, --backoff-limit TIME  ');
  for (const option of options) {
    if (option.field === null && option.inFile) continue;
    assert.ok(
      help.includes(option.long === null ? (option.short ?? option.key) : `--${option.long}`),
      option.key,
    );
  }
  for (const line of help.split('\n')) assert.ok(line.length <= 80, line);
});

table('A file may contain every setting except interactive, and the obsolete keys', () => {
  const keys = settingOptions.filter(({ inFile }) => inFile).map(({ key }) => key);
  assert.equal([...fileOptions.keys()], [...keys, 'python', 'zdrun']);
});

function pick(name: 'short' | 'long'): string[] {
  return options.flatMap(option => option[name] ?? []);
}

function setting(key: string): SettingOption {
  return settingOptions.find(option => option.key === key)!;
}

function parse(key: string, text: string, env?: NodeJS.ProcessEnv): unknown {
  return parseValue(setting(key), text, env);
}

function refuses(key: string, text: string, message: string): void {
  try {
    parse(key, text);
  } catch (error) {
    assert.instance(error, UsageError);
    assert.is((error as Error).message, message);
    return;
  }
  assert.unreachable(`${key} accepted '${text}'`);
}

table.run();
