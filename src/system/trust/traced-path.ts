import { lstatSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { errorCode } from '../errors';
import { MOST_LINKS, splitPath } from './pinned-path';

/* The way to a file: every folder and every symlink that decides where a path leads. */

export interface Step {
  path: string;
  stats: Stats;
}

/** The way to a file. */
export interface Trace {
  /** Each folder and symlink from the root on, and the file if it was found at a path. */
  steps: Step[];
  /** What is at the end; null if the way leads to nothing, or has changed meanwhile. */
  end: Stats | null;
}

/**
 * Lists what a path passes through.
 *
 * @param path absolute; also one such as /dev/stdin, behind which there need not be another path
 * @throws the system's error, but not for a file or link that is gone
 */
export function tracePath(path: string): Trace {
  const steps: Step[] = [];
  try {
    return { steps, end: follow(path, steps) ?? openFileAt(steps) };
  } catch (error) {
    // Between two looks, a link became something else.
    if (!['ENOENT', 'EINVAL', 'ENOTDIR'].includes(errorCode(error))) throw error;
    return { steps, end: null };
  }
}

/** @returns what is at the end, or null */
function follow(path: string, steps: Step[]): Stats | null {
  let folder = '/';
  let links = 0;
  const parts = splitPath(path);
  let found = lstatSync(folder);
  steps.push({ path: folder, stats: found });
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const here = join(folder, part);
    const stats = lstatSync(here, { throwIfNoEntry: false });
    if (!stats) return null;
    if (!steps.some(step => step.path === here)) steps.push({ path: here, stats });
    found = stats;
    if (!stats.isSymbolicLink()) {
      folder = here;
      continue;
    }
    if (++links > MOST_LINKS) return null;
    const target = readlinkSync(here);
    if (isAbsolute(target)) folder = '/';
    parts.unshift(...splitPath(target));
  }
  return found;
}

/** What a descriptor leads to need not have a path: a pipe, or a file that was removed. Nobody can replace it. */
function openFileAt(steps: Step[]): Stats | null {
  const link = steps.findLast(({ stats }) => stats.isSymbolicLink());
  if (!link || !DESCRIPTOR.test(link.path)) return null;
  const stats = statSync(link.path);
  // A pipe may be from another user's shell; what is in a file must be the work of a trusted one.
  if (stats.isFile()) steps.push({ path: link.path, stats });
  return stats;
}

const DESCRIPTOR = /^\/proc\/\d+\/(task\/\d+\/)?fd\/\d+$/;
