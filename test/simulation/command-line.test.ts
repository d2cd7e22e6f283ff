/** An operator's day at the command line, over the port of a region: from a simulated day that went wrong to its audit. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ensureAssembly } from '../../cli/assembly.ts';
import type {
  ActionRecord,
  AuditReport,
  FailureGroup,
  LineReport,
  OrderPage,
  OrderTraceView,
  ReplayForecast,
  ReplayItem,
  ReplayJob,
} from '../../operations/index.ts';
import { type Ended, jsonOf, RunningCommand, refusalOf } from './command-line.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ORDERS = join(ROOT, 'samples', 'orders.jsonl');
const FLEET = join(ROOT, 'samples', 'fleet.json');
const DEFINITION = join(ROOT, 'asl', 'order-lifecycle.asl.json');
const PERIOD = ['--from', '2026-01-31', '--to', '2026-02-02'];
const REPLAY_ALL = ['replay', '--all', '--why', 'the incident is over'];

let folder: string;
let day: RunningCommand;
let groups: readonly FailureGroup[];
let failed: OrderPage;
let job: ReplayJob;
let audited: AuditReport;
let ended: Ended;

const json = <T>(code: number, ...args: string[]): Promise<T> => jsonOf<T>(folder, code, ...args);
const refused = (...args: string[]): ReturnType<typeof refusalOf> => refusalOf(folder, ...args);
const lines = <T>(...path: string[]): T[] =>
  readFileSync(join(folder, ...path), 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as T]));

beforeAll(async () => {
  ensureAssembly(() => undefined);
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
  const files = ['--orders', ORDERS, '--fleet', FLEET, '--out', 'out'];
  day = new RunningCommand(folder, ['simulate', ...files, '--faults', 'incident', '--then-serve']);
  await day.said(/The region stays as it is .* Ctrl-C ends it\./);
}, 60_000);
afterAll(async () => {
  await day.signal('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('the commands, over the region of the folder they run in', () => {
  test('list what failed, and its groups, with the exit code that says that something has', async () => {
    [failed, groups] = await Promise.all([
      json<OrderPage>(0, 'orders', '--status', 'FAILED', '--sort', 'orderId'),
      json<readonly FailureGroup[]>(1, 'failures'),
    ]);
    expect(failed.total).toBeGreaterThan(8);
    expect(groups.length).toBeGreaterThan(2);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(failed.total);
  }, 30_000);

  test('refuse what nobody has heard of with a code and a remedy, and print no JSON for it', async () => {
    const answers = await Promise.all([
      refused('trace', 'nobody'),
      refused('replay', '--order', 'nobody', '--why', 'x'),
      refused('replay', '--group', 'nothing', '--why', 'x'),
      refused('replay', '--job', 'never', '--dry-run'),
    ]);
    expect(answers).toEqual([
      [3, expect.stringMatching(/^PO-201 {2}nothing is known of order nobody\n {8}see/)],
      [3, expect.stringMatching(/^PO-201 {2}1 of 1 are no orders: nobody/)],
      [3, expect.stringMatching(/^PO-207 {2}no failed order is in nothing/)],
      [3, expect.stringMatching(/^PO-206 {2}there is no replay never/)],
    ]);
  }, 30_000);

  test('tell a filter that matches nothing from a mistake', async () => {
    const [none, atlantis, slip] = await Promise.all([
      json<OrderPage>(0, 'orders', '--status', 'DELIVERED'),
      refused('replay', '--all', '--depot', 'ATLANTIS', '--why', 'x'),
      refused('orders', '--status', 'DELIVRED'),
    ]);
    expect(none).toMatchObject({ orders: [], total: 0 });
    expect(atlantis).toEqual([2, expect.stringMatching(/^PO-109 {2}no failed order matches/)]);
    expect(slip).toEqual([2, expect.stringContaining('DELIVERED')]);
  }, 30_000);

  test('trace and rehearse an order that failed', async () => {
    const [orderId = ''] = groups[0]?.examples ?? [];
    const [trace, [rehearsal]] = await Promise.all([
      json<OrderTraceView>(0, 'trace', orderId),
      json<{ rehearsal: object }[]>(0, 'rehearse', '--order', orderId, '--definition', DEFINITION),
    ]);
    expect(trace.order).toMatchObject({ orderId, status: 'FAILED', failure: { state: groups[0]?.state } });
    expect(trace.executions).toHaveLength(1);
    expect(rehearsal).toMatchObject({
      orderId,
      rehearsal: { diverges: false, redrive: { possible: true }, resume: { possible: true } },
    });
  }, 30_000);

  test('cancel and amend orders that are open, and none that has ended', async () => {
    const waiting = failed.orders.filter(({ failure }) => failure?.state === 'AwaitArrival');
    const [first = '', second = ''] = waiting.map(({ orderId }) => orderId);
    const { orders } = await json<OrderPage>(0, 'orders', '--status', 'ARCHIVED', '--limit', '1');
    const window = ['--from', '2026-01-31T12:00:00Z', '--to', '2026-01-31T15:00:00Z'];
    const [cancelled, amended, late, reversed] = await Promise.all([
      json<ActionRecord>(0, 'cancel', first, '--why', 'customer called'),
      json<ActionRecord>(0, 'amend', second, '--why', 'customer is out', ...window),
      refused('cancel', orders[0]?.orderId ?? '', '--why', 'too late'),
      refused('amend', second, '--why', 'x', '--from', '2026-02-02T12:00:00Z', '--to', '2026-02-01T12:00:00Z'),
    ]);
    expect(cancelled).toMatchObject({ kind: 'cancel', orderId: first, outcome: 'done', why: 'customer called' });
    expect(amended).toMatchObject({ kind: 'amend', orderId: second, outcome: 'done' });
    expect(late).toEqual([1, expect.stringMatching(/^PO-402 .* is ARCHIVED since .*\n {8}Nothing was sent/)]);
    expect(reversed).toEqual([2, expect.stringMatching(/^PO-100 {2}the window ends/)]);
  }, 30_000);

  test('try a replay dry, which changes nothing', async () => {
    const dry = await json<{ job: ReplayJob; forecast: ReplayForecast }>(0, ...REPLAY_ALL, '--dry-run');
    expect(dry.job).toMatchObject({ state: 'FROZEN', total: failed.total });
    expect(dry.forecast).toMatchObject({ willRedrive: failed.total, willResume: 0, refused: [] });
    job = dry.job;
    const { total } = await json<OrderPage>(0, 'orders', '--status', 'FAILED');
    expect(total).toBe(failed.total);
  }, 30_000);

  test('refuse a selection that is larger than was said', async () => {
    expect(await refused(...REPLAY_ALL, '--most', '3')).toEqual([
      2,
      expect.stringMatching(new RegExp(`^PO-110 {2}${failed.total} orders are selected.*\\n.*--most ${failed.total}`)),
    ]);
  }, 30_000);

  test('replay a group once, though two operators ask for it at the same time', async () => {
    const [group] = groups;
    const ask = (why: string) =>
      json<{ job: ReplayJob; items: ReplayItem[] }>(0, 'replay', '--group', group?.groupId ?? '', '--why', why);
    const both = await Promise.all([ask('ann repaired it'), ask('bob repaired it')]);
    const items = both.flatMap((one) => one.items);
    expect(items).toHaveLength(2 * (group?.count ?? 0));
    const succeeded = items.filter(({ state }) => state === 'SUCCEEDED');
    expect(new Set(succeeded.map(({ orderId }) => orderId)).size).toBe(group?.count);
    expect(succeeded).toHaveLength(group?.count ?? 0);
    for (const { state, reason } of items.filter((item) => !succeeded.includes(item))) {
      expect([state, reason]).toEqual(['SKIPPED', expect.stringMatching(/^already replayed by |^the order is /)]);
    }
    const { orders } = await json<OrderPage>(0, 'orders', '--limit', '500');
    const replayed = orders.filter(({ replays }) => replays > 0);
    expect(replayed.map(({ replays }) => replays)).toEqual(replayed.map(() => 1));
    expect(replayed).toHaveLength(group?.count ?? 0);
  }, 60_000);

  test('go on with a frozen replay from a half-finished report, and leave alone what was replayed since', async () => {
    const { jobId } = job;
    writeFileSync(join(folder, 'half.jsonl'), `${JSON.stringify({ jobId })}\n{"orderId":"portolan-00`);
    const other = await refused(...REPLAY_ALL, '--report', 'half.jsonl');
    expect(other).toEqual([
      2,
      expect.stringMatching(`^PO-111  half.jsonl is the half-finished report of replay ${jobId}`),
    ]);
    appendFileSync(join(folder, 'diary.txt'), 'Dear diary\n');
    expect(await refused('replay', '--job', jobId, '--report', 'diary.txt')).toEqual([
      2,
      expect.stringMatching(/^PO-111 {2}diary.txt is no report of a replay/),
    ]);
    const { job: done } = await json<{ job: ReplayJob }>(0, 'replay', '--report', 'half.jsonl');
    const before = groups[0]?.count ?? 0;
    expect(done).toMatchObject({ jobId, state: 'DONE', counts: { SKIPPED: before, SUCCEEDED: failed.total - before } });
    const [head, ...rest] = lines<Record<string, unknown>>('half.jsonl');
    expect(head).toMatchObject({ jobId, why: 'the incident is over' });
    expect(rest.pop()).toMatchObject({ state: 'DONE' });
    expect(rest.map(({ orderId }) => orderId).sort()).toEqual(failed.orders.map(({ orderId }) => orderId));
    const again = await json<{ job: ReplayJob }>(0, 'replay', '--job', jobId);
    expect(again.job).toEqual(done);
  }, 60_000);

  test('find nothing failed and nothing stuck afterwards', async () => {
    const [none, waits, list] = await Promise.all([
      json<readonly FailureGroup[]>(0, 'failures'),
      json<readonly unknown[]>(0, 'waits'),
      json<readonly ReplayJob[]>(0, 'replay', '--list'),
    ]);
    expect([none, waits]).toEqual([[], []]);
    expect(list.filter(({ state }) => state === 'DONE')).toHaveLength(3);
    expect(await refused(...REPLAY_ALL)).toEqual([2, expect.stringMatching(/^PO-109/)]);
  }, 30_000);

  test('audit the day and verify its archive, and say by the exit code that a target was missed', async () => {
    const [whole, verified, missed] = await Promise.all([
      json<AuditReport>(0, 'audit', ...PERIOD),
      json<AuditReport & { verification: object }>(0, 'audit', ...PERIOD, '--verify', '--by', 'depot'),
      json<AuditReport>(2, 'audit', ...PERIOD, '--target', 'close.p99=1'),
    ]);
    audited = whole;
    expect(whole.whole.orders).toBe(60);
    expect(whole.archive).toMatchObject({ records: 60, unreadable: [] });
    expect(verified.verification).toMatchObject({ faults: [] });
    expect(missed.targets).toEqual([{ metric: 'close.p99', target: 1, value: expect.any(Number), met: false }]);
  }, 30_000);

  test('report the day once more when it is no longer served, as it stands after the replays', async () => {
    ended = await day.signal('SIGINT');
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain(`${failed.total} orders were unended after the day, 0 are now.`);
    expect(ended.stdout).toContain(`Report, as things stand now: ${join('out', 'served')}`);
    const statuses = (...path: string[]) => lines<LineReport>(...path, 'orders.jsonl').map(({ status }) => status);
    expect(statuses('out').filter((status) => status === 'FAILED')).toHaveLength(failed.total);
    expect(statuses('out', 'served')).not.toContain('FAILED');
    const told = lines<{ key: string; channel: string }>('out', 'served', 'notifications.jsonl');
    expect(told.length).toBeGreaterThan(lines('out', 'notifications.jsonl').length);
    expect(new Set(told.map(({ key, channel }) => `${channel} ${key}`)).size).toBe(told.length);
    const summary = JSON.parse(readFileSync(join(folder, 'out', 'served', 'summary.json'), 'utf8'));
    expect(summary.byStatus).not.toHaveProperty('FAILED');
    expect(await refused('orders')).toEqual([3, expect.stringMatching(/^PO-20[09]/)]);
  }, 30_000);

  test('audit what the report of the day comes to, when that is counted again', async () => {
    const recount = async (report: object): Promise<Ended> => {
      writeFileSync(join(folder, 'audit.json'), JSON.stringify(report));
      const program = ['--import', 'tsx', join(ROOT, 'test', 'simulation', 'recount.ts')];
      const orders = join(folder, 'out', 'served', 'orders.jsonl');
      return new RunningCommand(ROOT, ['--orders', orders, '--audit', join(folder, 'audit.json')], program).ended;
    };
    const { whole } = audited;
    const [same, other] = [
      await recount(audited),
      await recount({ ...audited, whole: { ...whole, perfect: whole.perfect - 1 } }),
    ];
    expect(same).toMatchObject({ code: 0, stdout: expect.stringMatching(/\d\d figures, 0 differ/) });
    expect(other).toMatchObject({ code: 1, stdout: expect.stringMatching(/perfect +\d+ +\d+ +NO\n/) });
  }, 30_000);
});
