import * as assert from 'uvu/assert';
import { clearPlaces, commandOf, fixture, makePlace, type Place } from '../../helpers/cli';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

const test = suite('environment');
test.after.each(clearPlaces);

async function readVariables(place: Place): Promise<string[]> {
  const text = await waitForFile(place.path('log'), log => log.includes('end of environment'));
  return text.split('\n');
}

test('the variables of the section reach the program as written', async () => {
  const place = makePlace({ env: { FROM_CALLER: 'kept', REPLACED: 'old' } });
  place.configure(
    { program: fixture('printenv.sh'), transcript: 'log' },
    '<environment>\n  MixedCase  some "words" # ; %  \n  REPLACED new\n  EMPTY\n  UMLAUT ü€\n</environment>\n',
  );
  assert.is((await place.zdaemon('-C app.conf start')).status, 0);
  const variables = await readVariables(place);
  for (const expected of [
    'FROM_CALLER=kept',
    'REPLACED=new',
    'MixedCase=some "words" # ; %',
    'EMPTY=',
    'UMLAUT=ü€',
  ]) {
    assert.ok(variables.includes(expected), expected);
  }
});

test('zd adds no variables', async () => {
  const place = makePlace();
  place.configure({ program: fixture('printenv.sh'), transcript: 'log' });
  const shell = `env >before; exec ${commandOf('zd').join(' ')} -C app.conf start`;
  assert.is((await place.exec(['sh', '-c', shell])).status, 0);
  const names = (lines: string[]) =>
    lines.flatMap(line => (/^\w+(?==)/.exec(line)?.[0] ?? []) as string[]).filter(name => name !== '_');
  const before = names(place.read('before').split('\n'));
  const added = names(await readVariables(place)).filter(name => !before.includes(name));
  assert.equal(added, []);
});

test('the program is looked up in the PATH of the section', async () => {
  const place = makePlace();
  place.write('tools/my-tool', '#!/bin/sh\nexec sleep 1000\n', 0o755);
  place.configure(
    { program: 'my-tool' },
    `<environment>\nPATH ${place.path('tools')}:/usr/bin:/bin\n</environment>\n`,
  );
  assert.is((await place.zdaemon('-C app.conf start')).status, 0);
});

test('the same name twice is an error', async () => {
  const place = makePlace();
  place.configure({ program: 'sleep 1' }, '<environment>\nA 1\nA 2\n</environment>\n');
  const refused = await place.zd('-C app.conf start');
  assert.is(refused.status, 2);
  assert.match(refused.stderr, /app.conf:6: .*A/);
});

test.run();
