import { chownSync, existsSync, lchownSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

/* Other users, for tests as root. */

/** Why a test with other users is skipped, or false. */
export const needsRoot =
  (process.getuid?.() !== 0 && 'needs root') || (!existsSync('/usr/bin/setpriv') && 'needs setpriv(1)');

/** A user that no test trusts; most systems have no entry for it. */
export const STRANGER = 54321;

/** Runs a command line as another user without groups. */
export function asUser(uid: number, words: readonly string[]): string[] {
  return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', ...words];
}

/** Gives a file, or a symlink itself, to a user. */
export function give(path: string, uid: number): void {
  lchownSync(path, uid, uid);
}

/** Listens like a manager of another user, and answers every line with the same text. */
export class Impostor {
  readonly heard: string[] = [];
  readonly #server: Server;

  private constructor(reply: string) {
    this.#server = createServer(socket => {
      socket.on('error', () => {});
      socket.on('data', line => {
        this.heard.push(String(line));
        socket.end(reply);
      });
    });
  }

  /** @param uid the owner of the socket */
  static async at(path: string, uid: number, reply: string): Promise<Impostor> {
    const impostor = new Impostor(reply);
    await new Promise<void>(resolve => impostor.#server.listen(path, resolve));
    chownSync(path, uid, uid);
    return impostor;
  }

  close(): Promise<void> {
    return new Promise(resolve => this.#server.close(() => resolve()));
  }
}

/** The reply of a manager of zdaemon to `status`. */
export function plainStatus(pid: number): string {
  const head = 'status=running\nnow=1.0\nshould_be_up=1\ndelay=0\nbackoff=0\nlasttime=1.0\n';
  return `${head}application=${pid}\ntesting=0\nmanager=${pid}\nbackofflimit=10\nfilename='x'\nargs=['sleep', '1000']\n`;
}
