import { isPm2 } from './pm2/recognize';
import { isProcfile } from './procfile/recognize';
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
  {
    kind: 'pm2',
    title: 'an ecosystem file of pm2',
    recognizes: isPm2,
    read: request => (require('./pm2/read') as typeof import('./pm2/read')).readPm2(request),
  },
  {
    kind: 'procfile',
    title: 'a Procfile',
    recognizes: isProcfile,
    read: request => (require('./procfile/read') as typeof import('./procfile/read')).readProcfile(request),
  },
];
