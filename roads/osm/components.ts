/**
 * Strongly connected components: the parts of the graph in which every vertex reaches every other. Tarjan's algorithm
 * with a stack of its own, since a long road would exhaust the one of the language.
 */
export interface Components {
  /** By vertex. */
  readonly of: Int32Array;
  readonly sizes: readonly number[];
}

export function componentsOf(vertexCount: number, tail: readonly number[], head: readonly number[]): Components {
  const { first, heads } = byTail(vertexCount, tail, head);
  const of = new Int32Array(vertexCount).fill(-1);
  const order = new Int32Array(vertexCount).fill(-1);
  const low = new Int32Array(vertexCount);
  const next = first.slice(0, vertexCount);
  const open: number[] = [];
  const path: number[] = [];
  const sizes: number[] = [];
  let count = 0;
  const enter = (vertex: number): void => {
    order[vertex] = count;
    low[vertex] = count++;
    open.push(vertex);
    path.push(vertex);
  };
  const close = (root: number): void => {
    let size = 0;
    for (let vertex = -1; vertex !== root; size += 1) {
      vertex = open.pop() as number;
      of[vertex] = sizes.length;
    }
    sizes.push(size);
  };
  for (let root = 0; root < vertexCount; root += 1) {
    if (order[root] !== -1) continue;
    enter(root);
    for (let vertex = path.at(-1); vertex !== undefined; vertex = path.at(-1)) {
      const arc = next[vertex] as number;
      if (arc < (first[vertex + 1] as number)) {
        next[vertex] = arc + 1;
        const to = heads[arc] as number;
        if (order[to] === -1) enter(to);
        else if (of[to] === -1) low[vertex] = Math.min(low[vertex] as number, order[to] as number);
        continue;
      }
      path.pop();
      const above = path.at(-1);
      if (above !== undefined) low[above] = Math.min(low[above] as number, low[vertex] as number);
      if (low[vertex] === order[vertex]) close(vertex);
    }
  }
  return { of, sizes };
}

function byTail(vertexCount: number, tail: readonly number[], head: readonly number[]) {
  const first = new Int32Array(vertexCount + 1);
  for (const vertex of tail) first[vertex + 1] = (first[vertex + 1] as number) + 1;
  for (let vertex = 0; vertex < vertexCount; vertex += 1) {
    first[vertex + 1] = (first[vertex + 1] as number) + (first[vertex] as number);
  }
  const next = first.slice(0, vertexCount);
  const heads = new Int32Array(head.length);
  for (const [arc, vertex] of tail.entries()) {
    const place = next[vertex] as number;
    heads[place] = head[arc] as number;
    next[vertex] = place + 1;
  }
  return { first, heads };
}
