import { formatValue, settingOptions } from '../../settings/options';
import type { Configuration, Settings } from '../../settings/settings';

/** Settings of the manager, its socket and its clients: without zd there is none of them, so nothing is lost. */
const OF_ZD: ReadonlySet<keyof Settings> = new Set<keyof Settings>([
  'name',
  'socketName',
  'socketMode',
  'socketGroup',
  'insecure',
  'detachKey',
  'force',
  'daemon',
  'hangAround',
  'watchConfig',
  'logfile',
  'copies',
  'defaultToInteractive',
  'interactive',
  'prompt',
]);

/** Hands out the settings of a program, and remembers which of those that somebody has set nobody asked for. */
export class SettingReader {
  readonly #settings: Settings;
  readonly #left: Set<keyof Settings>;
  readonly #lost: string[] = [];

  constructor({ settings, origins }: Pick<Configuration, 'settings' | 'origins'>) {
    this.#settings = settings;
    const fields = Object.keys(settings) as (keyof Settings)[];
    this.#left = new Set(fields.filter(field => origins[field] !== 'default' && !OF_ZD.has(field)));
  }

  /** The value of a setting that has a counterpart. */
  take<Field extends keyof Settings>(field: Field): Settings[Field] {
    this.#left.delete(field);
    return this.#settings[field];
  }

  /** Whether somebody has set it, and it has not been taken. */
  isSet(field: keyof Settings): boolean {
    return this.#left.has(field);
  }

  /** Notes that a setting means something else there, or nothing. Without a reason there is no counterpart. */
  lose(field: keyof Settings, why: string): void {
    this.#left.delete(field);
    this.#lost.push(`${this.#describe(field)}: ${why}`);
  }

  /** The same for several, as far as they are set. */
  loseSet(fields: readonly (keyof Settings)[], why: string): void {
    for (const field of fields) if (this.isSet(field)) this.lose(field, why);
  }

  /** Notes something that no setting says. */
  note(sentence: string): void {
    this.#lost.push(sentence);
  }

  /**
   * Ends the reading.
   *
   * @param system the name of the target
   * @returns everything that is lost, one line each
   */
  finish(system: string): string[] {
    for (const field of [...this.#left]) this.lose(field, `no counterpart in ${system}`);
    return this.#lost.map(line => line.replace(/\p{Cc}+/gu, ' '));
  }

  #describe(field: keyof Settings): string {
    const option = settingOptions.find(one => one.field === field);
    return option ? `${option.key} = ${formatValue(option, this.#settings[field])}` : field;
  }
}
