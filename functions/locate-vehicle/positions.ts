/**
 * Reads the stream of the Positions table: per vehicle the path it has driven since the last batch, as segments from
 * one newest fix to the next. Late and bad fixes are items of other keys and move nothing.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Fix } from '../../workflows/route-dispatch/contracts.ts';

export interface Segment {
  readonly sequenceNumber: string;
  /** Absent for the first fix of a vehicle. */
  readonly before?: Fix;
  readonly now: Fix;
}

type Image = NonNullable<DynamoDBRecord['dynamodb']>['NewImage'];

const fixOf = (image: NonNullable<Image>): Fix => unmarshall(image as Record<string, AttributeValue>) as Fix;

/** Segments by vehicle id, each list in the order of the stream. */
export function segmentsByVehicle(records: readonly DynamoDBRecord[]): Map<string, Segment[]> {
  const paths = new Map<string, Segment[]>();
  for (const { dynamodb, eventID } of records) {
    const image = dynamodb?.NewImage;
    if (image === undefined || image['sk']?.S !== 'NEWEST') continue;
    const now = fixOf(image);
    const sequenceNumber = dynamodb?.SequenceNumber ?? eventID ?? '';
    const segment =
      dynamodb?.OldImage === undefined
        ? { sequenceNumber, now }
        : { sequenceNumber, before: fixOf(dynamodb.OldImage), now };
    const path = paths.get(now.vehicleId);
    if (path === undefined) paths.set(now.vehicleId, [segment]);
    else path.push(segment);
  }
  return paths;
}
