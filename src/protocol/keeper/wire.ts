/*
 * What manager and keeper send each other over their socket pair: frames of a length (4 bytes, the largest first) and
 * so many bytes, which are fields of the same shape. The first field is the word. Numbers are decimal digits. Both
 * sides come from the same zd, so nothing is negotiated.
 */

/** How the fields of a frame are packed, for Perl. */
export const FRAME = '(N/a*)*';
/** Bytes; more is a fault. A command line and its environment have at most 2 MiB on Linux. */
export const LONGEST_FRAME = 16 << 20;
/** Exits that are kept until a manager has saved them. */
export const MOST_EXITS = 64;

/** Words to the keeper, with their fields. */
export const TO_KEEPER = {
  /**
   * id, kind, new session (1 or 0), umask, folder, file, count and words, count and variables, count and chain
   * (the code of script-chain.ts and its links, or nothing), then descriptors.
   */
  spawn: 's',
  /** id, pid, start time as /proc reports it, signal; below 0 for the whole group of a child. */
  signal: 'k',
  /**
   * slot, descriptor of the manager to hold open, flags of open(2), then a number to answer under if it is to be locked
   * with flock(2) first, or nothing. It replaces what the slot has held; a file that the slot has locked stays locked.
   */
  hold: 'h',
  /** slot to let go of, and a number to answer under, or nothing. */
  release: 'r',
  /** sequence number of an exit that is on disk by now. */
  saved: 'a',
  /** memo for the next manager, then its words, an empty field, and its variables. The manager is in charge from here. */
  next: 'n',
  /** The same, for a manager to begin now, beside this one. */
  succeed: 'u',
  /** text for the other manager. */
  talk: 't',
  /** 1: the keeper exits now; 0: it exits with the status of the manager, after it. */
  leave: 'l',
} as const;

/** Words to the manager, with their fields. */
export const TO_MANAGER = {
  /** role, pid of the keeper, memo, count of runs, then pid, id and kind of each. */
  welcome: 'w',
  /** id, pid (0: not spawned), stage, errno. */
  spawned: 's',
  /** sequence number, id, pid, wait status, seconds since 1970. */
  exited: 'e',
  /** id of the request, errno (0: sent). */
  signalled: 'k',
  /** number of a request to lock or to release, errno (0: done). */
  answered: 'l',
  /** number of a signal that the keeper got. */
  told: 'g',
  /** pid of the other manager, which was begun just now. */
  begun: 'b',
  /** text of the other manager. */
  talk: 't',
  /** The other manager has gone. */
  closed: 'c',
} as const;

/** Why a manager, or a keeper, was begun. */
export const ROLES = {
  /** By a launcher, which waits at descriptor 3. */
  launch: 'launch',
  /** In place of a manager that died. */
  revive: 'revive',
  /** Beside a manager that hands over to it. */
  succeed: 'succeed',
  /** A keeper for a manager that has none. */
  attach: 'attach',
} as const;

export type Role = (typeof ROLES)[keyof typeof ROLES];

/** What a process is to the manager; what has no kind is a descendant of the program. */
export const KINDS = {
  program: 'p',
  helper: 'h',
  copier: 'c',
  listener: 'l',
  console: 't',
  receiver: 'r',
} as const;

export type Kind = (typeof KINDS)[keyof typeof KINDS];

export type Field = string | number | Buffer;

/**
 * Packs a frame.
 *
 * @param fields the word and its fields; a text is written as UTF-8
 */
export function packFrame(fields: readonly Field[]): Buffer {
  const parts: Buffer[] = [Buffer.alloc(4)];
  for (const field of fields) {
    const bytes = Buffer.isBuffer(field) ? field : Buffer.from(String(field));
    parts.push(packLength(bytes.length), bytes);
  }
  const frame = Buffer.concat(parts);
  frame.writeUInt32BE(frame.length - 4, 0);
  return frame;
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /**
   * @param bytes as they come
   * @returns the fields of each frame that is whole by now
   * @throws Error for a frame that is too long, or whose fields do not fill it
   */
  read(bytes: Buffer): Buffer[][] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const frames: Buffer[][] = [];
    while (this.#rest.length >= 4) {
      const length = this.#rest.readUInt32BE(0);
      if (length > LONGEST_FRAME) throw new Error('the keeper sent a frame that is too long');
      if (this.#rest.length < 4 + length) break;
      frames.push(unpackFields(this.#rest.subarray(4, 4 + length)));
      this.#rest = this.#rest.subarray(4 + length);
    }
    // What is kept must not hold on to a large chunk.
    if (frames.length > 0) this.#rest = Buffer.from(this.#rest);
    return frames;
  }
}

function packLength(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length, 0);
  return bytes;
}

function unpackFields(frame: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0; at < frame.length; ) {
    const length = at + 4 <= frame.length ? frame.readUInt32BE(at) : Number.POSITIVE_INFINITY;
    if (at + 4 + length > frame.length)
      throw new Error('the keeper sent a frame whose fields do not fill it');
    fields.push(frame.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields;
}
