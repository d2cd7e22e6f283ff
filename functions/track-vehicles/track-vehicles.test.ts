import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { type StreamFix, trackVehicles } from './track-vehicles.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const table = mockClient(documents);
const NOW = new Date('2026-03-02T10:00:00Z');
const ports = { documents, positionsTable: 'positions', now: () => NOW };

const fix = (vehicleId: string, sampleTime: string) => ({
  vehicleId,
  position: [13.4, 52.5],
  sampleTime,
  speedMps: 10,
  headingDegrees: 90,
  accuracyMeters: 5,
  odometerMeters: 1200,
});
let sequence = 0;
const record = (document: unknown, partitionKey = 'V1'): StreamFix => {
  sequence += 1;
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return { sequenceNumber: `s${sequence}`, partitionKey, data: Buffer.from(text).toString('base64') };
};
const items = () => table.commandCalls(PutCommand).map((call) => call.args[0].input.Item ?? {});
const named = (name: string) => Object.assign(new Error(name), { name });

beforeEach(() => {
  sequence = 0;
  table.reset();
  table.on(PutCommand).resolves({});
});

describe('track-vehicles', () => {
  test('stores a newer fix as the newest, with its time as comparable text', async () => {
    const result = await trackVehicles([record({ ...fix('V1', '2026-03-02T09:59:50Z'), receivedAt: 1 })], ports);
    expect(result).toMatchObject({ newest: 1, late: 0, bad: 0, failed: [] });
    expect(items()).toEqual([{ ...fix('V1', '2026-03-02T09:59:50.000Z'), sk: 'NEWEST' }]);
    expect(table.commandCalls(PutCommand)[0]?.args[0].input.ConditionExpression).toContain('sampleTime < :sampleTime');
  });

  test('stores an older fix as late, for thirty days, and moves nothing', async () => {
    table.on(PutCommand).rejectsOnce(named('ConditionalCheckFailedException')).resolves({});
    expect(await trackVehicles([record(fix('V1', '2026-03-02T09:00:00Z'))], ports)).toMatchObject({
      newest: 0,
      late: 1,
    });
    const expiresAt = NOW.getTime() / 1000 + 30 * 86_400;
    expect(items()[1]).toMatchObject({ vehicleId: 'V1', sk: 'LATE#2026-03-02T09:00:00.000Z', expiresAt });
  });

  test.each([
    ['text that is not JSON', 'no json', /not JSON/],
    ['a missing field', { vehicleId: 'V1' }, /^position:/],
    ['the id of another vehicle', fix('V2', '2026-03-02T09:59:50Z'), /vehicleId V2 on the topic of vehicle V1/],
    ['a clock that runs ahead', fix('V1', '2026-03-02T10:06:00Z'), /360 s ahead/],
  ])('sets aside %s and goes on', async (_what, document, reason) => {
    const result = await trackVehicles([record(document), record(fix('V1', '2026-03-02T09:59:50Z'))], ports);
    expect(result).toMatchObject({ bad: 1, newest: 1, failed: [] });
    expect(items()[0]).toMatchObject({ vehicleId: 'V1', sk: 'BAD#s1', reason: expect.stringMatching(reason) });
  });

  test('leaves the later fixes of a vehicle whose write failed, and stores those of the others', async () => {
    table.on(PutCommand).callsFake((input) => {
      if (input.Item.sampleTime === '2026-03-02T09:59:30.000Z') throw named('ProvisionedThroughputExceededException');
      return {};
    });
    const records = [
      record(fix('V1', '2026-03-02T09:59:20Z')),
      record(fix('V1', '2026-03-02T09:59:30Z')),
      record(fix('V2', '2026-03-02T09:59:30.500Z'), 'V2'),
      record(fix('V1', '2026-03-02T09:59:40Z')),
    ];
    const result = await trackVehicles(records, ports);
    expect(result.failed).toEqual(['s2']);
    expect(result.newest).toBe(2);
    expect(items().filter(({ sampleTime }) => sampleTime === '2026-03-02T09:59:40.000Z')).toEqual([]);
  });
});
