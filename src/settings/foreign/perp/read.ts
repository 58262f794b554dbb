import { readdirSync, type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeReason, UsageError } from '../../../system/errors';
import type { ForeignReading, ForeignRequest } from '../reading';
import { readService } from './service';

const STICKY = 0o1000;

/**
 * Reads perp's base folder: a program for each active service.
 *
 * @throws UsageError if it cannot be listed
 */
export function readPerp({ file, path }: Pick<ForeignRequest, 'file' | 'path'>): ForeignReading {
  const base = resolve(path);
  const reading: ForeignReading = { programs: [], skipped: [], report: [], paths: [], identities: {} };
  for (const name of list(base, file)
    .filter(one => !one.startsWith('.'))
    .sort()) {
    const reason = findReason(join(base, name));
    if (reason !== null) reading.skipped.push({ name, reason });
    if (reason === null && isFile(join(base, name, 'rc.main'))) addService(reading, { file, base, name });
  }
  return reading;
}

function addService(reading: ForeignReading, place: { file: string; base: string; name: string }): void {
  const { program, report, identities } = readService(place);
  reading.programs.push(program);
  reading.report.push(...report);
  reading.paths.push(...Object.keys(identities));
  Object.assign(reading.identities, identities);
}

/** Why a folder is no program, or null if it is one, or nothing of perp at all. */
function findReason(folder: string): string | null {
  const found = look(folder);
  if (!found?.isDirectory()) return null;
  const hasMain = isFile(join(folder, 'rc.main'));
  const isActive = (found.mode & STICKY) !== 0;
  if (hasMain)
    return isActive ? null : 'it is not active: its folder has no sticky bit, which perpctl A sets';
  return isActive ? 'it is active, but it has no rc.main' : null;
}

function list(path: string, file: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw new UsageError(`cannot read the folder ${file}: ${describeReason(error)}`);
  }
}

function isFile(path: string): boolean {
  return look(path)?.isFile() ?? false;
}

/** Null for what cannot be looked at, too. */
function look(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
