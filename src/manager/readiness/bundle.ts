/** What a manager loads when a setting asks for it. */
export { Alive } from './alive';
export { Readiness } from './readiness';
