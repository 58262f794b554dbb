import * as assert from 'uvu/assert';
import { parseArguments } from '../../../src/settings/argv';
import { UsageError } from '../../../src/system/errors';
import { suite } from '../../runner/guard';

const argv = suite('argv');

argv('A value may touch its short flag or follow it', () => {
  assert.equal(flags('-Capp.conf', '-b', '3'), {
    configure: ['-C', 'app.conf'],
    'backoff-limit': ['-b', '3'],
  });
});

argv('Switches and a last flag with a value share one dash', () => {
  assert.equal(flags('-fdb3'), { forever: ['-f', null], daemon: ['-d', null], 'backoff-limit': ['-b', '3'] });
});

argv('The value of a long flag follows = or is the next word', () => {
  assert.equal(flags('--configure=a=b'), { configure: ['--configure', 'a=b'] });
  assert.equal(flags('--configure', '-x'), { configure: ['--configure', '-x'] });
  assert.equal(flags('--prog='), { program: ['--program', ''] });
});

argv('A long flag may be abbreviated to a unique prefix and is recorded in full', () => {
  assert.equal(flags('--back', '3', '--h'), {
    'backoff-limit': ['--backoff-limit', '3'],
    help: ['--help', null],
  });
});

argv('The first word that is not an option is the command, and the rest stays unchanged', () => {
  const parsed = parseArguments(['-p', 'prog', 'start', '-x', '--y', '3', '--']);
  assert.is(parsed.command, 'start');
  assert.equal(parsed.words, ['-x', '--y', '3', '--']);
  assert.equal([...parsed.flags.keys()], ['program']);
});

argv('Two dashes end the options', () => {
  const parsed = parseArguments(['-f', '--', '-b', 'x']);
  assert.is(parsed.command, '-b');
  assert.equal(parsed.words, ['x']);
});

argv('An empty word and a lone dash are commands; no word is none', () => {
  assert.is(parseArguments(['']).command, '');
  assert.is(parseArguments(['-', 'a']).command, '-');
  assert.is(parseArguments([]).command, null);
});

argv('A flag may be repeated only with the same value', () => {
  assert.equal(flags('-b3', '--backoff-limit=3', '-f', '-f'), {
    'backoff-limit': ['-b', '3'],
    forever: ['-f', null],
  });
  refuses(['-b3', '-b4'], "conflicting command line option '-b'");
  refuses(['-b3', '--back=4'], "conflicting command line option '--backoff-limit'");
});

argv('-X may be repeated, keeps its order and everything after the first =', () => {
  const parsed = parseArguments([
    '-Cf',
    '-X',
    'runner/umask=1',
    '-Xrunner/umask=a=b',
    '-X',
    'environment/A=',
  ]);
  assert.equal(parsed.overrides, [
    { path: ['runner', 'umask'], value: '1' },
    { path: ['runner', 'umask'], value: 'a=b' },
    { path: ['environment', 'A'], value: '' },
  ]);
});

argv('-X needs -C, except with --help or --version', () => {
  refuses(
    ['-X', 'runner/umask=1'],
    'configuration overrides (-X) cannot be used without a configuration file',
  );
  assert.is(parseArguments(['-X', 'runner/umask=1', '-h']).overrides.length, 1);
});

argv('-X without a section, a key or an = is an invalid specifier', () => {
  for (const text of ['runner/umask', 'umask=1', '=1', 'runner//umask=1', '/umask=1']) {
    refuses(['-Cf', '-X', text], `invalid configuration specifier '${text}'; write -X section/key=value`);
  }
});

argv("What getopt rejects is rejected with getopt's messages", () => {
  refuses(['-Q'], 'option -Q not recognized');
  refuses(['-fQ'], 'option -Q not recognized');
  refuses(['--bogus'], 'option --bogus not recognized');
  refuses(['--backof-limit', '3'], 'option --backof-limit not recognized; did you mean --backoff-limit?');
  refuses(['-b'], 'option -b requires argument');
  refuses(['--back'], 'option --backoff-limit requires argument');
  refuses(['--forever=yes'], 'option --forever must not have an argument');
  refuses(
    ['--start', '3'],
    'option --start not a unique prefix; write one of --start-timeout, --start-seconds',
  );
});

function flags(...words: string[]): Record<string, [string, string | null]> {
  const given = [...parseArguments(words).flags];
  return Object.fromEntries(given.map(([key, { written, text }]) => [key, [written, text]]));
}

function refuses(words: string[], message: string): void {
  try {
    parseArguments(words);
  } catch (error) {
    assert.instance(error, UsageError);
    assert.is((error as Error).message, message);
    return;
  }
  assert.unreachable(`accepted ${words.join(' ')}`);
}

argv.run();
