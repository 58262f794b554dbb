import * as assert from 'uvu/assert';
import { inParallel, readJobs } from '../../../../src/commands/many/jobs';
import { worstOf } from '../../../../src/commands/many/run-member';
import { selectMembers } from '../../../../src/commands/many/selectors';
import { splitWords } from '../../../../src/commands/many/split-words';
import { parseArguments } from '../../../../src/settings/argv';
import type { Fleet, Member } from '../../../../src/settings/fleet/fleet';
import { suite } from '../../../runner/guard';

const test = suite('words for many programs');

function member(name: string, base: string, tags: string[] | null): Member {
  return { name, base, copy: null, configuration: { settings: { tags } } } as unknown as Member;
}

const fleet = {
  file: 'apps',
  place: '/nowhere/.zd',
  withoutCopies: ['none'],
  members: [
    member('db', 'db', null),
    member('web-1', 'web', ['public']),
    member('web-2', 'web', ['public', 'x']),
  ],
  faulty: [{ name: 'old', fault: 'apps/old.conf:1: …' }],
} as unknown as Fleet;

const namesOf = (...words: string[]) => selectMembers(fleet, words).members.map(({ name }) => name);

test('names, the name of all copies, globs and tags select; nothing selects all', () => {
  assert.equal(namesOf(), ['db', 'web-1', 'web-2']);
  assert.equal(namesOf('web-2', 'db'), ['db', 'web-2']);
  assert.equal(namesOf('web'), ['web-1', 'web-2']);
  assert.equal(namesOf('web-?'), ['web-1', 'web-2']);
  assert.equal(namesOf('*[!1]'), ['db', 'web-2']);
  assert.equal(namesOf('@x', '@public'), ['web-1', 'web-2']);
  assert.equal(selectMembers(fleet, ['old']).faulty.length, 1);
  assert.equal(namesOf('none'), []);
  assert.equal([...selectMembers(fleet, ['web', 'd*']).named], ['web-1', 'web-2']);
});

test('a word that matches nothing is refused with the nearest name', () => {
  const fails = (word: string, message: string) =>
    assert.throws(
      () => namesOf(word),
      (error: Error) => error.message === message,
    );
  fails('webb', "nothing in apps matches 'webb'; did you mean 'web'?");
  fails('@pubic', "nothing in apps matches '@pubic'; did you mean '@public'?");
  fails('zzz*', "nothing in apps matches 'zzz*'; it has db, web, web-1, web-2, old");
});

test('words are names, options and words for the program, by the kind of the command', () => {
  const split = (command: string, line: string, ...valued: string[]) => {
    const { selectors, own, program } = splitWords(command, line.split(' '), fleet, new Set(valued));
    return [selectors, own, program];
  };
  assert.equal(split('start', 'db --no-deps -- -x web'), [['db'], ['--no-deps'], ['-x', 'web']]);
  assert.equal(split('history', '-n 5 db', '-n'), [['db'], ['-n', '5'], null]);
  assert.equal(split('kill', 'HUP db'), [['db'], ['HUP'], null]);
  assert.equal(split('kill', 'db'), [['db'], [], null]);
  assert.equal(split('kill', '-9 web'), [['web'], ['-9'], null]);
  assert.equal(split('show', 'options @x'), [['@x'], ['options'], null]);
  assert.equal(split('send', 'db -- hello web'), [['db'], ['--', 'hello', 'web'], null]);
  assert.equal(split('attach', '--read-only db'), [['db'], ['--read-only'], null]);
});

test('the worst status is that of all', () => {
  assert.is(worstOf([0, 3, 1, 2, 4]), 4);
  assert.is(worstOf([0, 3, 1, 2]), 2);
  assert.is(worstOf([3, 1, 0]), 1);
  assert.is(worstOf([0, 3]), 3);
  assert.is(worstOf([]), 0);
});

test('no more programs than --jobs are worked on at once, and the results keep their order', async () => {
  let [now, most] = [0, 0];
  const work = async (item: number) => {
    most = Math.max(most, ++now);
    await new Promise(resolve => setImmediate(resolve));
    now -= 1;
    return item * 2;
  };
  assert.equal(await inParallel([1, 2, 3, 4, 5], 2, work), [2, 4, 6, 8, 10]);
  assert.is(most, 2);
  assert.is(readJobs(parseArguments(['--jobs', '7']), false), 7);
  assert.is(readJobs(parseArguments([]), true), 64);
  assert.throws(
    () => readJobs(parseArguments(['--jobs', '0']), false),
    /--jobs must be a whole number from 1/,
  );
});

test.run();
