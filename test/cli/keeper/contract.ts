import * as assert from 'uvu/assert';
import { clearPlaces, makePlace } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { makePathWithoutPerl } from '../../helpers/without-perl';
import { suite } from '../../runner/guard';
import { life } from './helpers/life';
import { surroundings } from './helpers/surroundings';

/* The same behaviours with the keeper as the program's parent, and with the manager itself, as it is without perl. */

const test = suite('contract');
const linuxOnly = process.platform !== 'linux' && 'reads /proc';
test.after.each(clearPlaces);

const behaviours = [...life, ...surroundings];

/** What does not hold without perl, and why. A difference that is gone fails its test, and is to be removed here. */
const differences: Record<string, string> = {
  'a signal without a name is reported': 'Node reports such a death as exit status 0',
  'the exit code is known although the manager was killed before':
    'only a parent learns it, and that one is dead',
  'a manager that is killed is replaced without a command': 'no process is left that could begin another one',
  'the parent of the program is a keeper': 'it is written in Perl',
  'a stop ends a daemon that has made a session of its own':
    'only a subreaper learns of it, which Node cannot be',
  'standard output shows the program what a pipe shows':
    'the program itself must hold the FIFO open for reading',
  'standard output can only be written to': 'the program itself must hold the FIFO open for reading',
  'signals without a name have their default effect, too': 'Node resets only the signals below 32',
};

for (const { title, check } of behaviours) {
  test.skipIf(keeperMissing, `with the keeper: ${title}`, () => check(makePlace()));

  const why = differences[title];
  const place = () => makePlace({ env: { PATH: makePathWithoutPerl() } });
  if (why === undefined) test.skipIf(linuxOnly, `without perl: ${title}`, () => check(place()));
  else
    test.skipIf(linuxOnly, `without perl it does not hold that ${title}: ${why}`, async () => {
      const isGone = await check(place()).then(
        () => true,
        error => {
          if (error.code === 'ERR_ASSERTION' || error instanceof assert.Assertion) return false;
          throw error;
        },
      );
      assert.not(isGone, 'this difference is gone; remove it from the list');
    });
}

test('each difference is one of a behaviour that is tested', () => {
  const titles = behaviours.map(({ title }) => title);
  assert.equal(
    Object.keys(differences).filter(title => !titles.includes(title)),
    [],
  );
  assert.is(new Set(titles).size, titles.length);
});

test.run();
