/** The bytes of a group of batches: the engine packs the records, which repeat one another, and their surroundings. */
import { type AppliedEvent, Packer, Unpacker } from '../../engine/index.ts';
import type { JournalBatch } from './journal-store.ts';

type AccountEntry = Extract<AppliedEvent, { stream: 'account' }>['event'];

const packer = new Packer();

/** The bytes are valid until the next group is encoded. */
export function encodeGroup(batches: readonly JournalBatch[]): Buffer {
  return packer.packed(() => pack(batches));
}

function pack(batches: readonly JournalBatch[]): void {
  packer.count(batches.length);
  for (const { at, events, outbox, done } of batches) {
    packer.count(at);
    packer.count(events.length);
    for (const entry of events) {
      // No execution has the serial number 0.
      packer.count(entry.stream === 'account' ? 0 : entry.serial);
      if (entry.stream === 'account') packer.value(entry.event);
      else packer.record(entry.record, at);
    }
    packer.count(outbox.length);
    for (const entry of outbox) packer.value(entry);
    packer.count(done.length);
    for (const id of done) packer.count(id);
  }
}

/** @throws SyntaxError */
export function decodeGroup(bytes: Buffer): readonly JournalBatch[] {
  const from = new Unpacker(bytes);
  const times = <T>(read: () => T): T[] => {
    const items: T[] = [];
    for (let left = from.count(); left > 0; left -= 1) items.push(read());
    return items;
  };
  return times((): JournalBatch => {
    const at = from.count();
    const events = times((): AppliedEvent => {
      const serial = from.count();
      if (serial === 0) return { stream: 'account', event: from.value() as AccountEntry };
      return { stream: 'execution', serial, record: from.record(at) };
    });
    const outbox = times(() => from.value() as JournalBatch['outbox'][number]);
    return { at, events, outbox, done: times(() => from.count()) };
  });
}
