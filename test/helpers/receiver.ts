import { appendFileSync } from 'node:fs';
import { fixture, makePlace, type Place, pidIn } from './cli';
import { until, waitForFile } from './within';

/* A place whose transcript-program appends to the file `got`, and whose program writes what is said to it. */

/** The words of the command; see the fixture. */
export const receiver = (...options: string[]) =>
  ['perl', fixture('append-input.pl'), 'got', ...options].join(' ');

/** The program runs a script that is `say` with a FIFO as its standard input. */
export function prepare(runner: Record<string, string> = {}, sections = EVENTS): Place {
  const place = makePlace();
  place.configure(
    { program: 'sh -c "exec cat <>say"', 'start-seconds': '0', 'transcript-program': receiver(), ...runner },
    sections,
  );
  return place;
}

/** The event log goes to the file `events`. */
const EVENTS = '<eventlog>\n<logfile>\npath events\n</logfile>\n</eventlog>\n';

export async function start(place: Place): Promise<number> {
  await place.exec(['mkfifo', 'say']);
  return pidIn(await place.zd('-C app.conf start'));
}

export const say = (place: Place, text: string) => appendFileSync(place.path('say'), text);
/** Waits until the command has exactly that. */
export const got = (place: Place, text: string) => waitForFile(place.path('got'), found => found === text);

/** The pid of the command, once it runs. */
export async function pidOfReceiver(place: Place, other = 0): Promise<number> {
  let pid = 0;
  await until(30, 'the command', async () => {
    pid = (await report(place).catch(() => null))?.transcriptProgram?.pid ?? 0;
    return pid !== 0 && pid !== other;
  });
  return pid;
}

export async function report(place: Place) {
  return (await place.report()) as unknown as {
    managerPid: number;
    pid: number;
    keeperPid: number;
    transcriptProgram?: { command: string[]; pid: number | null };
    transcriptError: string | null;
    transcriptHeld: number;
    transcriptLost: number;
  };
}
