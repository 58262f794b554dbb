import { hideFromPrograms } from '../../../client/caller';
import { SERVICE_SCRIPT } from '../../../protocol/service-script';
import { startPerl } from '../../../system/perl';

/** Tells the service manager above this process that all is up, and that it ends (sd_notify(3)). */
export class Service {
  readonly #socket: string | null;

  /** Programs do not get the socket: what they said there would be taken for what this process says. */
  constructor(environment: NodeJS.ProcessEnv) {
    const { NOTIFY_SOCKET: socket } = environment;
    this.#socket = socket && /^[/@]./.test(socket) ? socket : null;
    if (socket !== undefined) hideFromPrograms('NOTIFY_SOCKET');
  }

  /** @param text lines such as `READY=1` */
  say(text: string): void {
    if (this.#socket === null) return;
    startPerl(SERVICE_SCRIPT, {
      words: [this.#socket, text],
      stdio: ['ignore', 'ignore', 'ignore'],
      detached: true,
    });
  }
}
