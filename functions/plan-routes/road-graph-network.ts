/**
 * Travel times from a road graph of one's own, an object in S3 that `perfect-order roads build` made: no call is paid and
 * no tile is asked for. A place without a road near it is estimated, as it is with Amazon Location; a file that cannot be
 * read costs the wave its streets, not its plan.
 */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { decodeRoads, Roads } from '../../roads/index.ts';
import { estimateMatrix, type RoadNetwork } from './road-network.ts';

interface RoadGraphSettings {
  load(): Promise<Roads>;
  /** Told why everything is estimated. */
  onFailure(error: unknown): void;
}

export function roadGraphNetwork({ load, onFailure }: RoadGraphSettings): RoadNetwork {
  return {
    // Streets are as fast at any hour here: the time of departure makes no difference.
    async matrix(positions) {
      const matrix = estimateMatrix(positions);
      const size = positions.length;
      const pairs = size * Math.max(0, size - 1);
      if (pairs === 0) return { matrix, calls: 0, estimatedPairs: 0 };
      const roads = await load().catch((error: unknown) => {
        onFailure(error);
        return undefined;
      });
      if (roads === undefined) return { matrix, calls: 0, estimatedPairs: pairs };
      const { seconds, meters, isOriginNear } = roads.matrix(positions, positions);
      let estimatedPairs = 0;
      for (let cell = 0; cell < size * size; cell += 1) {
        const row = Math.floor(cell / size);
        const column = cell % size;
        if (row === column) continue;
        if (isOriginNear[row] !== true || isOriginNear[column] !== true) {
          estimatedPairs += 1;
          continue;
        }
        matrix.durationsSeconds[cell] = seconds[cell] as number;
        // Where no way leads, the duration says so; the distance stays a number.
        if (Number.isFinite(meters[cell])) matrix.distancesMeters[cell] = meters[cell] as number;
      }
      return { matrix, calls: 0, estimatedPairs };
    },
  };
}

/** @param uri `s3://bucket/key` @throws RoadsError for what is no road file; what S3 answers */
export async function fetchRoads(client: S3Client, uri: string): Promise<Roads> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new Error(`ROADS_OBJECT is ${uri}: give s3://bucket/key of a road file.`);
  }
  const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (body === undefined) throw new Error(`${uri} is empty: put a road file there.`);
  return new Roads(decodeRoads(await body.transformToByteArray()));
}
