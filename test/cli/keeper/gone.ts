import { spawnSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import { gone } from '../../../torture/gone';
import { clearPlaces, commandOf, fixture, makePlace } from '../../helpers/cli';
import { keeperMissing } from '../../helpers/keeper';
import { suite } from '../../runner/guard';

const test = suite('stopped means gone');
const ROUNDS = 10;
const UNSHARE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
const canChoosePid = 'echo 99 >/proc/sys/kernel/ns_last_pid && test "$(sh -c \'echo $$\')" = 100';
const isImpossible =
  spawnSync('unshare', [...UNSHARE.slice(1), 'sh', '-c', canChoosePid]).status !== 0 &&
  'needs pid namespaces, and the right to choose a pid';
const zd = commandOf('zd').join(' ');
test.after.each(clearPlaces);

/** A daemon of the program ends, and a bystander gets its pid before the program is stopped. */
const BYSTANDER = `${zd} -C app.conf start >started
until test -e tree; do sleep 0.01; done
daemon=$(sed -n 's/ daemon//p' tree)
kill -9 $daemon
while kill -0 $daemon 2>/dev/null; do sleep 0.01; done
echo $((daemon - 1)) >/proc/sys/kernel/ns_last_pid
setsid sleep 1000 </dev/null >/dev/null 2>&1 &
test $! = $daemon || echo "the bystander has another number: $!"
${zd} -C app.conf stop
kill -0 $daemon && echo 'the bystander lives'
`;

if (keeperMissing) test.skipIf(keeperMissing, 'trees of processes are gone after a stop', () => {});
else
  test.limit(
    240,
    'trees that resist are gone after a stop, on a busy machine; nobody else is hurt',
    async () => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      // To repeat a run: npm run torture -- gone --seed SEED. 200 rounds are usual there.
      const done = await gone.run(200, seed, { rounds: ROUNDS, racers: null }).catch(error => {
        throw new Error(`with --seed ${seed}: ${error.message}`, { cause: error });
      });
      console.log(`seed ${seed}: ${done}`);
    },
  );

test.skipIf(
  keeperMissing || isImpossible,
  'a bystander that got the pid of a dead daemon lives',
  async () => {
    const place = makePlace();
    place.configure({
      program: fixture('tree.pl'),
      directory: place.folder,
      'start-seconds': '0',
      'stop-timeout': '300ms',
    });
    place.write('inside.sh', BYSTANDER);
    const { stdout } = await place.exec([...UNSHARE, 'sh', 'inside.sh']);
    assert.is(stdout, 'daemon process stopped\nthe bystander lives\n');
  },
);

test.run();
