import * as assert from 'uvu/assert';
import {
  findRootNeeds,
  type NeedySettings,
  type RootFacts,
} from '../../../../src/settings/surroundings/needs-root';
import { limits } from '../../../../src/settings/value-types/limits';
import { suite } from '../../../runner/guard';

const test = suite('what needs root beside a user');

const NOTHING: NeedySettings = {
  limits: null,
  nice: null,
  ionice: null,
  oomScoreAdjust: null,
  chroot: null,
  envFile: null,
  lockFile: null,
};
const FACTS: RootFacts = {
  hardLimit: name => (name === 'nofile' ? 4096 : name === 'core' ? Number.POSITIVE_INFINITY : null),
  niceness: 5,
  oomScore: 100,
  canRead: entry => entry !== '?/root/env',
  canOpen: path => path !== '/run/lock',
};
const needs = (settings: Partial<NeedySettings>) => findRootNeeds({ ...NOTHING, ...settings }, FACTS);

test('nothing, or what the user can apply, needs no root', () => {
  for (const settings of [
    {},
    { limits: limits.parse('nofile 4096, core unlimited', {}) },
    { limits: limits.parse('nofile 100:', {}) },
    { nice: 5 },
    { ionice: { class: 'idle', level: 0 } as const },
    { ionice: { class: 'best-effort', level: 0 } as const },
    { oomScoreAdjust: 100 },
    { envFile: ['/etc/env', '?/none'] },
    { lockFile: '/srv/lock' },
  ])
    assert.equal(needs(settings), [], JSON.stringify(settings));
});

test('what is above or below what the caller has needs root', () => {
  for (const [field, value] of [
    ['limits', limits.parse('core 0, nofile 1:4097', {})],
    ['limits', limits.parse('nofile 5000:', {})],
    ['nice', 4],
    ['ionice', { class: 'realtime', level: 4 }],
    ['oomScoreAdjust', 99],
    ['chroot', '/srv/jail'],
    ['envFile', ['/etc/env', '?/root/env']],
    ['lockFile', '/run/lock'],
  ] as const)
    assert.equal(needs({ [field]: value }), [field]);
});

test('all of them are named, in the order in which a start applies them', () => {
  const all = { chroot: '/x', nice: 0, lockFile: '/run/lock', envFile: ['?/root/env'] };
  assert.equal(needs(all), ['envFile', 'lockFile', 'nice', 'chroot']);
});

test.run();
