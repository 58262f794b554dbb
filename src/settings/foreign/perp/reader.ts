import type { ForeignReader } from '../reading';
import { isPerp } from './recognize';

export const perpReader: ForeignReader = {
  kind: 'perp',
  title: 'a folder of perp',
  recognizes: isPerp,
  read: request => (require('./read') as typeof import('./read')).readPerp(request),
};
