import { ends } from './ends';
import { gone } from './gone';
import { manager } from './manager';
import type { Bounds, Torture } from './subject';
import { transcript } from './transcript';

/*
 * npm run torture [-- SUBJECT... [--seconds N] [--seed N] [--rounds N] [--racers N]]
 * Random failures for a bounded time; the printed seed repeats a run.
 */

const subjects: Torture[] = [transcript, manager, ends, gone];

const SECONDS = 60;
const NO_LIMIT = 86_400;

async function main(words: string[]): Promise<void> {
  const names: string[] = [];
  const numbers = new Map<string, number>();
  while (words.length > 0) {
    const word = words.shift() as string;
    if (word.startsWith('--')) numbers.set(word.slice(2), Number(words.shift()));
    else names.push(word);
  }
  const seed = numbers.get('seed') ?? Math.floor(Math.random() * 2 ** 31);
  const rounds = numbers.get('rounds') ?? null;
  const seconds = numbers.get('seconds') ?? (rounds === null ? SECONDS : NO_LIMIT);
  const bounds: Bounds = { rounds, racers: numbers.get('racers') ?? null };
  const known = ['seed', 'seconds', 'rounds', 'racers'];
  const isWrong =
    names.some(name => !subjects.some(subject => subject.name === name)) ||
    [...numbers].some(([name, value]) => !known.includes(name) || !(value >= 0));
  if (isWrong) {
    const subject = subjects.map(({ name }) => name).join('|');
    throw new Error(`usage: torture [${subject}] [--seconds N] [--seed N] [--rounds N] [--racers N]`);
  }
  for (const subject of subjects) {
    if (names.length > 0 && !names.includes(subject.name)) continue;
    process.stdout.write(
      `${subject.name}: ${rounds === null ? `${seconds} s` : `${rounds} rounds`}, --seed ${seed}\n`,
    );
    process.stdout.write(`${subject.name}: ${await subject.run(seconds, seed, bounds)}\n`);
  }
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error.stack ?? error}\n`);
  process.exitCode = 1;
});
