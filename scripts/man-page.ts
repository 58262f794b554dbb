// Writes the manual pages from the tables and the command classes; with --check, only reports which page is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderConf } from './man/conf';
import { renderZd } from './man/zd';
import { renderZdaemon } from './man/zdaemon';

const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'));

/** The pages in the repository, by their names in `docs`, and how to render each. */
export const manPages: Record<string, () => string> = {
  'zd.1': () => renderZd(version),
  'zdaemon.1': () => renderZdaemon(version),
  'zd.conf.5': () => renderConf(version),
};

/** The path of a page. */
export function pathOf(name: string): string {
  return join(__dirname, '../docs', name);
}

function main(): void {
  for (const [name, render] of Object.entries(manPages)) {
    if (!process.argv.includes('--check')) writeFileSync(pathOf(name), render());
    else if (readFileSync(pathOf(name), 'utf8') !== render()) {
      console.error(`docs/${name} is stale; run "npm run man-page"`);
      process.exitCode = 1;
    }
  }
}

if (require.main === module) main();
