/**
 * The archived record of an order, as far as an audit and a verification read it. A record has more than this; what is
 * not named here is kept under its hash and not looked at.
 */
import * as z from 'zod';
import { TIERS } from '../order/order.ts';
import { ORDER_STATUSES } from '../order/status.ts';
import { VERDICT_CODES, VERDICT_PARTS } from '../sla/verdict.ts';
import type { ChainLink } from './chain.ts';

/** Version of the archived record that this code writes and reads. */
export const ARCHIVE_SCHEMA_VERSION = 2;

const time = z.iso.datetime();
const window = z.object({ from: time, to: time });
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const eventSchema = z.object({
  detailType: z.string(),
  status: z.string(),
  at: time,
  cause: z.string(),
  cycle: z.number(),
  hash,
});

const archivedSchema = z.object({
  schemaVersion: z.literal(ARCHIVE_SCHEMA_VERSION),
  orderId: z.string(),
  depotId: z.string(),
  closedAt: time,
  archivedAt: time,
  record: z.object({
    orderId: z.string(),
    depotId: z.string(),
    tier: z.enum(TIERS),
    status: z.enum(ORDER_STATUSES),
    attempts: z.number().int().nonnegative(),
    cycle: z.number().int().positive(),
    promise: window.extend({ version: z.number().int().positive(), initial: window, committed: window.optional() }),
    times: z.record(z.string(), time),
    place: z.object({ driverId: z.string(), vehicleId: z.string(), routeId: z.string() }).optional(),
    verdict: z.object({
      perfect: z.boolean(),
      onTime: z.boolean(),
      inFull: z.boolean(),
      undamaged: z.boolean(),
      documented: z.boolean(),
      excluded: z.boolean(),
      reasons: z.array(z.object({ part: z.enum(VERDICT_PARTS), code: z.enum(VERDICT_CODES), detail: z.string() })),
    }),
    reason: z.string().optional(),
    breaches: z.array(z.object({ stage: z.string(), deadline: time, promiseVersion: z.number(), firedAt: time })),
  }),
  events: z.array(eventSchema),
  ledger: z.record(z.string(), z.unknown()).nullable(),
  chain: z.object({ chain: z.string(), sequence: z.number().int().positive(), previous: hash, hash }),
});

const signalSchema = z.object({
  signalId: z.string(),
  kind: z.string(),
  at: time,
  acceptedAt: time,
  detail: z.object({ etaAt: time.optional(), promiseVersion: z.number().optional() }).default({}),
});

const waitSchema = z.object({ awaits: z.string(), openedAt: time, signalAt: time, answeredAt: time });

export type ArchivedEvent = z.output<typeof eventSchema>;
export type ArchivedSignal = z.output<typeof signalSchema>;
/** A wait of the execution that was answered: when it opened, when what answered it happened, when it was answered. */
export type AnsweredWait = z.output<typeof waitSchema>;

export interface ArchivedOrder extends Omit<z.output<typeof archivedSchema>, 'ledger' | 'chain' | 'schemaVersion'> {
  readonly chain: ChainLink;
  /** By time of occurrence. */
  readonly signals: readonly ArchivedSignal[];
  /** By the time of the answer. */
  readonly waits: readonly AnsweredWait[];
}

export type ParsedArchive =
  | { readonly ok: true; readonly order: ArchivedOrder /** As `JSON.parse` gave it. */; readonly value: object }
  | { readonly ok: false; readonly problem: string };

export function parseArchived(text: string): ParsedArchive {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'it is not JSON' };
  }
  const parsed = archivedSchema.safeParse(value);
  if (!parsed.success) return { ok: false, problem: problemOf(parsed.error) };
  const { ledger, schemaVersion: _, ...order } = parsed.data;
  try {
    const signals = partsOf(ledger, 's#', signalSchema).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    const waits = partsOf(ledger, 'w#', waitSchema).sort((a, b) => (a.answeredAt < b.answeredAt ? -1 : 1));
    return { ok: true, order: { ...order, signals, waits }, value: value as object };
  } catch (error) {
    if (error instanceof z.ZodError) return { ok: false, problem: `in its ledger, ${problemOf(error)}` };
    throw error;
  }
}

/** The ledger keeps each signal and each answered wait under a name of its own. */
function partsOf<Part>(ledger: Readonly<Record<string, unknown>> | null, prefix: string, schema: z.ZodType<Part>) {
  return Object.entries(ledger ?? {})
    .filter(([name]) => name.startsWith(prefix))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, part]) => schema.parse(part));
}

function problemOf({ issues }: z.ZodError): string {
  const [first] = issues;
  return `${first?.path.join('.') || 'it'}: ${first?.message ?? 'has no such shape'}`;
}
