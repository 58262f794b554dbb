import { isAtomservice } from './atomservice/recognize';
import { isPerp } from './perp/recognize';
import { isPm2 } from './pm2/recognize';
import { isPmtr } from './pmtr/recognize';
import { isProcfile } from './procfile/recognize';
import { isPycroraptor } from './pycroraptor/recognize';
import type { ForeignReader } from './reading';
import { isSupervisord } from './supervisord/recognize';

/** All readers, in the order in which they are asked. The parsers are loaded with the first file of their kind. */
export const readers: readonly ForeignReader[] = [
  {
    kind: 'pmtr',
    title: 'a file of pmtr',
    recognizes: isPmtr,
    read: request => (require('./pmtr/read') as typeof import('./pmtr/read')).readPmtr(request),
  },
  {
    kind: 'perp',
    title: 'a folder of perp',
    recognizes: isPerp,
    read: request => (require('./perp/read') as typeof import('./perp/read')).readPerp(request),
  },
  {
    kind: 'pycroraptor',
    title: 'a configuration of pycroraptor2',
    recognizes: isPycroraptor,
    read: request =>
      (require('./pycroraptor/read') as typeof import('./pycroraptor/read')).readPycroraptor(request),
  },
  {
    kind: 'atomservice',
    title: 'a configuration of atomservice',
    recognizes: isAtomservice,
    read: request =>
      (require('./atomservice/read') as typeof import('./atomservice/read')).readAtomservice(request),
  },
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
