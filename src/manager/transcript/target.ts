/** Where a sink writes. */
export interface Target {
  readonly path: string;
  /** Why the last write stopped early. */
  readonly fault: unknown;
  /** What is wrong although it can be written. */
  readonly complaint: string | null;
  /**
   * Writes as much as it can. Never throws.
   *
   * @returns the position reached; before `end` there is a `fault`
   */
  write(bytes: Buffer, start: number, end: number): number;
  /** Whether the file has been removed: what is written to it now nobody can ever read. */
  isGone(): boolean;
  /** Opens the file again by its name; the old one stays when that fails, and the error is thrown. */
  reopen(): void;
  close(): void;
}
