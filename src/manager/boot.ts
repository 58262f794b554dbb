/** The file the manager is started as; the manager itself is beside it, see `boot.ts`. */
(require('../boot') as typeof import('../boot')).load('manager-core');
