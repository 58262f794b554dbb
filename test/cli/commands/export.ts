import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { clearPlaces, makePlace } from '../../helpers/cli';
import { suite } from '../../runner/guard';

const test = suite('export');
test.after.each(clearPlaces);

const ROOTLESS = /^User=|Special user nobody/;

test('a file is printed, or written once and then left alone', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000' });
  const printed = await place.zd('-C app.conf export systemd');
  assert.is(printed.status, 0);
  assert.match(printed.stdout, /^ExecStart=\/.*zd -C \/.*\/app\.conf fg --supervise$/m);
  const written = await place.zd('-C app.conf export systemd --output out');
  assert.equal([written.status, written.stdout], [0, 'out/app.service\n']);
  assert.is(place.read('out/app.service'), printed.stdout);
  const again = await place.zd('-C app.conf export systemd --output out');
  assert.equal([again.status, again.stdout], [0, 'out/app.service is as it was\n']);
  const other = await place.zd('-C app.conf export systemd --direct --output out');
  assert.equal(
    [other.status, other.stderr],
    [1, 'zd: cannot write out/app.service: it exists with other content; use --force, or another folder\n'],
  );
  assert.is(place.read('out/app.service'), printed.stdout);
  assert.is((await place.zd('-C app.conf export systemd --direct --output out --force')).status, 0);
  assert.match(place.read('out/app.service'), /^Type=exec$/m);
  assert.equal(readdirSync(place.path('out')), ['app.service']);
});

test('what cannot be exported is refused in one sentence', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1000' });
  for (const [words, sentence] of [
    ['-C app.conf export', /^zd: export needs a system: systemd, launchd/],
    ['-C app.conf export sytemd', /^zd: cannot export to 'sytemd'; did you mean 'systemd'\?/],
    ['-C app.conf export systemd --under all', /^zd: --under must be fg or up, not 'all'/],
    ['-p true export systemd', /^zd: cannot export a program under zd without a configuration file/],
    ['export systemd', /^zd: no program specified/],
  ] as const) {
    const { status, stdout, stderr } = await place.zd(words);
    assert.equal([status, stdout], [2, ''], words);
    assert.match(stderr, sentence);
  }
});

test('a fleet has a file for each program, and a faulty one is told and does not matter to the others', async () => {
  const place = makePlace();
  place.write('shop/db.conf', '[runner]\nprogram = sleep 1000\ntags = back\n');
  place.write('shop/web.conf', '[runner]\nprogram = sleep 1000\nafter = db\ncopies = 2\n');
  const names = () => readdirSync(place.path('out')).sort();
  assert.is((await place.zd('-C shop export systemd --output out')).status, 0);
  assert.equal(names(), ['shop-db.service', 'shop-web-1.service', 'shop-web-2.service', 'shop.target']);
  assert.match(place.read('out/shop-web-2.service'), /^Wants=shop-db\.service$/m);
  assert.match(place.read('out/shop-web-2.service'), /shop fg --supervise web-2$/m);
  place.write('shop/bad.conf', '[runner]\nprogram = true\numask = x\n');
  const faulty = await place.zd('-C shop export procfile @back --direct');
  assert.is(faulty.status, 0);
  assert.match(faulty.stdout, /^db: cd .*shop && exec sleep 1000$/m);
  const whole = await place.zd('-C shop export compose --image shop:1');
  assert.is(whole.status, 2);
  assert.match(whole.stderr, /^zd: shop\/bad\.conf:3: /m);
  assert.match(whole.stdout, /^ {6}- up$/m);
  assert.is((await place.zd('-C shop export systemd nosuch')).status, 2);
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

test.skipIf(!hasSystemd && 'needs systemd-analyze', 'systemd-analyze verifies the units', async () => {
  const place = makePlace();
  place.write('bin/odd name', '#!/bin/sh\n');
  chmodSync(place.path('bin/odd name'), 0o755);
  place.write(
    'shop/all.conf',
    `[runner]
program = "${place.path('bin/odd name')}" "50% $HOME" 'a "b" ; \\\\' ;
after = db
directory = ${place.path('shop')}
env-file = ?secrets.env
stop-signals = INT 20s, TERM
stop-program = true
before-start = true
after-exit = true
limits = nofile 1024:4096, core unlimited, cpu 5m
nice = 5
ionice = best-effort 7
cpu-affinity = 0
oom-score-adjust = 100
no-new-privileges = on
memory-limit = 500mb
umask = 27
transcript = all.log
stdin = /dev/null
argv0 = other
exit-codes = 0, 3, TERM
failure-codes = 4
attempts = 5
alive = notify
[environment]
A = %h $x "y"
`,
  );
  place.write('shop/db.conf', '[runner]\nprogram = sleep 1000\n');
  for (const flags of ['', ' --direct', ' --under up']) {
    const folder = `out${flags.replace(/\W/g, '')}`;
    const written = await place.zd(`-C shop export systemd --output ${folder}${flags}`);
    assert.is(written.status, 0, written.stderr);
    const units = readdirSync(place.path(folder)).map(name => place.path(`${folder}/${name}`));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
    // Versions before 254 do not know the two settings of growing pauses.
    const faults = stderr
      .split('\n')
      .filter(line => line !== '' && !/'Restart(Steps|MaxDelaySec)'/.test(line));
    assert.equal([status, faults.filter(line => !ROOTLESS.test(line))], [0, []], flags);
  }
});

test.run();
