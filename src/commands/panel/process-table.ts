import type { Glyphs } from '../../system/terminal';
import { cut, pad, tameLine } from '../../system/text/columns';
import { formatSize } from '../inspect/human';
import type { Process } from './facts';

/** Processes that are listed. */
const MOST = 8;
/** Columns below which only pid and command are shown. */
const NARROW = 34;

/**
 * Draws the tree of the processes, with the memory and the processor time of each.
 *
 * @param processes parents before their children
 * @param room columns
 * @returns lines, of which none is wider
 */
export function drawProcesses(processes: readonly Process[], room: number, glyphs: Glyphs): string[] {
  const shown = choose(processes);
  const pids = Math.max(...shown.map(({ pid }) => String(pid).length));
  const lines = shown.map(({ pid, memory, share, command, depth }) => {
    const size = formatSize(memory).padStart(8);
    const part = (share === null ? '' : `${(100 * share).toFixed(1)} %`).padStart(7);
    const branch = depth === 0 ? '' : `${'  '.repeat(Math.min(depth, DEEPEST) - 1)}${glyphs.branch}`;
    const facts = room < NARROW ? '' : `${size} ${part}  `;
    return cut(`${pad(String(pid), pids)} ${facts}${branch}${tameLine(command)}`, room, glyphs.ellipsis);
  });
  const left = processes.length - shown.length;
  return left > 0 ? [...lines, cut(`and ${left} more`, room, glyphs.ellipsis)] : lines;
}

/** The indentation ends here: there must be room for the command. */
const DEEPEST = 6;

/** The program, and those that use most; in the order of the tree. */
function choose(processes: readonly Process[]): readonly Process[] {
  if (processes.length <= MOST) return processes;
  const [first, ...others] = processes as [Process, ...Process[]];
  const weigh = ({ share, memory }: Process) => (share ?? 0) * 1e12 + memory;
  const chosen = new Set(others.sort((a, b) => weigh(b) - weigh(a)).slice(0, MOST - 2));
  return processes.filter(one => one === first || chosen.has(one));
}
