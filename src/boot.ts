import { readFileSync } from 'node:fs';
import { wrap } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

/*
 * Loads the bundles from the build, with the V8 code cache that the build wrote for this version of Node, if it exists.
 * Compiling is the slowest step of a `status`. V8 rejects a cache from another version, other flags or another source;
 * the bundle is then compiled as usual.
 */

/** The loaded scripts, from which the build creates the caches. */
export const scripts = new Map<string, Script>();

/**
 * Loads `dist/NAME.js`.
 *
 * @param name the file name without folder and extension
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

/** The path of a file's code cache for the running version of Node. */
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

/** A bundle requires modules of Node, bundles in the same folder, or installed packages. */
function requireFromHere(id: string): unknown {
  return id.startsWith('./') ? load(id.slice(2, -'.js'.length)) : require(id);
}
