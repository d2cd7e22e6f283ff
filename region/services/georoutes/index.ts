/** Amazon Location routes (`geo-routes`), on a road graph where the region was given one. */
import type { Roads } from '../../../roads/index.ts';
import type { RegionPorts, Service } from '../../service.ts';
import { type CalculateRouteMatrixInput, calculateRouteMatrix } from './calculate-route-matrix.ts';
import { type CalculateRoutesInput, calculateRoutes } from './calculate-routes.ts';
import { MAPLESS_ROADS, streetRoads } from './road-model.ts';

export function createGeoRoutes(ports: RegionPorts, roads?: Roads): Service {
  const model = roads === undefined ? MAPLESS_ROADS : streetRoads(roads);
  const on = (action: string) => () => [
    { action: `geo-routes:${action}`, resource: `arn:${ports.partition}:geo-routes:${ports.region}::provider/default` },
  ];
  return {
    name: 'georoutes',
    operations: {
      CalculateRouteMatrix: (input: CalculateRouteMatrixInput) => calculateRouteMatrix(ports, model, input),
      CalculateRoutes: (input: CalculateRoutesInput) => calculateRoutes(ports, model, input),
    },
    permissions: {
      CalculateRouteMatrix: on('CalculateRouteMatrix'),
      CalculateRoutes: on('CalculateRoutes'),
    },
    resources: {},
  };
}
