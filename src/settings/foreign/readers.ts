import { pm2Reader } from './pm2/reader';
import { pmtrReader } from './pmtr/pmtr';
import { procfileReader } from './procfile/reader';
import type { ForeignReader } from './reading';
import { supervisordReader } from './supervisord/reader';

/** All readers, in the order in which they are asked. */
export const readers: readonly ForeignReader[] = [pmtrReader, supervisordReader, pm2Reader, procfileReader];
