import type { ForeignReader } from './reading';
import { isSupervisord } from './supervisord/recognize';

/** All readers, in the order in which they are asked. The parsers are loaded with the first file of their kind. */
export const readers: readonly ForeignReader[] = [
  {
    kind: 'supervisord',
    title: 'a configuration of supervisord',
    recognizes: isSupervisord,
    read: request =>
      (require('./supervisord/read') as typeof import('./supervisord/read')).readSupervisord(request),
  },
];
