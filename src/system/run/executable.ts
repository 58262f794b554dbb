import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

/** What the system executes a file as; `unknown` also if it cannot be read, as a program that may only be run. */
export type Format =
  | { kind: 'script'; interpreter: string }
  | { kind: 'elf'; machine: number; loader: string | null }
  | { kind: 'text' | 'unknown' };

/** Reads the beginning of a file and tells its format. Never throws. */
export function readFormat(file: string): Format {
  const head = readHead(file);
  if (head === null) return { kind: 'unknown' };
  if (head.toString('latin1', 0, 2) === '#!') {
    const line = head.toString('utf8', 0, LONGEST_LINE);
    const interpreter = /^#![ \t]*([^ \t\n]+)/.exec(line)?.[1];
    return interpreter === undefined ? { kind: 'unknown' } : { kind: 'script', interpreter };
  }
  if (head.toString('latin1', 0, 4) === '\x7fELF') return readElf(head);
  return { kind: head.includes(0) ? 'unknown' : 'text' };
}

/**
 * The command that runs a file: as execvp(3) does, a text without an interpreter is given to `/bin/sh`.
 *
 * @param file absolute
 * @param args argv
 * @param name by which the process finds the file, if its root is another one
 */
export function chooseCommand(
  file: string,
  args: readonly string[],
  name = file,
): { file: string; args: string[] } {
  if (readFormat(file).kind !== 'text') return { file: name, args: [...args] };
  return { file: SHELL, args: [SHELL, name, ...args.slice(1)] };
}

/**
 * The processor that a program is built for, if it is another one.
 *
 * @returns its name, such as `aarch64`, or null
 */
export function findForeignMachine(file: string): string | null {
  const format = readFormat(file);
  const own = OWN_MACHINES[process.arch];
  if (format.kind !== 'elf' || own === undefined || own.includes(format.machine)) return null;
  return MACHINES[format.machine] ?? `machine ${format.machine}`;
}

/**
 * The same, unless an emulator is registered for such programs. What Node spawns, execvp(3) would give to a shell.
 *
 * @returns the reason why it cannot be run, or null
 */
export function refuseForeignMachine(file: string): string | null {
  const machine = findForeignMachine(file);
  return machine === null || hasEmulators() ? null : describeForeignMachine(machine);
}

export function describeForeignMachine(machine: string): string {
  return `it is built for another processor, ${machine}; this one is ${process.arch}`;
}

const SHELL = '/bin/sh';
/** Bytes of the first line that Linux examines. */
const LONGEST_LINE = 256;
const HEAD = 4096;

/** Numbers of processors, see elf(5); Linux on x64 and arm64 may also run programs for 32 bits. */
const MACHINES: Record<number, string> = {
  3: 'i386',
  8: 'mips',
  20: 'powerpc',
  21: 'powerpc64',
  22: 's390x',
  40: 'arm',
  62: 'x86-64',
  183: 'aarch64',
  243: 'riscv',
  258: 'loongarch',
};
const OWN_MACHINES: Record<string, number[]> = { x64: [62, 3], arm64: [183, 40], ia32: [3], arm: [40] };

function readHead(file: string): Buffer | null {
  try {
    const fd = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(HEAD);
      return bytes.subarray(0, readSync(fd, bytes, 0, HEAD, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

const PT_INTERP = 3;

/** The loader of a program is named by a program header; only files for 64 bits, low byte first, are taken apart. */
function readElf(head: Buffer): Format {
  try {
    const isBig = head[5] === 2;
    const machine = isBig ? head.readUInt16BE(18) : head.readUInt16LE(18);
    if (isBig || head[4] !== 2) return { kind: 'elf', machine, loader: null };
    const [start, size, count] = [
      Number(head.readBigUInt64LE(32)),
      head.readUInt16LE(54),
      head.readUInt16LE(56),
    ];
    for (let index = 0; index < count; index += 1) {
      const at = start + index * size;
      if (head.readUInt32LE(at) !== PT_INTERP) continue;
      const [offset, length] = [Number(head.readBigUInt64LE(at + 8)), Number(head.readBigUInt64LE(at + 32))];
      const loader = head.toString('utf8', offset, offset + length - 1);
      return { kind: 'elf', machine, loader: loader || null };
    }
    return { kind: 'elf', machine, loader: null };
  } catch {
    return { kind: 'unknown' };
  }
}

function hasEmulators(): boolean {
  try {
    return readdirSync('/proc/sys/fs/binfmt_misc').some(name => name !== 'register' && name !== 'status');
  } catch {
    return false;
  }
}
