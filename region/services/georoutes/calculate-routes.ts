/** `CalculateRoutes`: one route from an origin over waypoints to a destination, a leg between each two of them. */
import type { RegionPorts } from '../../service.ts';
import { invalid, positionOf, positionsOf, refuseUnknown } from './request.ts';
import type { Position } from './road.ts';
import type { DrivenLeg, RoadModel } from './road-model.ts';

export interface CalculateRoutesInput {
  readonly Origin: unknown;
  readonly Destination: unknown;
  readonly Waypoints?: readonly unknown[];
  readonly LegGeometryFormat?: string;
  readonly TravelMode?: string;
}

const MAXIMUM_WAYPOINTS = 23;

/** Without a way between two stops there is no route, and a notice says so. */
export function calculateRoutes(ports: RegionPorts, roads: RoadModel, input: CalculateRoutesInput) {
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
  const driven = stops.slice(1).map((to, index) => roads.leg(stops[index] ?? to, to));
  const isWhole = driven.every((leg) => typeof leg === 'object');
  const common = { LegGeometryFormat: format, PricingBucket: 'Core' };
  if (!isWhole) return { ...common, Notices: [NO_ROUTE], Routes: [] };
  const legs = driven.map((leg, index) =>
    legAnswer(leg, stops[index] as Position, stops[index + 1] as Position, travelMode),
  );
  const total = (part: 'Distance' | 'Duration') =>
    legs.reduce((sum, { VehicleLegDetails: details }) => sum + details.Summary.Overview[part], 0);
  const summary = { Distance: total('Distance'), Duration: total('Duration') };
  return { ...common, Notices: [], Routes: [{ Legs: legs, MajorRoadLabels: [], Summary: summary }] };
}

/** Such a notice has no room for more. */
const NO_ROUTE = { Code: 'Other', Impact: 'High' };

function legAnswer({ line, distanceM, durationSeconds }: DrivenLeg, from: Position, to: Position, travelMode: string) {
  const place = (matched: Position | undefined, asked: Position) => ({
    Place: { Position: matched ?? asked, OriginalPosition: asked },
  });
  return {
    Geometry: { LineString: line },
    TravelMode: travelMode,
    Type: 'Vehicle',
    VehicleLegDetails: {
      AfterTravelSteps: [],
      Arrival: place(line.at(-1), to),
      Departure: place(line[0], from),
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
