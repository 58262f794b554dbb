import { readFileSync, writeFileSync } from 'node:fs';
import { control } from './control';
import { type Figure, isKept, type Subject } from './figure';
import { footprint } from './footprint';
import { many } from './many';
import { peers } from './peers';
import { describeMachine, renderPage, renderTable } from './report';
import { restartLag } from './restart';
import { startup } from './startup';
import { transcript } from './transcript';
import { visitors } from './visitors';

/*
 * npm run bench [-- [--quick] [--check] [--margin M] [--json FILE] [--rst FILE] [--against FILE]
 *               [SUBJECT...]]
 * Figures are medians of paired runs. --check fails if a promise is broken by more than the margin. --against compares
 * with the JSON file of another run.
 */

const subjects: Subject[] = [startup, control, restartLag, footprint, transcript, visitors, peers, many];

async function main(words: string[]): Promise<void> {
  const options = {
    quick: false,
    check: false,
    margin: 1,
    json: '',
    rst: '',
    against: '',
    names: [] as string[],
  };
  while (words.length > 0) {
    const word = words.shift() as string;
    if (word === '--quick') options.quick = true;
    else if (word === '--check') options.check = true;
    else if (word === '--margin') options.margin = Number(words.shift());
    else if (word === '--json') options.json = words.shift() ?? '';
    else if (word === '--rst') options.rst = words.shift() ?? '';
    else if (word === '--against') options.against = words.shift() ?? '';
    else options.names.push(word);
  }
  const unknown = options.names.filter(name => !subjects.some(subject => subject.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `no subject ${unknown.join(', ')}; there are ${subjects.map(({ name }) => name).join(', ')}`,
    );
  }

  const before: Figure[] = options.against ? JSON.parse(readFileSync(options.against, 'utf8')).figures : [];
  const figures: Figure[] = [];
  for (const subject of subjects) {
    if (options.names.length > 0 && !options.names.includes(subject.name)) continue;
    process.stderr.write(`measuring ${subject.name}\n`);
    figures.push(...(await subject.measure(options.quick)));
  }
  const machine = describeMachine();
  process.stdout.write(`${machine}\n\n${renderTable(figures, before)}\n`);
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ machine, figures }, null, 2)}\n`);
  if (options.rst) writeFileSync(options.rst, `${machine}\n\n${renderPage(figures, before)}`);
  const broken = figures.filter(figure => !isKept(figure, options.margin));
  if (options.check && broken.length > 0) {
    process.stderr.write(`broken: ${broken.map(({ name }) => name).join(', ')}\n`);
    process.exitCode = 1;
  }
}

main(process.argv.slice(2)).catch(error => {
  process.stderr.write(`${error.stack ?? error}\n`);
  process.exitCode = 1;
});
