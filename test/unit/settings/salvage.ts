import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parseArguments } from '../../../src/settings/argv';
import { salvageFile } from '../../../src/settings/file/salvage';
import { salvageConfiguration } from '../../../src/settings/salvage';
import { makeTemporaryFolder } from '../../helpers/temp';
import { suite } from '../../runner/guard';

const test = suite('salvage');
const folder = makeTemporaryFolder();
const file = join(folder, 'c');

test('each line of a broken file counts for itself, in both formats', () => {
  for (const text of [
    '\ufeff[runner]\r\nsocket-name = a b\r\n= c\nnonsense\nuser=u\n[environment]\nuser = v\n[oops',
    'socket-name = a b\nuser = u\n; user = v\n[bogus]\nuser = v\n',
    '[Runer]\nSOCKET-NAME=a b\nuser=u',
    '<runner>\nsocket-name a b\nuser u\n<environment>\nuser v\n',
    '%define x a\n# user v\n<bogus\n<runner>\n socket-name $X b\n user u\n()\n</runner>\nuser v\n',
  ]) {
    const { 'socket-name': socket, user } = read(text);
    assert.equal([socket, user], ['a b', 'u'], text);
  }
});

test('what is given twice or cannot be replaced is known to be unknown', () => {
  assert.is(read('[runner]\nuser = a\nuser = b\n').user, null);
  assert.is(read('<runner>\nuser $a\n').user, null);
  assert.is(read('<runner>\nuser $(NAME)\n').user, 'me');
});

test('a configuration has what could be read, at its places', () => {
  writeFileSync(file, '[runner]\ntranscript = t\numask = nonsense\n[bogus]\n');
  const { settings, fault, paths, folder: base } = salvage('-C', file)!;
  assert.equal([settings.socketName, settings.transcript], [join(folder, 'zdsock'), join(folder, 't')]);
  assert.equal([settings.umask, fault, paths, base], [0o22, 'broken', [file], folder]);
  const over = salvage('-C', file, '-X', 'Runner/Socket-Name=s')!;
  assert.is(over.settings.socketName, join(process.cwd(), 's'));
});

test('without a socket that is known there is none', () => {
  writeFileSync(file, '[runner]\nsocket-name =\n');
  assert.is(salvage('-C', file), null);
  assert.is(salvage('-C', join(folder, 'none')), null);
  assert.is(salvage('-C', folder), null);
  assert.is(salvage('-C', join(folder, 'none'), '-s', '/s')?.settings.socketName, '/s');
  assert.is(salvage('-s', '/s'), null);
  assert.is(salvage('-C', file, '-s', '/s', '-b', 'ten'), null);
});

test('a fault of -X is one of the command line', () => {
  writeFileSync(file, '[runner]\nprogram = a\n');
  assert.is(salvage('-C', file, '-X', 'bogus/x=1'), null);
});

function read(text: string): Record<string, string | null> {
  writeFileSync(file, text);
  return Object.fromEntries(salvageFile(file, { NAME: 'me' }).values);
}

function salvage(...words: string[]) {
  return salvageConfiguration({ argv: parseArguments(words), placesPaths: true }, new Error('broken'));
}

test.run();
