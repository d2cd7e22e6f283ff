/**
 * The world of the ledger's interleaving test: one order, a machine that stands for its execution, senders of signals,
 * and the region's DynamoDB beneath the real ledger. The machine does what order-lifecycle does with an answer; it is
 * the oracle that says which tokens live.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { byOccurrence } from '../../functions/platform/ledger/decision.ts';
import { epochOf, Ledger, type NewWait } from '../../functions/platform/ledger/ledger.ts';
import { type DocumentSender, LedgerStore } from '../../functions/platform/ledger/store.ts';
import { createDynamoDb, type DynamoDb } from '../../region/services/dynamodb/index.ts';
import { fakePorts, fakeResource } from '../../region/testing/fake-ports.ts';
import { MILESTONES, type Milestone, type Reached, type Signal } from '../../workflows/order-lifecycle/contracts.ts';
import { Actor, type Run, type Turn } from './explorer.ts';

const AT = '2026-03-02T08:00:00.000Z';
const minute = (minutes: number) => new Date(Date.parse(AT) + minutes * 60_000).toISOString();

export interface Scenario {
  /** Where the execution stands when the scenario begins. */
  readonly awaits: Milestone;
  /** `at` in minutes; delivered twice when `copies` is 2. */
  readonly signals: readonly {
    readonly kind: Signal['kind'];
    readonly minute: number;
    readonly cycle?: number;
    readonly copies?: number;
  }[];
  readonly crashes: number;
  /** The wait may run into its timeout at any moment, once. */
  readonly timesOut?: boolean;
  /** An operator may stop the execution at any moment and redrive it, once. */
  readonly redrives?: boolean;
  /** The ledger is closed while others still work on it, not after them. */
  readonly closesAtOnce?: boolean;
  /** Takes minutes: not part of every test run. */
  readonly isLarge?: boolean;
  /** How the execution may end; every schedule has to reach one of these. */
  readonly ends: readonly string[];
}

interface Standing {
  readonly cycle: number;
  readonly stage: number;
  readonly amendedThrough?: { readonly at: string; readonly arrival: number };
}

