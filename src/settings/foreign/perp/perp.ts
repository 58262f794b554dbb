import { readdirSync, type Stats, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeReason, UsageError } from '../../../system/errors';
import type { ForeignReader, ForeignReading } from '../reading';
import { readService } from './service';

const STICKY = 0o1000;

/** The reader of perp's base folder: a program for each active service. */
export const perpReader: ForeignReader = {
  kind: 'perp',
  title: 'a folder of perp',
  recognizes({ path, isFolder }) {
    if (!isFolder) return false;
    const names = list(path) ?? [];
    return (
      !names.some(name => name.endsWith('.conf')) && names.some(name => isFile(join(path, name, 'rc.main')))
    );
  },
  read({ file, path }) {
    const base = resolve(path);
    const names = list(base, file);
    const reading: ForeignReading = { programs: [], skipped: [], report: [], paths: [], identities: {} };
    for (const name of (names ?? []).filter(one => !one.startsWith('.')).sort()) {
      const reason = findReason(join(base, name));
      if (reason !== null) reading.skipped.push({ name, reason });
      if (reason === null && isFile(join(base, name, 'rc.main'))) addService(reading, { file, base, name });
    }
    return reading;
  },
};

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

/** @param file if given, an unreadable folder is an error */
function list(path: string, file?: string): string[] | null {
  try {
    return readdirSync(path);
  } catch (error) {
    if (file === undefined) return null;
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
