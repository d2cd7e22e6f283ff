/** What is going to happen in a run: by due time, and by the order of arrangement where times are equal. */
export interface Appointment {
  readonly dueMs: number;
  act(): Promise<void>;
}

export class Agenda {
  private readonly heap: (Appointment & { readonly sequence: number })[] = [];
  private added = 0;

  add(dueMs: number, act: () => Promise<void>): void {
    this.added += 1;
    const { heap } = this;
    heap.push({ dueMs, act, sequence: this.added });
    for (let at = heap.length - 1; at > 0; ) {
      const up = (at - 1) >> 1;
      if (this.isBefore(up, at)) return;
      this.swap(up, at);
      at = up;
    }
  }

  /** Takes the next one; undefined when nothing is arranged. */
  next(): Appointment | undefined {
    const { heap } = this;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= heap.length) return first;
      const least = left + 1 < heap.length && this.isBefore(left + 1, left) ? left + 1 : left;
      if (this.isBefore(at, least)) return first;
      this.swap(at, least);
      at = least;
    }
  }

  private isBefore(one: number, other: number): boolean {
    const a = this.heap[one];
    const b = this.heap[other];
    if (a === undefined || b === undefined) return false;
    return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);
  }

  private swap(one: number, other: number): void {
    const a = this.heap[one];
    const b = this.heap[other];
    if (a === undefined || b === undefined) return;
    this.heap[one] = b;
    this.heap[other] = a;
  }
}
