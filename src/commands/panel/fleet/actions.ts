import { replaceStreams } from '../../../client/capture';
import { markFiles } from '../../../client/configured/mark-files';
import type { Member } from '../../../settings/fleet/fleet';
import type { SplitRequest } from '../../many/request';
import { runMember } from '../../many/run-member';

export type Deed = 'start' | 'stop' | 'restart';

/** Seconds that an answer stays. */
const SHOWN = 8;

/** Starts, stops and restarts programs from the panel; the last two after a question. */
export class Actions {
  /** What the last row says instead of the keys; null for them. */
  text: string | null = null;
  readonly #request: SplitRequest;
  readonly #changed: () => void;
  readonly #marks: Map<string, string>;
  readonly #over = new AbortController();
  #asked: { deed: Deed; member: Member } | null = null;
  #forget = () => {};

  constructor(request: SplitRequest, changed: () => void) {
    this.#request = request;
    this.#changed = changed;
    const { members } = request.selection;
    this.#marks = new Map(members.map(({ name, configuration }) => [name, markFiles(configuration)]));
  }

  /** Waits for nothing any more; what was asked for goes on. */
  close(): void {
    this.#over.abort();
    this.#forget();
  }

  /** @param name of a program, which may be none that can be started */
  begin(deed: Deed, name: string | null): void {
    const member = this.#request.selection.members.find(one => one.name === name);
    if (!member)
      return this.say(
        name === null ? 'no program is selected' : `${name} is not a program that zd can ${deed}`,
      );
    const { file } = member.configuration;
    // The file was read when the panel was opened, and the program has to follow what it says now.
    if (deed !== 'stop' && markFiles(member.configuration) !== this.#marks.get(member.name))
      return this.say(`${file} has changed: leave, and type zd ${deed} ${name}`);
    if (deed === 'start') return this.#run(deed, member);
    this.#asked = { deed, member };
    this.text = ` ${deed} ${name}? y ${deed}s it, any other key does not`;
  }

  /** @returns whether the key was an answer */
  take(key: string): boolean {
    if (!this.#asked) return false;
    const { deed, member } = this.#asked;
    this.#asked = null;
    this.text = null;
    if (key === 'y' || key === 'Y') this.#run(deed, member);
    return true;
  }

  /** Shows a sentence for some seconds. */
  say(text: string): void {
    const shown = ` ${text}`;
    this.text = shown;
    this.#changed();
    this.#forget();
    this.#forget = this.#request.world.clock.after(SHOWN, () => {
      if (this.text !== shown) return;
      this.text = null;
      this.#changed();
    });
  }

  #run(deed: Deed, member: Member): void {
    this.say(`${{ start: 'starting', stop: 'stopping', restart: 'restarting' }[deed]} ${member.name}`);
    const world = replaceStreams(this.#request.world, { interrupt: this.#over.signal });
    runMember({ ...this.#request, world }, member, deed).then(({ errors, text }) => {
      if (!this.#over.signal.aborted) this.say(`${member.name}: ${errors[0] ?? text.split('\n')[0]}`);
    });
  }
}
