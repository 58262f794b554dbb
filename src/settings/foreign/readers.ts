import { pmtrReader } from './pmtr/pmtr';
import type { ForeignReader } from './reading';

/** All readers, in the order in which they are asked. */
export const readers: readonly ForeignReader[] = [pmtrReader];
