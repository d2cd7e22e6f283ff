/**
 * The engine's speed, memory and growth: what a step costs in memory and over the journal, what a waiting execution
 * weighs, how long a restart takes, and whether ten times as much takes ten times as long. The journal is a SQLite file
 * that survives the process (not the loss of power); the peer runs beside it on the chain.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteJournal } from '../region/journal/sqlite-journal.ts';
import { BenchHost, type TaskAnswer } from './engine-host.ts';
import { CHAIN_JSONATA, CHAIN_JSONPATH, MAP_1000, STATES_IN_CHAIN, WAITING } from './machines.ts';
import { best, figure, heapBytes, perSecond, printTable, type Spent, spent, timed } from './measure.ts';
import { measurePeer } from './peer.ts';

const ROUNDS = 4;
const CHAINS = 4_000;
const WAITING_INPUT = '{"orderId":"order-1"}';

const folder = mkdtempSync(join(tmpdir(), 'bench-engine-'));
let files = 0;
const newFile = (): string => {
  files += 1;
  return join(folder, `journal-${files}.sqlite`);
};

const add: TaskAnswer = ({ input }) => JSON.stringify({ count: ((input as { count?: number }).count ?? 0) + 1 });
const silent: TaskAnswer = () => undefined;
const orderTask: TaskAnswer = ({ taskToken, input }) => {
  if (taskToken !== undefined) return undefined;
  const { Payload } = input as { Payload: unknown };
  return JSON.stringify({ StatusCode: 200, Payload });
};

interface Subject {
  readonly name: string;
  readonly definition: object | string;
  readonly input: string;
  readonly count: number;
  readonly transitions: number;
  readonly answer: TaskAnswer;
  readonly tokenRounds?: number;
}

const ORDER = readFileSync(join(import.meta.dirname, '..', 'asl', 'order-lifecycle.asl.json'), 'utf8').replace(
  /\$\{(\w+)\}/g,
  'arn:aws:lambda:us-east-1:111111111111:function:$1',
);
const ORDER_INPUT = JSON.stringify({
  orderId: 'o-1',
  depotId: 'D1',
  tier: 'standard',
  cycle: 1,
  promiseTo: '2026-03-02T12:00:00Z',
  waitUntil: '2026-03-03T12:00:00Z',
});
/** Waits of the happy path; each is answered by its milestone. */
const ORDER_WAITS = 6;
const reached = (): string => JSON.stringify({ kind: 'Milestone', at: '2026-03-02T10:00:00Z', detail: { arrival: 1 } });

const SUBJECTS: readonly Subject[] = [
  {
    name: '(a) chain of 13, JSONPath',
    definition: CHAIN_JSONPATH,
    input: '{"count":1}',
    count: CHAINS,
    transitions: STATES_IN_CHAIN,
    answer: add,
  },
  {
    name: '(b) chain of 13, JSONata',
    definition: CHAIN_JSONATA,
    input: '{"count":1}',
    count: CHAINS,
    transitions: STATES_IN_CHAIN,
    answer: add,
  },
  {
    name: '(c) Map over 1,000 items',
    definition: MAP_1000,
    input: JSON.stringify({ items: Array.from({ length: 1_000 }, (_, count) => ({ count })) }),
    count: 20,
    transitions: 1_001,
    answer: add,
  },
  {
    name: '(d) 10,000 waits for a token',
    definition: WAITING,
    input: WAITING_INPUT,
    count: 10_000,
    transitions: 1,
    answer: silent,
    tokenRounds: 1,
  },
  {
    name: '(e) order-lifecycle, happy path',
    definition: ORDER,
    input: ORDER_INPUT,
    count: 1_000,
    transitions: 9,
    answer: orderTask,
    tokenRounds: ORDER_WAITS,
  },
];

async function round(subject: Subject, durable: boolean): Promise<Spent> {
  const file = newFile();
  const store = durable ? new SqliteJournal(file) : undefined;
  const host = new BenchHost(subject.answer, store);
  const arn = await host.create(subject.definition);
  globalThis.gc?.();
  const taken = await spent(async () => {
    await host.run(arn, subject.count, subject.input, subject.tokenRounds === undefined ? 64 : subject.count);
    for (let answered = 0; answered < (subject.tokenRounds ?? 0); answered += 1) {
      if (host.tokens.length !== subject.count) throw new Error(`${subject.name}: ${host.tokens.length} tokens wait`);
      await host.answerTokens(reached);
    }
  });
  if (host.tokens.length > 0) throw new Error(`${subject.name}: ${host.tokens.length} executions have not ended`);
  host.durable?.close();
  rmSync(file, { force: true });
  return taken;
}

