import * as assert from 'uvu/assert';
import { clearPlaces, fixture } from '../../helpers/cli';
import { pidOfReceiver, prepare, start } from '../../helpers/receiver';
import { findStreamGaps } from '../../helpers/stream-gaps';
import { waitForFile } from '../../helpers/within';
import { suite } from '../../runner/guard';

/* What the death of a transcript-program costs. */

const test = suite('transcript-program killed');
test.after.each(clearPlaces);

test.limit(
  120,
  'killed 50 times under 1,000 lines a second, only what died in its memory is missing',
  async () => {
    const place = prepare({
      program: `perl ${fixture('numbered.pl')} . 1000`,
      directory: '.',
      'backoff-limit': '0.05',
    });
    const program = await start(place);
    let pid = 0;
    for (let kills = 0; kills < 50; kills++) {
      pid = await pidOfReceiver(place, pid);
      const size = place.read('got').length;
      await waitForFile(place.path('got'), text => text.length > size);
      process.kill(pid, 'SIGKILL');
    }
    await pidOfReceiver(place, pid);
    assert.is((await place.zd('-C app.conf stop')).status, 0);
    const count = Number(place.read(`written-${program}`));
    const written = Array.from({ length: count + 1 }, (_, at) => `${program} ${at}\n`).join('');
    const gaps = findStreamGaps(written, place.read('got'));
    // Each of them was read at once by one that was killed before it had written it.
    assert.ok(gaps.length <= 50 && gaps.every(({ bytes }) => bytes <= 4096), JSON.stringify(gaps));
    assert.ok(
      place.read('got').endsWith(`${program} ${count - 1}\n`) ||
        place.read('got').endsWith(`${program} ${count}\n`),
    );
  },
);

test.run();
