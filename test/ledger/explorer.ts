/**
 * Stateless model checking for the ledger: actors (openers, senders, the sweep) run the real code against the region's
 * real DynamoDB; every call of a port is a step. The explorer tries every order of steps, and at every step, while the
 * scenario still has crashes to give, also the crash of the actor that was to make it. Depth first by replay: a run is
 * the list of choices that led to it. Schedules that meet in one state (the ledger's item, the machine, what each actor
 * has observed so far) go on identically, so what lies beyond a state is explored once and counted for all of them.
 */

/** Thrown into nobody: a crashed actor's promise simply never goes on. */
interface Parked {
  resume(): void;
}

export class Actor {
  readonly name: string;
  #parked: Parked | undefined;
  #isDone = false;
  #waiters: (() => void)[] = [];
  /** Everything the actor was answered so far: with its code, its whole local state. */
  readonly observed: string[] = [];

  constructor(name: string) {
    this.name = name;
  }

  get isReady(): boolean {
    return this.#parked !== undefined;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** Called by the actor's ports before each effect. */
  gate = (): Promise<void> =>
    new Promise((resume) => {
      this.#parked = { resume };
      this.#wake();
    });

  start(work: (actor: Actor) => Promise<void>): Promise<void> {
    void work(this).then(() => {
      this.#isDone = true;
      this.#wake();
    });
    return this.settled();
  }

  /** Makes one step and returns when the actor stands before its next, or is done. */
  step(): Promise<void> {
    const parked = this.#parked;
    if (parked === undefined) throw new Error(`${this.name} has no step to make`);
    this.#parked = undefined;
    parked.resume();
    return this.settled();
  }

  /** The actor never goes on. */
  crash(): void {
    this.#parked = undefined;
    this.#isDone = true;
  }

  settled(): Promise<void> {
    if (this.#parked !== undefined || this.#isDone) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }
}

/** What a run offers at each turn; `take` makes the choice. */
export interface Turn {
  readonly label: string;
  take(): Promise<void>;
}

export interface Run {
  /** The choices open now; none when the run is over. */
  turns(): readonly Turn[];
  /** Names the state: two runs with the same key have the same future. */
  key(): Promise<string>;
  /** Throws when an invariant does not hold. */
  check(): Promise<void>;
}

export interface Exploration {
  /** Complete schedules covered. */
  readonly interleavings: bigint;
  /** Distinct states they led through. */
  readonly states: number;
}

/**
 * Tries every schedule of the run that `begin` sets up.
 * @throws the first violated invariant, with the schedule that led to it
 */
export async function explore(begin: () => Promise<Run>, maxStates: number): Promise<Exploration> {
  const beyond = new Map<string, bigint>();

  async function replay(choices: readonly number[]): Promise<{ run: Run; labels: string[] }> {
    const run = await begin();
    const labels: string[] = [];
    for (const choice of choices) {
      const turn = run.turns()[choice];
      if (turn === undefined)
        throw new Error(`The run is not deterministic: no choice ${choice} after ${labels.join(' > ')}`);
      labels.push(turn.label);
      await turn.take();
    }
    return { run, labels };
  }

  /** `run` stands at the end of `choices`; its first continuation goes on with it, the others replay up to here. */
  async function visit(choices: readonly number[], { run, labels }: { run: Run; labels: string[] }): Promise<bigint> {
    const key = await run.key();
    const known = beyond.get(key);
    if (known !== undefined) return known;
    const turns = run.turns();
    let schedules = turns.length === 0 ? 1n : 0n;
    if (turns.length === 0) {
      try {
        await run.check();
      } catch (error) {
        throw new Error(`${(error as Error).message}\nafter: ${labels.join(' > ')}`, { cause: error });
      }
    }
    for (const [choice, turn] of turns.entries()) {
      const next = [...choices, choice];
      if (choice === 0) {
        await turn.take();
        schedules += await visit(next, { run, labels: [...labels, turn.label] });
      } else {
        schedules += await visit(next, await replay(next));
      }
    }
    beyond.set(key, schedules);
    if (beyond.size > maxStates) throw new Error(`More than ${maxStates} states: make the scenario smaller.`);
    return schedules;
  }

  const interleavings = await visit([], await replay([]));
  return { interleavings, states: beyond.size };
}
