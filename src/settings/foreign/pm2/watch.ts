import type { Entry } from '../../file/tree';
import { matchesPattern } from '../glob';
import { changed, dropped, TAKEN } from '../line-report';
import type { AppReader } from './app-reader';

/**
 * Reads which files restart the program.
 *
 * @param folder the absolute folder in which the program runs
 * @param list lists a folder; empty if it cannot be read
 */
export function readWatch(app: AppReader, folder: string, list: (folder: string) => string[]): Entry[] {
  const watch = app.get('watch');
  const isOn = watch !== undefined && watch !== false && watch !== '' && watch !== 'false';
  const ignored = app.list('ignore_watch');
  app.judge('watch', TAKEN);
  app.judge('ignore_watch', isOn ? TAKEN : dropped('nothing is watched'));
  app.judge('watch_options', dropped('zd watches in its own way', isOn));
  if (!isOn) return [];
  const isAll =
    typeof watch === 'boolean' || watch === 'true' || (Array.isArray(watch) && watch.length === 0);
  const wanted = isAll ? ['.'] : app.list('watch');
  const paths = wanted.flatMap(path => {
    const bare = withoutPattern(path);
    if (bare !== path) app.judge('watch', changed(`all of the folder ${bare} is watched, not only ${path}`));
    if (bare !== '.' && bare !== './') return [bare];
    const names = list(folder).filter(name => !name.startsWith('.'));
    const kept = names.filter(name => !isLeftOut(name, ignored));
    if (kept.length === names.length || kept.length === 0) return [bare];
    app.judge(
      'watch',
      changed('what is in the folder now is watched, without what is ignored and node_modules'),
    );
    return kept;
  });
  const inner = ignored.filter(path => !isTop(path) && !HIDDEN.test(path));
  if (inner.length > 0)
    app.judge('ignore_watch', dropped(`zd watches all of a folder, ${inner.join(' and ')} too`, true));
  const usable = [...new Set(paths)].filter(path => !path.includes(','));
  return usable.length > 0 ? [app.entry('restart-on-change', usable.join(', '), 'watch')] : [];
}

/** The folder above the first part with a wildcard. */
function withoutPattern(path: string): string {
  const parts = path.split('/');
  const first = parts.findIndex(part => /[*?[\]{}!]/.test(part));
  return first < 0 ? path : parts.slice(0, first).join('/') || (path.startsWith('/') ? '/' : '.');
}

function isLeftOut(name: string, ignored: readonly string[]): boolean {
  if (name === 'node_modules') return true;
  return ignored.some(path => matchesPattern(name, path.replace(/^\.\//, '').replace(/(\/\*{0,2})+$/, '')));
}

/** Whether an ignored path is one of the folder itself, which can be left out. */
function isTop(path: string): boolean {
  return /^(\.\/)?[^/]+\/?(\/\*{1,2})?$/.test(path);
}

/** The expression for hidden files that pm2 and many of its files have; zd leaves them out in any case. */
const HIDDEN = /^\[[\\/]+\]\\\.\/?$/;
