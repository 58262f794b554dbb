import { SerializeAddon } from '@xterm/addon-serialize';
import { Terminal } from '@xterm/headless';
import type { ScreenSize } from '../../protocol/console';

/* Loaded to replay a screen: a terminal without a picture. */

/**
 * Draws what a terminal shows after some output.
 *
 * @param bytes the output; its beginning may be missing
 * @param size of the terminal
 * @returns text that draws the same on another terminal: from the line of the cursor, or on a screen of its own
 */
export async function drawScreen(bytes: Buffer, { rows, columns: cols }: ScreenSize): Promise<string> {
  const terminal = new Terminal({ rows, cols, scrollback: 0, allowProposedApi: true });
  const addon = new SerializeAddon();
  terminal.loadAddon(addon as never);
  try {
    await new Promise<void>(resolve => terminal.write(bytes, resolve));
    const last = bytes.toString('latin1').lastIndexOf('\x1b[?25');
    const isHidden = last >= 0 && bytes.toString('latin1', last + 5, last + 6) === 'l';
    return addon.serialize() + (isHidden ? '\x1b[?25l' : '');
  } finally {
    terminal.dispose();
  }
}
