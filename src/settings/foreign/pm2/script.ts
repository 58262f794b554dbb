import { dirname } from 'node:path';
import { errorAt } from '../../faults';
import type { LineReport } from '../line-report';
import type { ForeignRequest } from '../reading';
import { runForeign } from '../run-foreign';
import type { Parsed } from './parse';

/**
 * Runs an ecosystem file that is a script, and reads what it exports. Its values have no lines, so the report names
 * their places in the export.
 *
 * @throws UsageError without `--run-it`, and for a script that fails
 */
export function parseScript({ file, path, env, runsIt }: ForeignRequest, report: LineReport): Parsed {
  if (!runsIt)
    throw errorAt(`cannot read ${file}`, 'it is a script: zd reads it only with --run-it, which executes it');
  const printed = runForeign([process.execPath, '--input-type=module', '-e', PROGRAM, path], {
    path,
    cwd: dirname(path),
    env,
    file,
  });
  const value = readExport(printed.slice(printed.lastIndexOf(MARK) + MARK.length), file);
  const known = new Map<string, { origin: string; text: string }>();
  return {
    value,
    sharesLine: () => false,
    linesOf: inner => {
      const place = inner.map(part => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
      const line = known.get(place) ?? {
        origin: `${file}${place && ` (${place.replace(/^\./, '')})`}`,
        text: show(value, inner),
      };
      known.set(place, line);
      if (inner.length > 0) report.register(line);
      return [line];
    },
  };
}

/** In front of the export: the script can print lines of its own. */
const MARK = '\u001ezd:';
const PROGRAM = `
const { pathToFileURL } = await import('node:url');
try {
  const loaded = await import(pathToFileURL(process.argv[1]));
  process.stdout.write(${JSON.stringify(MARK)} + JSON.stringify(loaded.default ?? loaded), () => process.exit());
} catch (error) {
  console.error(String(error?.message ?? error).split('\\n')[0]);
  process.exit(1);
}`;

function readExport(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw errorAt(`cannot read ${file}`, 'it exports nothing that JSON can hold; export { apps: [...] }');
  }
}

/** `watch: true` */
function show(value: unknown, path: readonly (string | number)[]): string {
  let inner = value;
  for (const part of path) inner = (inner as Record<string | number, unknown> | undefined)?.[part];
  const text = JSON.stringify(inner) ?? '';
  const key = path.at(-1);
  return `${typeof key === 'string' ? `${key}: ` : ''}${text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text}`;
}

const LONGEST = 200;
