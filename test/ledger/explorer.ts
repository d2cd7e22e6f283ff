/**
 * Stateless model checking for the ledger: actors (openers, senders, the sweep) run the real code against the region's
 * real DynamoDB; every call of a port is a step. The explorer tries every order of steps, and at every step, while the
 * scenario still has crashes to give, also the crash of the actor that was to make it. Depth first by replay: a run is
 * the list of choices that led to it.
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
  /** Throws when an invariant does not hold. */
  check(): Promise<void>;
}

export interface Exploration {
  readonly runs: number;
  readonly steps: number;
}

/**
 * Tries every schedule of the run that `begin` sets up.
 * @throws the first violated invariant, with the schedule that led to it
 */
export async function explore(begin: (run: number) => Promise<Run>, maxRuns: number): Promise<Exploration> {
  let choices: number[] = [];
  let runs = 0;
  let steps = 0;
  for (;;) {
    const run = await begin(runs);
    const widths: number[] = [];
    const labels: string[] = [];
    for (let depth = 0; ; depth += 1) {
      const turns = run.turns();
      if (turns.length === 0) break;
      const choice = choices[depth] ?? 0;
      const turn = turns[choice];
      if (turn === undefined) throw new Error(`The run is not deterministic: no choice ${choice} at ${labels.join(' ')}`);
      choices[depth] = choice;
      widths.push(turns.length);
      labels.push(turn.label);
      steps += 1;
      await turn.take();
    }
    try {
      await run.check();
    } catch (error) {
      throw new Error(`${(error as Error).message}\nafter: ${labels.join(' > ')}`, { cause: error });
    }
    runs += 1;
    if (runs >= maxRuns) throw new Error(`More than ${maxRuns} interleavings: make the scenario smaller.`);
    choices = choices.slice(0, widths.length);
    while (choices.length > 0 && (choices.at(-1) ?? 0) + 1 >= (widths[choices.length - 1] ?? 0)) choices.pop();
    if (choices.length === 0) return { runs, steps };
    choices[choices.length - 1] = (choices.at(-1) ?? 0) + 1;
  }
}
