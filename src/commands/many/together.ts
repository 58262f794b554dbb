import { applyMany } from './apply/apply-many';
import type { SplitRequest } from './request';

/** A command with a form of its own for many programs. */
export type Together = (request: SplitRequest) => Promise<number>;

/** Commands that are more than one command for each program; the others need nothing here. */
export const together: Record<string, Together> = { apply: applyMany };
