/* Loaded when -C names more than one program; see scripts/build.mjs. */
export { keepFormerSockets } from './former-sockets';
export { runMany } from './many';
export { makeFleetOfOne } from './up/fleet-of-one';
