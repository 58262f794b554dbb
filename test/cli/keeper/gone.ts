import { gone } from '../../../torture/gone';
import { keeperMissing } from '../../helpers/keeper';
import { suite } from '../../runner/guard';

const test = suite('stopped means gone');
const ROUNDS = 10;

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

test.run();
