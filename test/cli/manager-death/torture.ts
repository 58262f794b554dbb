import { manager } from '../../../torture/manager';
import { suite } from '../../runner/guard';

const test = suite('torture');
const SECONDS = 15;
const linuxOnly = process.platform !== 'linux' && 'needs /proc';

if (linuxOnly) test.skipIf(linuxOnly, 'managers that are killed while a program runs', () => {});
else
  test.limit(
    120,
    'managers that are killed while a program runs leave one program and every line',
    async () => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      // To repeat a run: npm run torture -- manager --seed SEED.
      console.log(`seed ${seed}: ${await manager.run(SECONDS, seed).catch(error => fail(seed, error))}`);
    },
  );

function fail(seed: number, error: Error): never {
  throw new Error(`with --seed ${seed}: ${error.message}`, { cause: error });
}

test.run();
