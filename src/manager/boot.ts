/** The file that is run to start a manager. The manager itself is in the bundle beside it; see `src/boot.ts`. */
(require('../boot') as typeof import('../boot')).load('manager-core');
