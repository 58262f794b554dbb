import { atomserviceReader } from './atomservice/reader';
import { perpReader } from './perp/reader';
import { pm2Reader } from './pm2/reader';
import { pmtrReader } from './pmtr/reader';
import { procfileReader } from './procfile/reader';
import { pycroraptorReader } from './pycroraptor/reader';
import type { ForeignReader } from './reading';
import { supervisordReader } from './supervisord/reader';

/** All readers, in the order in which they are asked. The parsers are loaded with the first file of their kind. */
export const readers: readonly ForeignReader[] = [
  pmtrReader,
  perpReader,
  pycroraptorReader,
  atomserviceReader,
  supervisordReader,
  pm2Reader,
  procfileReader,
];