async function speeds(): Promise<void> {
  const rows: string[][] = [];
  const bests: Spent[][] = [];
  // First, right before what it is compared with: a machine's pace changes with the minutes.
  const { rounds: peerRounds, reason } = await measurePeer(CHAIN_JSONPATH, CHAINS, ROUNDS + 1);
  for (const subject of SUBJECTS) {
    const taken: Spent[] = [];
    for (const durable of [false, true]) {
      const rounds: Spent[] = [];
      for (let index = 0; index <= ROUNDS; index += 1) rounds.push(await round(subject, durable));
      taken.push(best(rounds));
    }
    bests.push(taken);
    rows.push(rateRow(subject.name, subject.count * subject.transitions, taken));
  }
  const [a = [], b = []] = bests;
  if (peerRounds === undefined) console.log(`The peer is left out: ${reason}`);
  else {
    const peer = best(peerRounds);
    const [memoryRate = '', , cpuRate = ''] = rateRow('', CHAINS * STATES_IN_CHAIN, [peer, peer]).slice(1);
    rows.push(['peer on (a): aws-local-stepfunctions 3.0.0, no history', memoryRate, 'has none', cpuRate, '']);
    rows.push(ratioRow('(a) over the peer', a, [peer, peer]));
  }
  rows.push(ratioRow('(b) over (a)', b, a));
  const header = ['', 'in memory', 'durable', 'in memory, CPU', 'durable, CPU'];
  printTable('State transitions per second, and per second of CPU time', header, rows);
}

const rateRow = (name: string, transitions: number, taken: readonly Spent[]): string[] => [
  name,
  ...taken.map(({ wallMs }) => figure(perSecond(transitions, wallMs))),
  ...taken.map(({ cpuMs }) => figure(perSecond(transitions, cpuMs))),
];

/** How many times as fast, by either clock. */
const ratioRow = (name: string, taken: readonly Spent[], than: readonly Spent[]): string[] => [
  name,
  ...taken.map(({ wallMs }, index) => ((than[index]?.wallMs ?? 0) / wallMs).toFixed(2)),
  ...taken.map(({ cpuMs }, index) => ((than[index]?.cpuMs ?? 0) / cpuMs).toFixed(2)),
];

async function memory(): Promise<void> {
  const before = heapBytes();
  const host = new BenchHost(silent);
  const arn = await host.create(WAITING);
  await host.run(arn, 10_000, WAITING_INPUT, 1_000);
  const tokens = host.tokens.splice(0);
  const bytes = (heapBytes() - before) / tokens.length;
  printTable(
    'Memory',
    ['', 'bytes'],
    [
      ['a waiting execution, payload and history included', figure(bytes)],
      ['its input', figure(Buffer.byteLength(WAITING_INPUT))],
    ],
  );
}

/** Time for n executions to be started and stored, and for a new engine to go on with them. */
async function growth(): Promise<void> {
  const rows: string[][] = [];
  for (const count of [1_000, 10_000, 100_000]) {
    const file = newFile();
    const host = new BenchHost(silent, new SqliteJournal(file));
    const arn = await host.create(WAITING);
    const startMs = await timed(() => host.run(arn, count, WAITING_INPUT, 1_000));
    host.durable?.close();
    const megabytes = statSync(file).size / 1e6;
    let resumed: BenchHost | undefined;
    const resumeMs = await timed(async () => {
      resumed = new BenchHost(silent, new SqliteJournal(file));
      resumed.durable?.resume();
    });
    if (resumed?.tokens.length !== count) throw new Error(`${resumed?.tokens.length} of ${count} tokens were resumed`);
    const answerMs = await timed(() => resumed?.answerTokens(() => '{}') ?? Promise.resolve());
    resumed.durable?.close();
    const each = (ms: number): string => ((ms * 1_000) / count).toFixed(1);
    rows.push([figure(count), each(startMs), each(resumeMs), each(answerMs), figure(resumeMs), megabytes.toFixed(1)]);
  }
  const header = ['executions', 'start, us each', 'resume, us each', 'answer, us each', 'resume, ms', 'journal, MB'];
  printTable('Growth: executions that wait for a token, durable', header, rows);
}

export async function benchEngine(): Promise<void> {
  console.log(`node ${process.version}, best of ${ROUNDS} rounds; journal: SQLite, WAL, survives the process`);
  try {
    await speeds();
    await memory();
    await growth();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
