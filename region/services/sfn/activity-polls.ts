/**
 * The long polls of activity workers: GetActivityTask asks again until a task is there, a minute has passed, or the worker
 * has gone. P1: a task is handed only to a poll whose worker was there when it was asked for; a worker whose connection
 * ended takes none. Time is the region's.
 */
import type { Clock, TimerHandle } from '../../clock.ts';

const POLL_MS = 60_000;
/** How often a poll asks again when nothing told it that there is a task. */
const STEP_MS = 1000;

interface Answer {
  readonly taskToken?: string;
}

interface Poll {
  readonly activityArn: unknown;
  isGone: boolean;
  /** There may be a task since the last question. */
  isWoken: boolean;
  /** Ends the pause between two questions. */
  resume(): void;
}

export interface PollInput {
  readonly activityArn?: unknown;
  /** Names the poll, for `abandon`; not a member of the AWS API. */
  readonly _pollId?: string;
}

export class ActivityPolls {
  readonly #clock: Clock;
  readonly #ask: (input: object) => Promise<unknown>;
  /** In the order in which they began. */
  readonly #open = new Set<Poll>();
  readonly #named = new Map<string, Poll>();

  /** @param ask GetActivityTask of the engine, which answers at once */
  constructor(clock: Clock, ask: (input: object) => Promise<unknown>) {
    this.#clock = clock;
    this.#ask = ask;
  }

  async poll({ _pollId, ...input }: PollInput): Promise<unknown> {
    const poll: Poll = { activityArn: input.activityArn, isGone: false, isWoken: false, resume: () => undefined };
    this.#open.add(poll);
    if (_pollId !== undefined) this.#named.set(_pollId, poll);
    try {
      return await this.#askUntilAnswered(poll, input);
    } finally {
      this.#open.delete(poll);
      if (_pollId !== undefined) this.#named.delete(_pollId);
    }
  }

  /** The worker that named its poll so has gone; without a name, every worker that named one. */
  abandon({ _pollId }: PollInput): object {
    const gone = _pollId === undefined ? [...this.#named.values()] : [this.#named.get(_pollId)];
    for (const poll of gone) {
      if (poll === undefined) continue;
      poll.isGone = true;
      poll.resume();
    }
    return {};
  }

  /** There may be a task: polls of the activity ask again, first come, first served. */
  wake(activityArn: string): void {
    for (const poll of this.#open) {
      if (poll.activityArn !== activityArn) continue;
      poll.isWoken = true;
      poll.resume();
    }
  }

  async #askUntilAnswered(poll: Poll, input: object): Promise<unknown> {
    const endMs = this.#clock.now() + POLL_MS;
    while (!poll.isGone) {
      poll.isWoken = false;
      const answer = (await this.#ask(input)) as Answer;
      if (answer.taskToken !== undefined || this.#clock.now() >= endMs) return answer;
      // P1: whoever went while the question was under way is seen by the loop's condition.
      if (!poll.isGone && !poll.isWoken) await this.#pause(poll, Math.min(endMs, this.#clock.now() + STEP_MS));
    }
    return {};
  }

  async #pause(poll: Poll, untilMs: number): Promise<void> {
    let timer: TimerHandle | undefined;
    await new Promise<void>((resolve) => {
      poll.resume = resolve;
      timer = this.#clock.at(untilMs, resolve);
    });
    timer?.cancel();
    poll.resume = () => undefined;
  }
}
