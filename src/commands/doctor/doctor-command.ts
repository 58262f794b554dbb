import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';

export class DoctorCommand extends ZdCommand {
  static override paths = pathsOf('doctor');

  static override usage = pageOf('doctor', {
    details: `
      Checks Node, the tools that zd calls, the folder of the socket, the limits, and whether a daemon would survive a
      logout. Each line begins with \`ok\`, \`warning\` or \`missing\`, followed by an explanation. The remedy, if any,
      is on the next line.

      Exit status: 0 a daemon can run here; 1 something that it needs is missing.
    `,
    examples: [['on a new machine', 'zd -C app.conf doctor']],
  });

  run(context: ActionContext) {
    // Loaded late: doctor runs about once per installation, and other commands must not wait for it.
    const { doctor } = require('./doctor') as typeof import('./doctor');
    return doctor(context);
  }
}
