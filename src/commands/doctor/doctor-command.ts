import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';

export class DoctorCommand extends ZdCommand {
  static override paths = pathsOf('doctor');

  static override usage = pageOf('doctor', {
    details: `
      Looks at Node, the tools zd calls, the folder of the socket, the limits, and whether a daemon would outlive the
      logout. Each line says \`ok\`, \`warning\` or \`missing\`, what that means, and below it what to do.

      Exit status: 0 a daemon can be run here; 1 something is missing that it needs.
    `,
    examples: [['on a new machine', 'zd -C app.conf doctor']],
  });

  run(context: ActionContext) {
    // Needed once in the life of an installation, so nobody else waits for it.
    const { doctor } = require('./doctor') as typeof import('./doctor');
    return doctor(context);
  }
}
