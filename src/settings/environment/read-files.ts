import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parse } from 'dotenv';
import { bytesToText, textToBytes } from '../../system/bytes';
import { describeReason, errorCode, UserError } from '../../system/errors';

/** A variable, its value or null to take it away, and the path that it comes from. */
export type ReadVariable = [name: string, value: string | null, path: string];

/**
 * Reads the variables of a file of `NAME=value`, or of a folder with a file for each variable (envdir).
 *
 * @param entry a path; behind `?`, it can be missing
 * @param folder where a relative path starts
 * @param open opens a file for reading
 * @returns the variables in their order
 * @throws UserError `cannot read env-file /etc/app.env: permission denied`
 */
export function readVariables(entry: string, folder: string, open = openFile): ReadVariable[] {
  const { path, mayBeMissing } = splitEntry(entry, folder);
  try {
    const bytes = isFolder(path) ? null : readBounded(path, open);
    return bytes === null ? readFolder(path, open) : parseFile(path, bytes);
  } catch (error) {
    if (mayBeMissing && errorCode(error) === 'ENOENT') return [];
    throw new UserError(`cannot read env-file ${path}: ${describeReason(error)}`);
  }
}

/**
 * Lists the files that `readVariables` reads, for who examines them first.
 *
 * @returns paths of files and folders that exist
 */
export function listVariableFiles(entries: readonly string[], folder: string): string[] {
  return entries.flatMap(entry => {
    const { path } = splitEntry(entry, folder);
    const stats = statSync(textToBytes(path), { throwIfNoEntry: false });
    if (!stats?.isDirectory()) return stats ? [path] : [];
    return [path, ...listFolder(path)];
  });
}

function splitEntry(entry: string, folder: string): { path: string; mayBeMissing: boolean } {
  const mayBeMissing = entry.startsWith('?');
  return { path: resolve(folder, mayBeMissing ? entry.slice(1) : entry), mayBeMissing };
}

/**
 * Reads a file with the rights of this process, at most 1 MiB, and nothing that could block or never end.
 *
 * @returns null for a folder
 */
function readBounded(path: string, open: typeof openFile): Buffer | null {
  const fd = open(path);
  try {
    const stats = fstatSync(fd);
    if (stats.isDirectory()) return null;
    if (!stats.isFile()) throw new UserError('it is not a regular file');
    if (stats.size > LARGEST) throw new UserError(`it has ${stats.size} bytes; at most ${LARGEST} are read`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

function openFile(path: string): number {
  return openSync(textToBytes(path), constants.O_RDONLY | constants.O_NONBLOCK);
}

function isFolder(path: string): boolean {
  return statSync(textToBytes(path), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** All variables of a process have at most 2 MiB on Linux. */
const LARGEST = 1 << 20;

function parseFile(path: string, bytes: Buffer): ReadVariable[] {
  const text = bytesToText(bytes).replace(/^\ufeff/, '');
  if (text.includes('\0')) throw new UserError('it contains a NUL');
  return Object.entries(parse(text)).map(([name, value]) => [name, value, path]);
}

/**
 * As envdir of daemontools: the first line is the value, without blanks at its end, a NUL stands for a newline, and an
 * empty file takes the variable away.
 */
function readFolder(folder: string, open: typeof openFile): ReadVariable[] {
  return listFolder(folder).flatMap((path): ReadVariable[] => {
    const bytes = readBounded(path, open);
    const name = basename(path);
    if (bytes === null) return [];
    if (bytes.length === 0) return [[name, null, path]];
    const [line = ''] = bytesToText(bytes).split('\n', 1);
    return [[name, line.replace(/[ \t]+$/, '').replaceAll('\0', '\n'), path]];
  });
}

function listFolder(folder: string): string[] {
  const names = readdirSync(textToBytes(folder), { encoding: 'buffer' }).map(bytesToText);
  const named = names.filter(name => !name.startsWith('.') && !name.includes('='));
  return named.sort().map(name => join(folder, name));
}
