/** Asks Amazon Location how long the way to the next stop takes by road, with the traffic of the hour. */
import { CalculateRoutesCommand, type GeoRoutesClient } from '@aws-sdk/client-geo-routes';
import type { Position } from '../../domain/index.ts';

export function roadAsker(roads: GeoRoutesClient) {
  return async function askRoad(from: Position, to: Position, departAt: string): Promise<number | undefined> {
    const { Routes = [] } = await roads.send(
      new CalculateRoutesCommand({
        Origin: [...from],
        Destination: [...to],
        DepartureTime: departAt,
        TravelMode: 'Car',
        LegAdditionalFeatures: ['Summary'],
      }),
    );
    return Routes[0]?.Summary?.Duration;
  };
}
