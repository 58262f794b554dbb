/** A node that can be reached from itself. */
export interface Circle {
  /** The shortest way: `a`, `b`, `a`. */
  path: string[];
  /** The nodes behind its edges that lead back to it. */
  others: string[];
}

/**
 * Finds the nodes of a graph that are in a circle.
 *
 * @param graph for each node, where its edges lead to; nodes that are no key have none
 * @returns only those nodes, in the order of the graph
 */
export function findCircles(graph: ReadonlyMap<string, ReadonlySet<string>>): Map<string, Circle> {
  const suspects = peel(graph);
  const circles = new Map<string, Circle>();
  for (const name of graph.keys()) {
    if (!suspects.has(name)) continue;
    const path = findWayBack(graph, name, suspects);
    if (path) circles.set(name, { path, others: [] });
  }
  for (const [name, circle] of circles)
    circle.others = [...(graph.get(name) ?? [])].filter(
      other => circles.has(other) && (other === name || leadsTo(graph, other, name, suspects)),
    );
  return circles;
}

/** What is left when nodes whose edges all lead outside are taken away again and again: circles, and what leads to them. */
function peel(graph: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const left = new Map(
    [...graph].map(([name, next]) => [name, [...next].filter(one => graph.has(one)).length]),
  );
  const behind = new Map<string, string[]>();
  for (const [name, next] of graph)
    for (const one of next) behind.set(one, [...(behind.get(one) ?? []), name]);
  const free = [...left].filter(([, count]) => count === 0).map(([name]) => name);
  for (const name of free) {
    left.delete(name);
    for (const one of behind.get(name) ?? []) {
      const count = (left.get(one) ?? 0) - 1;
      left.set(one, count);
      if (count === 0) free.push(one);
    }
  }
  return new Set(left.keys());
}

/** The shortest way from a node to itself, by breadth. */
function findWayBack(
  graph: ReadonlyMap<string, ReadonlySet<string>>,
  start: string,
  within: ReadonlySet<string>,
): string[] | null {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const name of queue)
    for (const next of graph.get(name) ?? []) {
      if (next === start) return trace(cameFrom, start, name);
      if (!within.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, name);
      queue.push(next);
    }
  return null;
}

function trace(cameFrom: ReadonlyMap<string, string>, start: string, last: string): string[] {
  const path = [start];
  for (let name: string | undefined = last; name !== undefined && name !== start; name = cameFrom.get(name))
    path.unshift(name);
  return [start, ...path];
}

function leadsTo(
  graph: ReadonlyMap<string, ReadonlySet<string>>,
  from: string,
  to: string,
  within: ReadonlySet<string>,
): boolean {
  const reached = new Set([from]);
  for (const name of reached)
    for (const next of graph.get(name) ?? []) {
      if (next === to) return true;
      if (within.has(next)) reached.add(next);
    }
  return false;
}
