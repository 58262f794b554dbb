import { readFileSync } from 'node:fs';
import { wrap } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

/*
 * Loads the files the build has made, with the code cache the build has written for this very Node, when there is one:
 * compiling takes longer than anything else a `status` does of itself. V8 refuses a cache of another version, other
 * flags or another source, and then the file is compiled as usual.
 */

/** What was loaded, for the build to make the caches from. */
export const scripts = new Map<string, Script>();

/**
 * Loads `dist/NAME.js`.
 *
 * @param name without folder and ending
 * @returns its exports
 */
export function load(name: string): Record<string, unknown> {
  const loaded = modules.get(name);
  if (loaded) return loaded.exports;
  const file = join(__dirname, `${name}.js`);
  const cachedData = readCache(file);
  const script = new Script(wrap(readFileSync(file, 'utf8')), {
    filename: file,
    ...(cachedData && { cachedData }),
  });
  scripts.set(name, script);
  const module = { exports: {} };
  modules.set(name, module);
  script.runInThisContext()(module.exports, requireFromHere, module, file, __dirname);
  return module.exports;
}

/** The code cache of a file for the Node that runs us. */
export function nameCache(file: string): string {
  return `${file}.${process.version}-${process.arch}.cache`;
}

const modules = new Map<string, { exports: Record<string, unknown> }>();

function readCache(file: string): Buffer | undefined {
  try {
    return readFileSync(nameCache(file));
  } catch {
    return undefined;
  }
}

/** What a bundle requires is part of Node, one of its neighbours, or installed. */
function requireFromHere(id: string): unknown {
  return id.startsWith('./') ? load(id.slice(2, -'.js'.length)) : require(id);
}
