import type { Configuration } from '../../settings/settings';
import type { Glyphs } from '../../system/terminal';
import { measure, pad } from '../../system/text/columns';
import { formatSize } from '../inspect/human';
import type { Facts } from './facts';
import { describePorts, describeProcess, listRows, type Row } from './rows';
import type { Sampler } from './sampler';
import { drawBars, type Samples } from './samples';

/** Columns of a sparkline: five minutes, of which a column has five seconds. */
const MOST_COLUMNS = 60;
/** Columns of the numbers, so that they do not move the bars. */
const NUMBERS = 9;
/** Shares of a processor below which the bars of it do not fill the height. */
const LEAST_SHARE = 0.1;

/**
 * The rows of the panel with what has been seen of processor and memory over time.
 *
 * @param configuration of the caller
 * @param facts
 * @param sampler what has seen it
 * @param glyphs what can be shown
 */
export function listLiveRows(
  configuration: Configuration,
  facts: Facts,
  { cpu, memory }: Pick<Sampler, 'cpu' | 'memory'>,
  glyphs: Glyphs,
): Row[] {
  const { usage } = facts;
  const isUp = usage.processes.length > 0;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const drawn: Row[] = [
    {
      name: 'cpu',
      value: room =>
        drawSamples(cpu, isUp && usage.share !== null ? percent(usage.share) : '-', percent, {
          room,
          glyphs,
          least: LEAST_SHARE,
        }),
      rank: 0,
    },
    {
      name: 'memory',
      value: room =>
        drawSamples(memory, isUp ? formatSize(usage.memory) : '-', formatSize, { room, glyphs, least: 0 }),
      rank: 0,
    },
  ];
  const ports = describePorts(usage).join(', ');
  const own: Row[] = [
    ...drawn,
    ...(ports === '' ? [] : [{ name: 'ports', value: ports.replace(/^port /, ''), rank: 2 }]),
  ];
  const rows = listRows(configuration, facts, glyphs).map(row =>
    row.name === 'process' ? { ...row, value: describeProcess(facts).join(', ') } : row,
  );
  const at = rows.findIndex(({ name }) => name === 'processes' || name === 'started');
  return at < 0 ? [...rows, ...own] : [...rows.slice(0, at), ...own, ...rows.slice(at)];
}

interface Drawing {
  room: number;
  glyphs: Glyphs;
  /** What fills a bar at least. */
  least: number;
}

/** `   0.3 %  ▁▁▂▁  most 12.5 %`. */
function drawSamples(
  samples: Samples,
  present: string,
  format: (value: number) => string,
  { room, glyphs, least }: Drawing,
): string[] {
  const { largest } = samples;
  const before = `${present.padStart(NUMBERS)}  `;
  const after = `  most ${format(largest)}`;
  const columns = Math.min(MOST_COLUMNS, room - measure(before) - measure(after));
  if (columns < 2) return [`${present}, most ${format(largest)}`];
  const bars = drawBars(samples.group(columns), Math.max(largest, least), glyphs);
  return [`${before}${pad(bars, columns)}${after}`];
}
