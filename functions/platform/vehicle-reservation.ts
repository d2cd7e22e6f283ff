/** A vehicle belongs to one route at a time: taken and given back by conditional write on the fleet table. */
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { queryAll, tookEffect } from './table-access.ts';
import type { VehicleItem } from './tables.ts';

export interface FleetAccess {
  readonly documents: DynamoDBDocumentClient;
  readonly fleetTable: string;
}

interface Reservation {
  readonly depotId: string;
  readonly vehicleId: string;
  readonly routeId: string;
}

/** All vehicles of the depot, in the order of their ids. */
export function vehiclesOf({ documents, fleetTable }: FleetAccess, depotId: string): Promise<VehicleItem[]> {
  return queryAll<VehicleItem>(documents, {
    TableName: fleetTable,
    KeyConditionExpression: 'depotId = :depotId AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':depotId': depotId, ':prefix': 'VEHICLE#' },
    ConsistentRead: true,
  });
}

/** @returns whether the vehicle is the route's now; true too when it was before */
export function reserveVehicle({ documents, fleetTable }: FleetAccess, reservation: Reservation): Promise<boolean> {
  return tookEffect(
    documents.send(
      new UpdateCommand({
        TableName: fleetTable,
        Key: { depotId: reservation.depotId, sk: `VEHICLE#${reservation.vehicleId}` },
        UpdateExpression: 'SET routeId = :routeId',
        ConditionExpression: 'attribute_exists(sk) AND (attribute_not_exists(routeId) OR routeId = :routeId)',
        ExpressionAttributeValues: { ':routeId': reservation.routeId },
      }),
    ),
  );
}

/** Frees the vehicle if it is this route's; otherwise leaves it to whom it belongs. */
export async function releaseVehicle({ documents, fleetTable }: FleetAccess, reservation: Reservation): Promise<void> {
  await tookEffect(
    documents.send(
      new UpdateCommand({
        TableName: fleetTable,
        Key: { depotId: reservation.depotId, sk: `VEHICLE#${reservation.vehicleId}` },
        UpdateExpression: 'REMOVE routeId',
        ConditionExpression: 'routeId = :routeId',
        ExpressionAttributeValues: { ':routeId': reservation.routeId },
      }),
    ),
  );
}
