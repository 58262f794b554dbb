import type { ForeignReader } from '../reading';
import { isPmtr } from './recognize';

export const pmtrReader: ForeignReader = {
  kind: 'pmtr',
  title: 'a file of pmtr',
  recognizes: isPmtr,
  read: request => (require('./read') as typeof import('./read')).readPmtr(request),
};
