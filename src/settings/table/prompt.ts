import { manual } from '../manual';
import { setting } from '../option';
import { onOff, plainText } from '../values';

/** The interactive prompt. */
export const promptTable = {
  defaultToInteractive: setting({
    key: 'default-to-interactive',
    flags: '',
    type: onOff,
    default: true,
    reach: 'client',
    sample: 'off',
    source: 'zdaemon 2',
    help: 'start the prompt when no command is given',
    details: manual('When off, ``zd`` without a command does not start the prompt unless ``-i`` is given.'),
  }),
  interactive: setting({
    key: 'interactive',
    flags: '-i --interactive',
    type: onOff,
    default: false,
    reach: 'client',
    inFile: false,
    sample: 'on',
    source: 'zdaemon 2',
    help: 'start the prompt, after the command if one is given',
    details: manual(
      'Reads commands from standard input with a prompt until ``quit`` or the end of the input.',
    ),
  }),
  prompt: setting({
    key: 'prompt',
    flags: 'TEXT',
    type: plainText,
    default: null,
    reach: 'client',
    defaultText: 'name and state',
    sample: 'app>',
    source: 'zdaemon 2',
    help: 'use TEXT as the prompt',
    details: manual('A space is added. Called as ``zdaemon``, the default is ``zdaemon>``.'),
  }),
};
