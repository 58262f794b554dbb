import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { targets } from '../../../../src/commands/export/targets';
import { configure, program, request } from '../../../helpers/export/request';
import { suite } from '../../../runner/guard';

/*
 * The published schema of Kubernetes. Its package has 22 MB with 30 others, so it is no dependency; to run this:
 * npm install --no-save kubernetes-models. The package with the schema of Compose is older than what zd writes.
 */

const test = suite('schemas of exported files');

const kubernetes = find('kubernetes-models/apps/v1');
const batch = find('kubernetes-models/batch/v1');

const full = {
  program: '/usr/bin/node server.js "$(A) $B"',
  'env-file': '/srv/app/a.env',
  user: '6',
  group: '5',
  'supplementary-groups': '7, 8',
  limits: 'nofile 1024:4096, core unlimited, cpu 5m',
  'cpu-affinity': '0,2-4',
  'no-new-privileges': 'on',
  'memory-limit': '500mb',
  ready: 'http http://127.0.0.1:8080/health?x=1',
  alive: 'command test -e x',
  'stop-signals': 'INT 20s, KILL',
  'stop-program': 'kill 1',
  'exit-codes': '0, 3',
  attempts: '3',
  tags: 'a, b',
  'transcript-rotate-size': '10mb',
};

test.skipIf(!kubernetes && 'needs the package kubernetes-models', 'Deployments and Jobs are valid', () => {
  const write = (settings: Record<string, string>, isDirect: boolean) => {
    const { files } = targets.kubernetes!(
      request([program('web', configure(settings, { A: '$x' }))], { isDirect }),
    );
    return parse(files[0]?.text ?? '');
  };
  type Model = new (value: unknown) => { validate(): void };
  const { Deployment } = kubernetes as { Deployment: Model };
  const { Job } = batch as { Job: Model };
  for (const isDirect of [false, true]) {
    new Deployment(write(full, isDirect)).validate();
    new Job(write({ program: 'true', once: 'on' }, isDirect)).validate();
  }
  assert.throws(() => new Deployment({ spec: { replicas: 'many' } }).validate());
});

function find(name: string): unknown {
  try {
    return require(name);
  } catch {
    return null;
  }
}

test.run();
