import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, normalize, resolve } from 'node:path';

/** A process of the list. */
export interface AtomExe {
  name: string;
  path: string;
  /** A list as a rule. */
  args: Value;
  /** Where it is created. */
  line: number;
}

/** A number keeps its spelling: `12` and `1.50`. */
export interface PythonNumber {
  number: string;
}

export type Value = string | PythonNumber | AtomExe | null | boolean | Value[];

/** A construct that only Python itself understands. */
export class Computed extends Error {
  constructor(
    readonly line: number,
    /** What it is, to begin a sentence with. */
    readonly what: string,
  ) {
    super(what);
  }
}

export function isNumber(value: Value): value is PythonNumber {
  return typeof value === 'object' && value !== null && 'number' in value;
}

export function isExe(value: Value): value is AtomExe {
  return typeof value === 'object' && value !== null && 'path' in value;
}

/** Functions whose result is known without running them; null for arguments that they do not accept. */
export function makeFunctions(folder: string): Record<string, (args: readonly Value[]) => Value | undefined> {
  const ofPath = (act: (path: string) => string) => (args: readonly Value[]) => {
    const [path, ...others] = args;
    return typeof path === 'string' && others.length === 0 ? act(path) : undefined;
  };
  return {
    'os.path.abspath': ofPath(path => resolve(folder, path)),
    'os.path.realpath': ofPath(path => resolve(folder, path)),
    'os.path.normpath': ofPath(path => normalize(path).replace(/(.)\/+$/, '$1')),
    'os.path.dirname': ofPath(path => (path.includes('/') ? dirname(`${path}x`) : '')),
    'os.path.basename': ofPath(path => (path.endsWith('/') ? '' : basename(path))),
    'os.path.expanduser': ofPath(path => path.replace(/^~(?=\/|$)/, homedir())),
    'os.path.join': args =>
      args.every(one => typeof one === 'string') ? joinPaths(args as string[]) : undefined,
    'os.getcwd': args => (args.length === 0 ? folder : undefined),
    str: ([value, ...others]) => {
      if (others.length > 0 || value === undefined) return undefined;
      return typeof value === 'string' ? value : isNumber(value) ? value.number : undefined;
    },
  };
}

/** An absolute part replaces those before it. */
function joinPaths(parts: readonly string[]): string | undefined {
  if (parts.length === 0) return undefined;
  return parts.reduce((before, part) => {
    if (isAbsolute(part) || before === '') return part;
    return before.endsWith('/') ? before + part : `${before}/${part}`;
  });
}

/** `+`; undefined for values that Python cannot add either. */
export function add(one: Value, other: Value): Value | undefined {
  if (typeof one === 'string' && typeof other === 'string') return one + other;
  if (Array.isArray(one) && Array.isArray(other)) return [...one, ...other];
  if (isNumber(one) && isNumber(other)) return { number: String(Number(one.number) + Number(other.number)) };
  return undefined;
}

/** `*`, of numbers only. */
export function multiply(one: Value, other: Value): Value | undefined {
  if (isNumber(one) && isNumber(other)) return { number: String(Number(one.number) * Number(other.number)) };
  return undefined;
}
