/** The destination of a sink. */
export interface Target {
  readonly path: string;
  /** The error that stopped the last write early. */
  readonly error: unknown;
  /** A problem that does not prevent writing, or null. */
  readonly warning: string | null;
  /**
   * Writes as much as possible. Never throws.
   *
   * @returns the position reached; if that is before `end`, `error` is set
   */
  write(bytes: Buffer, start: number, end: number): number;
  /** Whether the file has been removed, so that no one can read what is written to it. */
  isRemoved(): boolean;
  /** Reopens the file by its name. @throws the system's error; the old file then stays in use */
  reopen(): void;
  close(): void;
}
