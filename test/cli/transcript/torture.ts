import { transcript } from '../../../torture/transcript';
import { suite } from '../../runner/guard';

const test = suite('torture');

const SECONDS = 8;

test.limit(60, 'a transcript that is renamed, rotated and out of space accounts for every byte', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  // To repeat a run: npm run torture -- transcript --seed SEED.
  console.log(`seed ${seed}: ${await transcript.run(SECONDS, seed).catch(error => fail(seed, error))}`);
});

function fail(seed: number, error: Error): never {
  throw new Error(`with --seed ${seed}: ${error.message}`, { cause: error });
}

test.run();
