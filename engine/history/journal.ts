/**
 * The records of one execution, oldest first: objects while it runs, and packed once it has closed, because closed
 * executions are many, are kept for 90 days, and are hardly ever looked at.
 */
import { Packer, Unpacker } from './packing.ts';
import type { JournalRecord } from './records.ts';

const packer = new Packer();

export class Journal {
  /** Empty while `packed` holds the records. */
  private records: JournalRecord[] = [];
  /** One character for each byte. */
  private packed: string | undefined = undefined;
  length = 0;

  push(record: JournalRecord): void {
    if (this.packed !== undefined) {
      this.records = this.unpacked(this.packed);
      this.packed = undefined;
    }
    this.records.push(record);
    this.length += 1;
  }

  all(): readonly JournalRecord[] {
    return this.packed === undefined ? this.records : this.unpacked(this.packed);
  }

  /** To be called when no record is expected any more; one that comes yet is taken. */
  pack(): void {
    if (this.packed !== undefined) return;
    const bytes = packer.packed(() => {
      let atMs = 0;
      for (const record of this.records) {
        packer.record(record, atMs);
        atMs = record.at;
      }
    });
    this.packed = bytes.toString('latin1');
    this.records = NONE;
  }

  private unpacked(packed: string): JournalRecord[] {
    const unpacker = new Unpacker(Buffer.from(packed, 'latin1'));
    const records: JournalRecord[] = [];
    while (!unpacker.done) records.push(unpacker.record(records.at(-1)?.at ?? 0));
    return records;
  }
}

const NONE: JournalRecord[] = [];
