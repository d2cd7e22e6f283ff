import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { contract, encodeRoads, type Roads } from '../../roads/index.ts';
import { at, gridTown } from '../../roads/testing/small-town.ts';
import { fetchRoads, roadGraphNetwork } from './road-graph-network.ts';
import { estimateMatrix } from './road-network.ts';

const FAR: [number, number] = [20, 50];
const places = [at(0, 0), at(3, 4), FAR];
const load = (): Promise<Roads> => gridTown(6).roads();
const noFailure = (error: unknown): void => {
  throw error;
};

describe('a road graph as road network', () => {
  test('gives times and distances of streets, and estimates where no road is near', async () => {
    const { matrix, calls, estimatedPairs } = await roadGraphNetwork({ load, onFailure: noFailure }).matrix(places, '');
    const estimated = estimateMatrix(places);
    expect(calls).toBe(0);
    expect(estimatedPairs).toBe(4);
    expect(matrix.distancesMeters[1]).toBeGreaterThan(680);
    expect(matrix.distancesMeters[1]).toBeLessThan(720);
    expect(matrix.durationsSeconds[1]).toBeCloseTo((matrix.distancesMeters[1] as number) / (25 / 3.6), 0);
    expect(matrix.durationsSeconds[2]).toBe(estimated.durationsSeconds[2]);
    expect(matrix.durationsSeconds[0]).toBe(0);
  });

  test('says which pairs have no way between them', async () => {
    const town = gridTown(12);
    const line = Array.from({ length: 12 }, (_, index) => index);
    for (const fixed of line) {
      town.way(line.map((moving): [number, number] => [100 + moving, fixed]));
      town.way(line.map((moving): [number, number] => [100 + fixed, moving]));
    }
    const network = roadGraphNetwork({ load: () => town.roads(), onFailure: noFailure });
    const { matrix, estimatedPairs } = await network.matrix([at(0, 0), at(101, 0)], '');
    expect(estimatedPairs).toBe(0);
    expect(matrix.durationsSeconds[1]).toBe(Number.POSITIVE_INFINITY);
    expect(Number.isFinite(matrix.distancesMeters[1])).toBe(true);
  });

  test('estimates everything when the roads cannot be read, and tells why', async () => {
    const failures: unknown[] = [];
    const network = roadGraphNetwork({
      load: () => Promise.reject(new Error('no such key')),
      onFailure: (error) => failures.push(error),
    });
    const { matrix, estimatedPairs } = await network.matrix(places, '');
    expect(estimatedPairs).toBe(6);
    expect(matrix).toEqual(estimateMatrix(places));
    expect(failures).toHaveLength(1);
  });
});

describe('a road file in S3', () => {
  const answering = (bytes: Uint8Array | undefined): S3Client => {
    const client = new S3Client({ region: 'eu-central-1' });
    const body = bytes === undefined ? {} : { Body: { transformToByteArray: async () => bytes } as never };
    mockClient(client).on(GetObjectCommand, { Bucket: 'maps', Key: 'towns/one.roads' }).resolves(body);
    return client;
  };

  test('is fetched and answers', async () => {
    const file = encodeRoads(contract((await gridTown(6).read()).graph));
    const roads = await fetchRoads(answering(file), 's3://maps/towns/one.roads');
    expect(roads.way(at(0, 0), at(2, 0))?.meters).toBeCloseTo(200, -1);
  });

  test('that is none, is empty, or has no address is refused by name', async () => {
    const text = Buffer.from('<html>not found</html>');
    await expect(fetchRoads(answering(text), 's3://maps/towns/one.roads')).rejects.toMatchObject({
      name: 'NotARoadFile',
    });
    await expect(fetchRoads(answering(undefined), 's3://maps/towns/one.roads')).rejects.toThrow('is empty');
    await expect(fetchRoads(answering(text), 'maps/one.roads')).rejects.toThrow('s3://bucket/key');
  });
});
