/** What Amazon Location takes as the geometry of a geofence: a circle or a polygon, in [longitude, latitude]. */
import { AwsError } from '../../errors.ts';
import { isObject } from '../eventbridge/known-fields.ts';

export interface GeofenceGeometry {
  readonly Circle?: { readonly Center: readonly number[]; readonly Radius: number };
  readonly Polygon?: readonly (readonly (readonly number[])[])[];
}

const MAXIMUM_RADIUS_M = 100_000;
const MAXIMUM_VERTICES = 1000;

/** Throws `ValidationException` with the field that is wrong. */
export function checkGeometry(geometry: unknown): GeofenceGeometry {
  if (!isObject(geometry)) throw invalid('Geometry', 'must be given');
  const { Circle: circle, Polygon: polygon, ...others } = geometry;
  const [other] = Object.keys(others);
  if (other !== undefined) throw invalid(`Geometry.${other}`, 'is not supported: use Circle or Polygon');
  if ((circle === undefined) === (polygon === undefined))
    throw invalid('Geometry', 'must have exactly one of Circle and Polygon');
  if (circle !== undefined) checkCircle(circle);
  else checkPolygon(polygon);
  return geometry as GeofenceGeometry;
}

function checkCircle(circle: unknown): void {
  if (!isObject(circle)) throw invalid('Geometry.Circle', 'must be an object');
  checkPosition(circle['Center'], 'Geometry.Circle.Center');
  const radius = circle['Radius'];
  if (typeof radius !== 'number' || !(radius > 0 && radius <= MAXIMUM_RADIUS_M)) {
    throw invalid('Geometry.Circle.Radius', `must be above 0 and at most ${MAXIMUM_RADIUS_M} metres, is ${radius}`);
  }
}

function checkPolygon(polygon: unknown): void {
  if (!Array.isArray(polygon) || polygon.length === 0)
    throw invalid('Geometry.Polygon', 'must be a list of linear rings');
  let vertices = 0;
  for (const [index, ring] of polygon.entries()) {
    const where = `Geometry.Polygon[${index}]`;
    if (!Array.isArray(ring) || ring.length < 4) throw invalid(where, 'a linear ring must have at least 4 positions');
    for (const position of ring) checkPosition(position, where);
    const [first, last] = [ring[0], ring[ring.length - 1]];
    if (first[0] !== last[0] || first[1] !== last[1])
      throw invalid(where, 'the first and last position of a ring must be the same');
    vertices += ring.length;
  }
  if (vertices > MAXIMUM_VERTICES)
    throw invalid('Geometry.Polygon', `must have at most ${MAXIMUM_VERTICES} vertices, has ${vertices}`);
}

function checkPosition(position: unknown, where: string): void {
  const [longitude, latitude] = Array.isArray(position) && position.length === 2 ? position : [];
  if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) {
    throw invalid(where, `must be [longitude, latitude], is ${JSON.stringify(position)}`);
  }
}

export function invalid(field: string, problem: string): AwsError {
  return new AwsError('ValidationException', `1 validation error detected: ${field} ${problem}`, 400, {
    Reason: 'FieldValidationFailed',
    FieldList: [{ Name: field, Message: problem }],
  });
}
