import { describe, expect, test } from '@jest/globals';
import { ShardLog } from './shard-log.ts';

const RETENTION_MS = 3_600_000;
function logOf(records: number): ShardLog {
  const log = new ShardLog('shard', RETENTION_MS);
  for (let index = 0; index < records; index += 1) {
    log.append({ sequenceNumber: log.nextSequenceNumber(), arrivedAtMs: index, event: {} });
  }
  return log;
}
const recordsAfter = (log: ShardLog, index: number) => ({
  after: log.read('TRIM_HORIZON', index, false).at(-1)?.sequenceNumber ?? '',
});

describe('a shard that two readers read', () => {
  test('keeps what the slower one has still to read, and drops what both have behind them', () => {
    const log = logOf(10);
    const [fast, slow] = [{}, {}];
    const [nine, four] = [recordsAfter(log, 9), recordsAfter(log, 4)];
    log.passed(fast, nine, 2);
    expect(log.size).toBe(10);
    log.passed(slow, four, 2);
    expect(log.size).toBe(6);
    expect(log.read(four, 10, false)).toHaveLength(6);
    log.passed(slow, nine, 2);
    expect(log.size).toBe(1);
  });

  test('drops nothing as long as one of them has read nothing', () => {
    const log = logOf(3);
    log.passed({}, recordsAfter(log, 3), 2);
    log.passed({}, 'TRIM_HORIZON', 2);
    expect(log.size).toBe(3);
  });
});
