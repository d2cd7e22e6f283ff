/** Checks of what `CalculateRouteMatrix` and `CalculateRoutes` are given, with the errors of the service. */
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import { isObject } from '../eventbridge/known-fields.ts';
import type { Position } from './road.ts';

export function invalid(field: string, problem: string, reason = 'FieldValidationFailed'): AwsError {
  return new AwsError('ValidationException', `${field} ${problem}`, 400, {
    Reason: reason,
    FieldList: [{ Name: field, Message: problem }],
  });
}

export function positionOf(value: unknown, field: string): Position {
  const [longitude, latitude] = Array.isArray(value) && value.length === 2 ? value : [];
  if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) {
    throw invalid(
      field,
      `must be [longitude, latitude], is ${JSON.stringify(value)}`,
      value === undefined ? 'Missing' : undefined,
    );
  }
  return [longitude, latitude];
}

export function positionsOf(value: unknown, field: string): readonly Position[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid(field, 'must have at least 1 member', 'Missing');
  return value.map((one, index) =>
    positionOf(isObject(one) ? one['Position'] : undefined, `${field}[${index}].Position`),
  );
}

/** The road model is the same for every option that only chooses among roads, times or details of the answer. */
const NEUTRAL = ['LegAdditionalFeatures', 'DepartNow', 'DepartureTime', 'OptimizeRoutingFor', 'Traffic', 'Key'];

/** Throws `UnknownToRegionError` for a member that would change an answer on AWS and cannot here. */
export function refuseUnknown(input: object, known: readonly string[], operation: string): void {
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || known.includes(name) || NEUTRAL.includes(name)) continue;
    throw new UnknownToRegionError(
      name,
      `geo-routes ${operation}`,
      `leave it out: the region takes ${known.join(', ')}`,
    );
  }
  const mode = (input as { TravelMode?: string }).TravelMode ?? 'Car';
  if (mode !== 'Car' && mode !== 'Truck') {
    throw new UnknownToRegionError(`TravelMode ${mode}`, `geo-routes ${operation}`, 'use Car or Truck');
  }
}
