/** What decides when a job starts. */
export interface Ordered {
  name: string;
  order: number;
  waits: boolean;
  /** Whether it runs once. */
  isOnce: boolean;
  isDisabled: boolean;
}

/**
 * Tells after which others each job starts: pmtr starts them by ascending `order` and then by the file, one at once
 * after the other, except that it waits for the end of a job with `wait`. A failure never holds up the next one. A job
 * with `once` and without `wait` has no successors, because in zd they would wait for its end.
 *
 * @param jobs in the order of the file
 * @returns the value of `after` for each job that has one
 */
export function findPredecessors(jobs: readonly Ordered[]): Map<string, string> {
  const sorted = jobs
    .map((job, index) => ({ job, index }))
    .filter(({ job }) => !job.isDisabled)
    .sort((a, b) => a.job.order - b.job.order || a.index - b.index)
    .map(({ job }) => job);
  const predecessors = new Map<string, string>();
  let former: string[] = [];
  for (const group of groupByOrder(sorted)) {
    const waited: string[] = [];
    for (const { name, waits } of group) {
      const names = [...former, ...waited];
      if (names.length > 0) predecessors.set(name, names.map(one => `?${one}`).join(', '));
      if (waits) waited.push(name);
    }
    const followed = group.filter(({ waits, isOnce }) => waits || !isOnce);
    if (followed.length > 0) former = followed.map(({ name }) => name);
  }
  return predecessors;
}

function groupByOrder(sorted: readonly Ordered[]): Ordered[][] {
  const groups: Ordered[][] = [];
  for (const job of sorted) {
    const last = groups.at(-1);
    if (last?.[0]?.order === job.order) last.push(job);
    else groups.push([job]);
  }
  return groups;
}
