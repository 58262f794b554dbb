import { Option } from 'clipanion';
import type { ActionContext } from '../../client/context';
import { pageOf, pathsOf, ZdCommand } from '../base';
import type { ExportedFleet, FleetContext } from './types';

export class ExportCommand extends ZdCommand {
  static override paths = pathsOf('export');

  static override usage = pageOf('export', {
    details: `
      Writes the files with which another system runs the program: systemd, launchd, kubernetes, nomad, compose, procfile,
      or logrotate for its transcript. It starts nothing. With one file, standard output has its text; with --output, the
      files are written and named.

      The other system runs zd, which runs the program. With --direct it runs the program itself. What has no counterpart
      there is a comment in the file and a note on standard error.

      Exit status: 0 done; 1 a file exists with other content, or cannot be written; 2 the configuration cannot be exported
      there.
    `,
    examples: [
      ['a unit for systemd', 'zd -C app.conf export systemd --output /etc/systemd/system'],
      ['the same without zd', 'zd -C app.conf export systemd --direct'],
      ['a container', 'zd -C app.conf export compose --direct --image app:1.2'],
    ],
  });

  output = Option.String('--output', { description: 'write the files to this folder' });

  direct = Option.Boolean('--direct', false, { description: 'leave zd out' });

  image = Option.String('--image', { description: 'the image of the containers' });

  under = Option.String('--under', {
    description: 'fg: a process of zd for each program of a fleet; up: one for all of them',
  });

  overwrite = Option.Boolean('--force', false, { description: 'replace files with other content' });

  target = Option.String({ required: false, name: 'system' });

  run(context: ActionContext) {
    const options = {
      target: this.target ?? '',
      output: this.output ?? null,
      isDirect: this.direct,
      image: this.image ?? null,
      under: this.under ?? null,
      force: this.overwrite,
    };
    return loadExport().exportPrograms(context, options, fleetOf(context));
  }
}

function fleetOf(context: ActionContext): ExportedFleet | null {
  return 'fleet' in context ? (context as FleetContext).fleet : null;
}

function loadExport(): typeof import('./export') {
  return require('./export');
}
