/** Everyone outside of the process that is killed: knows what was started, which tokens were handed out, what was answered. */
import type { ChildProcess } from 'node:child_process';
import type { Prng } from '../../region/index.ts';
import { tokenAnswerOf } from './machines.ts';
import { type FromHost, redriveOf, startOf, type ToHost } from './messages.ts';
import { actionOf } from './undisturbed.ts';

const RUNNING_AT_A_TIME = 12;
const LONGEST_ANSWER_MS = 120;
/** What a call may come to that an earlier host had taken before it died without a word. */
const TAKEN_BEFORE = new Set(['accepted', 'TaskTimedOut', 'ExecutionNotRedrivable']);

interface Token {
  readonly state: string;
  readonly n: number;
  isAnswered: boolean;
}

export class OuterWorld {
  readonly started = new Set<number>();
  readonly ended = new Set<number>();
  readonly broken = new Set<number>();
  readonly redriven = new Set<number>();
  readonly tokens = new Map<string, Token>();
  readonly violations: string[] = [];
  readonly #prng: Prng;
  #wanted = 0;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  get wanted(): number {
    return this.#wanted;
  }

  /** Nothing is left to be told or to be answered. */
  get isOver(): boolean {
    return this.ended.size === this.#wanted && [...this.tokens.values()].every(({ isAnswered }) => isAnswered);
  }

  /** @param more start other executions in the place of those that have ended */
  connect(child: ChildProcess, more: boolean): void {
    const tell = (message: ToHost): void => void (child.connected && child.send(message, () => undefined));
    child.on('message', (message: FromHost) => {
      switch (message.kind) {
        case 'ready':
          return this.#welcome(tell, more);
        case 'token':
          return this.#take(tell, message);
        case 'ended':
          if (!message.broke) this.ended.add(message.n);
          else if (!this.redriven.has(message.n)) {
            this.broken.add(message.n);
            tell(redriveOf(message.n));
          }
          return;
        case 'called':
          return this.#heard(message.id, message.outcome);
      }
    });
  }

  /** A host that has just come up is told again what no host has acknowledged. */
  #welcome(tell: (message: ToHost) => void, more: boolean): void {
    while (more && this.#wanted - this.ended.size < RUNNING_AT_A_TIME) this.#wanted += 1;
    for (let n = 1; n <= this.#wanted; n += 1) if (!this.started.has(n)) tell(startOf(n));
    for (const n of this.broken) if (!this.redriven.has(n)) tell(redriveOf(n));
    for (const [token, { isAnswered }] of this.tokens) if (!isAnswered) this.#answer(tell, token);
  }

  #take(tell: (message: ToHost) => void, { state, n, token }: Extract<FromHost, { kind: 'token' }>): void {
    if (this.tokens.has(token)) return;
    this.tokens.set(token, { state, n, isAnswered: tokenAnswerOf(state, n) === undefined });
    this.#answer(tell, token);
  }

  /** A sign of life, and later the answer. */
  #answer(tell: (message: ToHost) => void, token: string): void {
    const { state, n } = this.tokens.get(token) ?? { state: '', n: 0 };
    const answer = tokenAnswerOf(state, n);
    if (answer === undefined) return;
    tell({ id: `heartbeat ${token}`, action: 'SendTaskHeartbeat', input: { taskToken: token } });
    const give = (): void => tell({ id: token, action: actionOf(answer), input: { taskToken: token, ...answer } });
    setTimeout(give, this.#prng.random() * LONGEST_ANSWER_MS);
  }

  #heard(id: string, outcome: string): void {
    const [what, number] = id.split(' ');
    if (!TAKEN_BEFORE.has(outcome)) this.violations.push(`K2: ${id}: ${outcome}`);
    if (what === 'start') this.started.add(Number(number));
    if (what === 'redrive') this.redriven.add(Number(number));
    const token = this.tokens.get(id);
    if (token !== undefined) token.isAnswered = true;
  }
}
