import type { ForeignReader } from '../reading';
import { isAtomservice } from './recognize';

export const atomserviceReader: ForeignReader = {
  kind: 'atomservice',
  title: 'a configuration of atomservice',
  recognizes: isAtomservice,
  read: request => (require('./read') as typeof import('./read')).readAtomservice(request),
};
