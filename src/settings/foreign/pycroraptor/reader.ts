import type { ForeignReader } from '../reading';
import { isPycroraptor } from './recognize';

export const pycroraptorReader: ForeignReader = {
  kind: 'pycroraptor',
  title: 'a configuration of pycroraptor2',
  recognizes: isPycroraptor,
  read: request => (require('./read') as typeof import('./read')).readPycroraptor(request),
};
