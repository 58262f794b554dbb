import { type LaunchOrder, ORDER_VERSION } from '../../src/protocol/launch-order';
import { launchOptions } from '../../src/settings/reach';
import type { LaunchSettings } from '../../src/settings/settings';

/** The settings sent to a manager, at their defaults, with some overridden. */
export function sampleSettings(own: Partial<LaunchSettings> = {}): LaunchSettings {
  const defaults = Object.fromEntries(launchOptions.map(option => [option.field, option.default]));
  return { ...(defaults as unknown as LaunchSettings), program: ['sleep', '100'], ...own };
}

/** An order to start `sleep 100`, with some fields overridden. */
export function sampleOrder(own: Partial<LaunchOrder> = {}): LaunchOrder {
  return {
    version: ORDER_VERSION,
    purpose: 'start',
    socket: '/run/app/zdsock',
    stateFolder: '/run/app/.zdsock.zd',
    startDirectory: '/',
    args: [],
    environment: {},
    eventLog: null,
    settings: sampleSettings(),
    attached: false,
    patient: false,
    firstStartMustHold: true,
    replacement: false,
    ...own,
  };
}
