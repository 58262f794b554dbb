import { resolve } from 'node:path';
import { directoryOf } from '../../protocol/launch-order';
import { formatProbe } from '../../settings/probes/grammar';
import type { Probe } from '../../settings/probes/probe';
import { readAge } from '../../system/processes';
import { openHelperOutput } from '../program/helper';
import { prepareSpawn } from '../program/prepare-spawn';
import type { Scene } from '../scene';
import { tryCommand } from './kinds/command';
import { tryFile } from './kinds/file';
import { tryHttp } from './kinds/http';
import { tryPort, trySocket } from './kinds/network';
import { type Answer, answerAtOnce, type Try } from './kinds/try';
import type { Tried } from './look';
import { type EventProbe, isEventProbe } from './signs/run-news';

export type HostScene = Pick<
  Scene,
  | 'clock'
  | 'parent'
  | 'order'
  | 'environment'
  | 'folders'
  | 'runAs'
  | 'eventLog'
  | 'transcript'
  | 'record'
  | 'life'
>;

/** Turns the probes of a setting into tries. */
export class ProbeHost {
  readonly #scene: HostScene;
  readonly #answer: (probe: EventProbe) => Answer;

  /** @param answer whether an event has happened in this run */
  constructor(scene: HostScene, answer: (probe: EventProbe) => Answer) {
    this.#scene = scene;
    this.#answer = answer;
  }

  /**
   * @param key of the setting
   * @param hasRun whether they are about a run: else a file need only exist
   */
  makeTries(key: string, probes: readonly Probe[], hasRun: boolean): Tried[] {
    return probes.map(probe => ({
      name: formatProbe(probe),
      attempt: this.#makeTry(key, probe, hasRun),
      isEvent: isEventProbe(probe),
    }));
  }

  #makeTry(key: string, probe: Probe, hasRun: boolean): Try {
    switch (probe.kind) {
      case 'port':
        return tryPort(probe);
      case 'socket':
        return trySocket(this.#place(probe.path));
      case 'http':
        return tryHttp(probe);
      case 'file':
        return tryFile(this.#place(probe.path), () => (hasRun ? this.#readBeginning() : null));
      case 'command':
        return this.#makeCommandTry(key, probe.words);
      default:
        return answerAtOnce(() => this.#answer(probe));
    }
  }

  #makeCommandTry(key: string, words: string[]): Try {
    const scene = this.#scene;
    return tryCommand(words, {
      parent: scene.parent,
      prepare: args => prepareSpawn(args, scene.order, scene, `the command of ${key}`),
      openOutput: () => openHelperOutput(scene.transcript),
    });
  }

  /** Like the paths of the program's streams. */
  #place(path: string): string {
    return resolve(directoryOf(this.#scene.order), path);
  }

  /** When the program began, in seconds since 1970: the manager knows it a little later. */
  #readBeginning(): number | null {
    const { record, clock, life } = this.#scene;
    const age = record.startTime === null ? null : readAge(record.startTime);
    if (age !== null) return clock.wall() - age;
    return life.startedAt === null ? null : clock.wall() - (clock.now() - life.startedAt);
  }
}
