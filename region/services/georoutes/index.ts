/** Amazon Location routes (`geo-routes`) on the region's own road model. */
import type { RegionPorts, Service } from '../../service.ts';
import { type CalculateRouteMatrixInput, calculateRouteMatrix } from './calculate-route-matrix.ts';
import { type CalculateRoutesInput, calculateRoutes } from './calculate-routes.ts';

export function createGeoRoutes(ports: RegionPorts): Service {
  const on = (action: string) => () => [
    { action: `geo-routes:${action}`, resource: `arn:${ports.partition}:geo-routes:${ports.region}::provider/default` },
  ];
  return {
    name: 'georoutes',
    operations: {
      CalculateRouteMatrix: (input: CalculateRouteMatrixInput) => calculateRouteMatrix(ports, input),
      CalculateRoutes: (input: CalculateRoutesInput) => calculateRoutes(ports, input),
    },
    permissions: {
      CalculateRouteMatrix: on('CalculateRouteMatrix'),
      CalculateRoutes: on('CalculateRoutes'),
    },
    resources: {},
  };
}
