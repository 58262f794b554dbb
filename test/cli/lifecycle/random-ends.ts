import { ends } from '../../../torture/ends';
import { keeperMissing } from '../../helpers/keeper';
import { suite } from '../../runner/guard';

const test = suite('random ends');
const ROUNDS = 60;

if (keeperMissing) test.skipIf(keeperMissing, 'random ends', () => {});
else
  test.limit(240, `${ROUNDS} random ends are all named right in the history`, async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    // To repeat a run: npm run torture -- ends --rounds 60 --seed SEED.
    console.log(
      `seed ${seed}: ${await ends.run(86_400, seed, { rounds: ROUNDS, racers: null }).catch(error => fail(seed, error))}`,
    );
  });

function fail(seed: number, error: Error): never {
  throw new Error(`with --seed ${seed}: ${error.message}`, { cause: error });
}

test.run();
