/** `CalculateRoutes`: one route from an origin over waypoints to a destination, a leg between each two of them. */
import type { RegionPorts } from '../../service.ts';
import { invalid, positionOf, positionsOf, refuseUnknown } from './request.ts';
import { driveLeg, type Position } from './road.ts';

export interface CalculateRoutesInput {
  readonly Origin: unknown;
  readonly Destination: unknown;
  readonly Waypoints?: readonly unknown[];
  readonly LegGeometryFormat?: string;
  readonly TravelMode?: string;
}

const MAXIMUM_WAYPOINTS = 23;

export function calculateRoutes(ports: RegionPorts, input: CalculateRoutesInput) {
  refuseUnknown(input, ['Origin', 'Destination', 'Waypoints', 'LegGeometryFormat', 'TravelMode'], 'CalculateRoutes');
  const { Waypoints: waypoints = [], LegGeometryFormat: format = 'Simple', TravelMode: travelMode = 'Car' } = input;
  if (waypoints.length > MAXIMUM_WAYPOINTS) {
    throw invalid('Waypoints', `must have at most ${MAXIMUM_WAYPOINTS} members, has ${waypoints.length}`);
  }
  if (format !== 'Simple') throw invalid('LegGeometryFormat', `must be Simple, is ${format}`);
  const stops = [
    positionOf(input.Origin, 'Origin'),
    ...(waypoints.length > 0 ? positionsOf(waypoints, 'Waypoints') : []),
    positionOf(input.Destination, 'Destination'),
  ];
  ports.meter('georoutes', 'route', 1);
  const legs = stops.slice(1).map((to, index) => leg(stops[index] ?? to, to, travelMode));
  const total = (part: 'Distance' | 'Duration') =>
    legs.reduce((sum, { VehicleLegDetails: details }) => sum + details.Summary.Overview[part], 0);
  return {
    LegGeometryFormat: format,
    Notices: [],
    PricingBucket: 'Core',
    Routes: [
      { Legs: legs, MajorRoadLabels: [], Summary: { Distance: total('Distance'), Duration: total('Duration') } },
    ],
  };
}

function leg(from: Position, to: Position, travelMode: string) {
  const { distanceM, durationSeconds } = driveLeg(from, to);
  const place = (position: Position) => ({ Place: { Position: position, OriginalPosition: position } });
  return {
    Geometry: { LineString: [from, to] },
    TravelMode: travelMode,
    Type: 'Vehicle',
    VehicleLegDetails: {
      AfterTravelSteps: [],
      Arrival: place(to),
      Departure: place(from),
      Incidents: [],
      Notices: [],
      PassThroughWaypoints: [],
      Spans: [],
      Summary: { Overview: { Distance: distanceM, Duration: durationSeconds } },
      Tolls: [],
      TollSystems: [],
      TravelSteps: [],
      TruckRoadTypes: [],
      Zones: [],
    },
  };
}
