/** What is going to happen in a run: by due time, and by the order of arrangement where times are equal. */
export interface Appointment {
  readonly dueMs: number;
  act(): Promise<void>;
  /** False once it has become pointless, as a timer that was cancelled; always true if absent. */
  isWanted?(): boolean;
}

export class Agenda {
  private readonly heap: (Appointment & { readonly sequence: number })[] = [];
  private added = 0;

  add(dueMs: number, act: () => Promise<void>, isWanted?: () => boolean): void {
    this.added += 1;
    const { heap } = this;
    heap.push({ dueMs, act, sequence: this.added, ...(isWanted !== undefined && { isWanted }) });
    for (let at = heap.length - 1; at > 0; ) {
      const up = (at - 1) >> 1;
      if (this.isBefore(up, at)) return;
      this.swap(up, at);
      at = up;
    }
  }

  /** Takes the next one that is wanted and due by then; undefined when there is none. */
  next(untilMs = Number.POSITIVE_INFINITY): Appointment | undefined {
    for (let [first] = this.heap; first !== undefined; [first] = this.heap) {
      const isWanted = first.isWanted?.() ?? true;
      if (isWanted && first.dueMs > untilMs) return undefined;
      this.takeFirst();
      if (isWanted) return first;
    }
    return undefined;
  }

  private takeFirst(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const least = left + 1 < heap.length && this.isBefore(left + 1, left) ? left + 1 : left;
      if (this.isBefore(at, least)) return;
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
