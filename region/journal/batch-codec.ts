/**
 * The bytes of a group of batches: JSON, UTF-8, with records as rows instead of objects, which halves them. The checksum
 * of a group continues that of the group before it, so that a changed, a missing and an exchanged group are all seen.
 */
import { crc32 } from 'node:zlib';
import type { AppliedEvent } from '../../engine/index.ts';
import type { JournalBatch } from './journal-store.ts';

type AccountEntry = Extract<AppliedEvent, { stream: 'account' }>['event'];
type RecordEntry = Extract<AppliedEvent, { stream: 'execution' }>['record'];
/** Serial, id, previous id, frame, type, the time when it is not the batch's (else 0), then whatever fields are left. */
type RecordRow = [number, number, number, number, string, number, object];
type BatchRow = [number, (RecordRow | AccountEntry)[], JournalBatch['outbox'] | 0, JournalBatch['done'] | 0];

export function encodeGroup(batches: readonly JournalBatch[]): Buffer {
  return Buffer.from(JSON.stringify(batches.map(rowOfBatch)), 'utf8');
}

/** @throws SyntaxError */
export function decodeGroup(bytes: Buffer): readonly JournalBatch[] {
  return (JSON.parse(bytes.toString('utf8')) as BatchRow[]).map(batchOfRow);
}

/** @param before checksum of the group before, 0 for the first */
export function checksumOf(bytes: Buffer, before: number): number {
  return crc32(bytes, before);
}

function rowOfBatch({ at, events, outbox, done }: JournalBatch): BatchRow {
  const rows = events.map((entry) => (entry.stream === 'account' ? entry.event : rowOfRecord(entry, at)));
  return [at, rows, outbox.length === 0 ? 0 : outbox, done.length === 0 ? 0 : done];
}

function rowOfRecord({ serial, record }: Extract<AppliedEvent, { stream: 'execution' }>, batchAt: number): RecordRow {
  const { id, previousEventId, frame, type, at, ...rest } = record;
  return [serial, id, previousEventId, frame, type, at === batchAt ? 0 : at, rest];
}

function batchOfRow([at, rows, outbox, done]: BatchRow): JournalBatch {
  const events = rows.map((row): AppliedEvent => {
    if (!Array.isArray(row)) return { stream: 'account', event: row };
    const [serial, id, previousEventId, frame, type, recordAt, rest] = row;
    const record = { id, previousEventId, at: recordAt || at, frame, type: nameOf(type), ...rest } as RecordEntry;
    return { stream: 'execution', serial, record };
  });
  return { at, events, outbox: outbox || [], done: done || [] };
}

const names = new Map<string, string>();
/** One string for each name, whatever the number of records: a restored history weighs what a live one does. */
function nameOf(type: string): string {
  const known = names.get(type);
  if (known === undefined) names.set(type, type);
  return known ?? type;
}