/** A fresh table per replay: the sweep's index is shared by all orders, and a replay must meet only its own. */
export function createLedgerTable(): DynamoDb {
  const dynamodb = createDynamoDb(fakePorts());
  const table = dynamodb.resources['AWS::DynamoDB::Table'];
  if (table === undefined) throw new Error('the region has no DynamoDB tables');
  void table.create(
    fakeResource('Ledger', {
      TableName: 'ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['orderId', 'unsettledShard', 'unsettledAt'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'unsettled',
          KeySchema: [
            { AttributeName: 'unsettledShard', KeyType: 'HASH' },
            { AttributeName: 'unsettledAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  return dynamodb;
}

export class World implements Run {
  readonly #orderId: string;
  readonly #scenario: Scenario;
  readonly #documents: DocumentSender;
  readonly #actors: Actor[] = [];
  #crashesLeft: number;
  #hasTimedOut = false;
  #hasRedriven = false;
  #sweeps = 0;
  #isClosing = false;

  // The machine: order-lifecycle as the ledger sees it.
  #standing: Standing;
  #token: string | undefined;
  #tokens = 0;
  #retries = 0;
  #redrives = 0;
  #entries = 0;
  #end: string | undefined;
  readonly #taken: Reached[] = [];
  /** Signal ids sent per token: R2 allows one. */
  readonly #sent = new Map<string, Set<string>>();

  constructor(orderId: string, scenario: Scenario, dynamodb: DynamoDb) {
    this.#orderId = orderId;
    this.#scenario = scenario;
    this.#documents = documentSender(dynamodb);
    this.#crashesLeft = scenario.crashes;
    this.#standing = { cycle: 1, stage: MILESTONES.indexOf(scenario.awaits) };
  }

  async begin(): Promise<this> {
    for (const planned of this.#scenario.signals) {
      const id = `${planned.kind}#${planned.cycle ?? 0}#${planned.minute}`;
      const isOpenEnded = planned.kind === 'Cancelled' || planned.kind === 'Amended';
      const signal: Signal = {
        schemaVersion: 1,
        signalId: id,
        orderId: this.#orderId,
        kind: planned.kind,
        at: minute(planned.minute),
        detail: planned.kind === 'Amended' ? { promise: { from: minute(0), to: minute(99) } } : {},
        ...(isOpenEnded ? {} : { cycle: planned.cycle ?? 1 }),
      };
      for (let copy = 0; copy < (planned.copies ?? 1); copy += 1) await this.#spawnSender(signal);
    }
    await this.#enter();
    return this;
  }

  turns(): readonly Turn[] {
    const ready = this.#actors.filter((actor) => actor.isReady);
    const turns: Turn[] = ready.map((actor) => ({ label: actor.name, take: () => this.#step(actor) }));
    if (this.#crashesLeft > 0) {
      for (const actor of ready) turns.push({ label: `crash ${actor.name}`, take: () => this.#crash(actor) });
    }
    if (this.#scenario.timesOut === true && !this.#hasTimedOut && this.#token !== undefined) {
      turns.push({ label: 'timeout', take: () => this.#timeOut() });
    }
    if (this.#scenario.redrives === true && !this.#hasRedriven && this.#token !== undefined) {
      turns.push({ label: 'stop and redrive', take: () => this.#redrive() });
    }
    if (turns.length === 0 && this.#end !== undefined && !this.#isClosing) {
      return [{ label: 'close', take: () => this.#close() }];
    }
    if (turns.length === 0 && this.#sweeps < 3) {
      // Nothing else moves: the sweep comes round, as it does every few minutes.
      return [{ label: 'sweep', take: () => this.#sweep() }];
    }
    return turns;
  }

  async key(): Promise<string> {
    const item = await new LedgerStore(this.#documents, 'ledger').read(this.#orderId);
    const actors = this.#actors
      .filter((actor) => actor.isReady)
      .map((actor) => [actor.name, actor.observed.length, actor.observed.at(-1)]);
    const machine = [
      this.#standing,
      this.#token,
      this.#tokens,
      this.#retries,
      this.#redrives,
      this.#entries,
      this.#end,
    ];
    const budgets = [this.#crashesLeft, this.#hasTimedOut, this.#hasRedriven, this.#sweeps, this.#isClosing];
    const sent = [...this.#sent].map(([token, signals]) => [token, [...signals].sort()]);
    return JSON.stringify([item, actors, machine, budgets, this.#taken, sent]).replaceAll(this.#orderId, '');
  }

  async check(): Promise<void> {
    const item = await new LedgerStore(this.#documents, 'ledger').read(this.#orderId);
    const { ends } = this.#scenario;
    if (this.#end === undefined || !ends.includes(this.#end)) {
      throw new Error(`R1/R3: the execution ended ${this.#end ?? 'never'}, allowed are ${ends.join(', ')}`);
    }
    for (const [token, signals] of this.#sent) {
      if (signals.size > 1) throw new Error(`R2: ${token} was answered with ${[...signals].join(' and ')}`);
    }
    const taken = new Set(this.#taken.map((reached) => reached.signalId));
    for (const signal of item.signals) {
      const fate = item.fates[signal.signalId]?.fate;
      if (!taken.has(signal.signalId) && fate === undefined) throw new Error(`R1: ${signal.signalId} has no fate`);
      if (!taken.has(signal.signalId) && fate === 'delivered') throw new Error(`R1: ${signal.signalId} never arrived`);
    }
    this.#checkOrder(item.signals);
    if (item.isUnsettled) throw new Error('R3: the sweep left the order unsettled');
  }

  /** R5: what was taken later happened later, unless it was accepted only after the other had been taken. */
  #checkOrder(signals: readonly { readonly signalId: string; readonly at: string; readonly arrival: number }[]): void {
    const accepted = new Map(signals.map((signal) => [signal.signalId, signal]));
    const taken = this.#taken.flatMap((reached) => accepted.get(reached.signalId ?? '') ?? []);
    for (const [index, later] of taken.entries()) {
      const earlier = taken[index - 1];
      if (earlier === undefined || byOccurrence(earlier, later) <= 0) continue;
      if (later.arrival < earlier.arrival) throw new Error(`R5: ${later.signalId} was taken after ${earlier.signalId}`);
    }
  }

  async #step(actor: Actor): Promise<void> {
    await actor.step();
    await this.#settleAll();
  }

  async #settleAll(): Promise<void> {
    for (const actor of this.#actors) await actor.settled();
  }

  #retryOf = new Map<Actor, () => Promise<void>>();

  async #crash(actor: Actor): Promise<void> {
    this.#crashesLeft -= 1;
    actor.crash();
    await this.#retryOf.get(actor)?.();
  }

  #spawn(name: string, work: (ledger: Ledger) => Promise<unknown>, retry?: () => Promise<void>): Promise<void> {
    const actor = new Actor(name);
    this.#actors.push(actor);
    if (retry !== undefined) this.#retryOf.set(actor, retry);
    const documents: DocumentSender = {
      send: async (command) => {
        // A plain read only looks: whatever it misses, the conditional write after it meets. It is no step of its own.
        if (!(command instanceof GetCommand)) await actor.gate();
        const answer = await this.#documents.send(command).catch((error: Error) => {
          actor.observed.push(error.name);
          throw error;
        });
        actor.observed.push(JSON.stringify(answer));
        return answer;
      },
    };
    const answers = {
      succeed: (token: string, reached: Reached) => this.#answer(actor, token, reached),
      fail: (token: string, _error: string, reached: Reached) => this.#answer(actor, token, reached),
    };
    const ledger = new Ledger(new LedgerStore(documents, 'ledger'), answers);
    return actor.start(async () => {
      await work(ledger);
    });
  }

  #spawnSender(signal: Signal): Promise<void> {
    // The queue delivers a message again when its consumer died.
    const retry = () => this.#spawnSender(signal);
    return this.#spawn(`send ${signal.kind}`, (ledger) => ledger.accept(signal, AT), retry);
  }

  /** The machine enters a wait: a new token, and an opener that brings it to the ledger. */
  async #enter(): Promise<void> {
    this.#entries += 1;
    this.#retries = 0;
    await this.#attempt();
  }

  async #attempt(): Promise<void> {
    this.#tokens += 1;
    const token = `token-${this.#tokens}`;
    this.#token = token;
    const awaits = MILESTONES[this.#standing.stage];
    if (awaits === undefined) throw new Error(`no milestone at stage ${this.#standing.stage}`);
    const { cycle, amendedThrough } = this.#standing;
    const wait: NewWait = {
      awaits,
      cycle,
      token,
      executionArn: 'arn:execution',
      openedAt: AT,
      epoch: epochOf({
        enteredAt: minute(this.#entries),
        redriveCount: this.#redrives,
        cycle,
        amendment: amendedThrough?.arrival ?? 0,
        stage: this.#standing.stage,
        retryCount: this.#retries,
      }),
      ...(amendedThrough === undefined ? {} : { amendedThrough }),
    };
    // Step Functions retries the task when its function died, with a new token, unless the wait is over by then.
    const retry = async () => {
      if (this.#token !== token) return;
      this.#retries += 1;
      await this.#attempt();
    };
    await this.#spawn(`open ${awaits}`, (ledger) => ledger.open(this.#orderId, wait), retry);
  }

  async #answer(actor: Actor, token: string, reached: Reached): Promise<'delivered' | 'gone'> {
    const outcome = await this.#take(actor, token, reached);
    actor.observed.push(outcome);
    return outcome;
  }

  async #take(actor: Actor, token: string, reached: Reached): Promise<'delivered' | 'gone'> {
    await actor.gate();
    const sent = this.#sent.get(token) ?? new Set();
    sent.add(String(reached.signalId));
    this.#sent.set(token, sent);
    if (token !== this.#token) return 'gone';
    this.#token = undefined;
    this.#taken.push(reached);
    await this.#go(reached);
    return 'delivered';
  }

  /** What order-lifecycle does with an answer. */
  async #go(reached: Reached): Promise<void> {
    const { cycle, stage } = this.#standing;
    if (reached.kind === 'Cancelled') return this.#finish('cancelled');
    if (reached.kind === 'Amended') {
      const amendedThrough = { at: reached.at, arrival: Number(reached.detail?.['arrival']) };
      this.#standing = { ...this.#standing, amendedThrough };
      return this.#enter();
    }
    if (reached.kind === 'AttemptFailed' || reached.kind === 'RouteWithdrawn') return this.#nextCycle();
    if (reached.kind === 'Delivered') return this.#finish(`delivered in cycle ${cycle}`);
    this.#standing = { ...this.#standing, stage: stage + 1 };
    return this.#enter();
  }

  /** Back to planning; the scenarios end there unless a signal takes the order on. */
  async #nextCycle(): Promise<void> {
    this.#standing = { ...this.#standing, cycle: this.#standing.cycle + 1, stage: 0 };
    await this.#enter();
  }

  async #finish(end: string): Promise<void> {
    this.#end = end;
    if (this.#scenario.closesAtOnce === true) await this.#close();
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    await this.#spawn(
      'close',
      (ledger) => ledger.close(this.#orderId, AT),
      () => this.#close(),
    );
  }

  async #timeOut(): Promise<void> {
    this.#hasTimedOut = true;
    this.#token = undefined;
    await this.#nextCycle();
  }

  async #redrive(): Promise<void> {
    this.#hasRedriven = true;
    this.#redrives += 1;
    await this.#enter();
  }

  async #sweep(): Promise<void> {
    this.#sweeps += 1;
    if (this.#end === undefined && this.#token !== undefined && this.#sweeps === 3) {
      // A wait that nothing answers runs into its timeout in the end; whoever comes here is waiting for a route.
      const awaits = MILESTONES[this.#standing.stage];
      this.#end = `awaiting ${awaits} in cycle ${this.#standing.cycle}`;
    }
    await this.#spawn('sweep', (ledger) => ledger.sweep(minute(1_000), AT, 1));
  }
}

/** The document client's `send` on the region's DynamoDB, without the network and the client stack between. */
function documentSender(dynamodb: DynamoDb): DocumentSender {
  return {
    // biome-ignore lint/suspicious/noExplicitAny: as in DocumentSender.
    async send(command: any): Promise<any> {
      const operation = command.constructor.name.replace('Command', '') as string;
      const name = operation === 'Query' ? 'Query' : `${operation}Item`;
      const input = { ...command.input };
      if (input.Key !== undefined) input.Key = marshall(input.Key);
      if (input.ExpressionAttributeValues !== undefined) {
        input.ExpressionAttributeValues = marshall(input.ExpressionAttributeValues, { removeUndefinedValues: true });
      }
      const call = dynamodb.operations[name];
      if (call === undefined) throw new Error(`the region's DynamoDB has no ${name}`);
      const output = (await call(input as never, { principal: { kind: 'account' }, requestId: 'test' })) as Record<
        string,
        never
      >;
      return {
        ...output,
        ...(output['Item'] === undefined ? {} : { Item: unmarshall(output['Item']) }),
        ...(output['Attributes'] === undefined ? {} : { Attributes: unmarshall(output['Attributes']) }),
        ...(output['Items'] === undefined
          ? {}
          : { Items: (output['Items'] as never[]).map((item) => unmarshall(item)) }),
      };
    },
  };
}
