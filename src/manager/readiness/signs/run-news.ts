import { join } from 'node:path';
import { formatProbe } from '../../../settings/probes/grammar';
import type { Probe, ProbeOf } from '../../../settings/probes/probe';
import type { Parent, Source } from '../../parent/parent';
import type { Transcript } from '../../transcript/transcript';
import { OutputWatch } from '../kinds/output';
import type { Answer } from '../kinds/try';
import { closeLater } from './equipment';
import { NewsFifo } from './news-fifo';

export interface RunNewsOptions {
  parent: Parent;
  /** The state folder. */
  folder: string;
  insecure: boolean;
  transcript(): Transcript | null;
  /** Something has happened that a probe waits for. */
  heard(): void;
  /** Matching takes too long. */
  trouble(probe: string, reason: string): void;
}

/** Probes that hold after an event, which is reported to the manager. */
export type EventProbe = ProbeOf<'output' | 'fd' | 'notify'>;

export function isEventProbe(probe: Probe): probe is EventProbe {
  return probe.kind === 'output' || probe.kind === 'fd' || probe.kind === 'notify';
}

/** What has been heard of a run: once a probe of an event holds, it holds for the run. */
export class RunNews {
  /** The probes that hold, as they are written. */
  readonly held: Set<string>;
  /** What the program has said last with STATUS=. */
  status: string | null = null;
  readonly #options: RunNewsOptions;
  readonly #output: OutputWatch;
  #isSlow = false;
  readonly #fifos = new Map<number, NewsFifo>();

  /**
   * @param probes of the settings of this run
   * @param held those that are known to hold already
   * @throws the system's error
   */
  constructor(probes: readonly EventProbe[], held: readonly string[], options: RunNewsOptions) {
    this.#options = options;
    this.held = new Set(held);
    const patterns = probes.flatMap(probe =>
      probe.kind === 'output' && !this.#holds(probe) ? probe.pattern : [],
    );
    this.#output = new OutputWatch({
      patterns,
      matched: pattern => this.#hear({ kind: 'output', pattern }),
      slow: (pattern, isLast) => this.#noteSlow(pattern, isLast),
    });
    try {
      for (const probe of probes)
        if (probe.kind === 'fd' && !this.#fifos.has(probe.fd)) this.#openFifo(probe);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Forgets what was written to descriptors before this run. */
  empty(): void {
    for (const fifo of this.#fifos.values()) fifo.empty();
  }

  /** Looks at the output from now on. @param earlier what each stream has had of this run so far */
  watchOutput(earlier: readonly Buffer[] = []): void {
    const transcript = this.#options.transcript();
    if (transcript) this.#output.begin(transcript, earlier);
  }

  /** What becomes the program's descriptors from 3 on; the caller closes them. */
  openSources(): (Source | 'closed')[] {
    const last = Math.max(2, ...this.#fifos.keys());
    const sources: (Source | 'closed')[] = [];
    try {
      for (let fd = 3; fd <= last; fd++) sources.push(this.#fifos.get(fd)?.openWriteEnd() ?? 'closed');
      return sources;
    } catch (error) {
      closeLater(sources).close();
      throw error;
    }
  }

  /** A line came over NOTIFY_SOCKET. */
  readNotice(line: string): void {
    if (line === 'READY=1') this.#hear({ kind: 'notify' });
    if (!line.startsWith('STATUS=')) return;
    this.status = line.slice('STATUS='.length);
    this.#options.heard();
  }

  /** Whether an event has happened. */
  answer(probe: EventProbe): Answer {
    if (this.#holds(probe)) return null;
    if (probe.kind === 'output') return { says: 'no line has matched yet' };
    if (probe.kind === 'fd') return { says: 'no newline was written yet' };
    return { says: `no READY=1 yet${this.status === null ? '' : `; its status: ${this.status}`}` };
  }

  end(): void {
    this.#output.end();
    for (const fifo of this.#fifos.values()) fifo.close();
    this.#fifos.clear();
  }

  #holds(probe: EventProbe): boolean {
    return this.held.has(formatProbe(probe));
  }

  #hear(probe: EventProbe): void {
    if (this.#holds(probe)) return;
    this.held.add(formatProbe(probe));
    this.#options.heard();
  }

  #openFifo(probe: ProbeOf<'fd'>): void {
    const { parent, folder, insecure } = this.#options;
    const name = `fd-${probe.fd}`;
    const fifo = new NewsFifo(join(folder, name), insecure, bytes => {
      // Whatever else it writes is read, too, so that it never has to wait.
      if (bytes.includes('\n')) this.#hear(probe);
    });
    parent.hold(name, fifo.descriptor);
    this.#fifos.set(probe.fd, fifo);
  }

  #noteSlow(pattern: string, isLast: boolean): void {
    if (this.#isSlow && !isLast) return;
    this.#isSlow = true;
    const how = isLast ? 'no more lines are matched' : 'such a line counts as no match';
    const reason = `matching a line took longer than 50 ms; ${how}`;
    this.#options.trouble(formatProbe({ kind: 'output', pattern }), reason);
  }
}
