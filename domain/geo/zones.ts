/**
 * The geofencing admin's zones as GeoJSON. GeoJSON has no circle, so a zone is a Point feature with the radius as a
 * property, the form Amazon Location and most map tools understand.
 */
import * as z from 'zod';
import { positionSchema } from '../order/order.ts';
import { type Refusal, refusalsOf } from '../refusal.ts';
import type { Position } from './position.ts';

export interface CircleZone {
  readonly zoneId: string;
  readonly center: Position;
  readonly radiusMeters: number;
  readonly name?: string;
}

export interface ZoneFeature {
  readonly type: 'Feature';
  readonly id: string;
  readonly geometry: { readonly type: 'Point'; readonly coordinates: Position };
  readonly properties: { readonly radiusMeters: number; readonly name?: string };
}

export interface ZoneCollection {
  readonly type: 'FeatureCollection';
  readonly features: readonly ZoneFeature[];
}

/** What Amazon Location takes as the radius of a circle. */
const MAX_RADIUS_METERS = 100_000;
const ID_REMEDY = 'give id as 1 to 100 letters, digits, dots, dashes or underscores';
const RADIUS_REMEDY = `give radiusMeters as a number greater than 0, at most ${MAX_RADIUS_METERS}`;

const featureSchema = z.object(
  {
    type: z.literal('Feature', { error: "give type as 'Feature'" }),
    id: z.string({ error: ID_REMEDY }).regex(/^[-._\p{L}\p{N}]{1,100}$/u, { error: ID_REMEDY }),
    geometry: z.object(
      {
        type: z.literal('Point', { error: "give geometry.type as 'Point'; a zone is a circle around a point" }),
        coordinates: positionSchema,
      },
      { error: 'give geometry as a Point' },
    ),
    properties: z.object(
      {
        radiusMeters: z
          .number({ error: RADIUS_REMEDY })
          .positive({ error: RADIUS_REMEDY })
          .max(MAX_RADIUS_METERS, { error: RADIUS_REMEDY }),
        name: z
          .string({ error: 'give name as text' })
          .max(256, { error: 'give a name of at most 256 characters' })
          .optional(),
      },
      { error: 'give properties as an object with radiusMeters' },
    ),
  },
  { error: 'give a GeoJSON Feature' },
);

const collectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(featureSchema, { error: 'give features as a list' }),
});

export function zoneToFeature({ zoneId, center, radiusMeters, name }: CircleZone): ZoneFeature {
  return {
    type: 'Feature',
    id: zoneId,
    geometry: { type: 'Point', coordinates: center },
    properties: name === undefined ? { radiusMeters } : { radiusMeters, name },
  };
}

export function zonesToCollection(zones: readonly CircleZone[]): ZoneCollection {
  return { type: 'FeatureCollection', features: zones.map(zoneToFeature) };
}

export type ParsedZones =
  | { readonly ok: true; readonly zones: CircleZone[] }
  | { readonly ok: false; readonly refusals: Refusal[] };

function zoneOf({ id, geometry, properties }: z.output<typeof featureSchema>): CircleZone {
  const zone = { zoneId: id, center: geometry.coordinates, radiusMeters: properties.radiusMeters };
  return properties.name === undefined ? zone : { ...zone, name: properties.name };
}

/** Reads a Feature or a FeatureCollection; each refusal names the field, such as `features[2].id`. */
export function zonesFromGeoJson(document: unknown): ParsedZones {
  const isCollection = (document as { type?: unknown } | null)?.type === 'FeatureCollection';
  if (!isCollection) {
    const parsed = featureSchema.safeParse(document);
    return parsed.success
      ? { ok: true, zones: [zoneOf(parsed.data)] }
      : { ok: false, refusals: refusalsOf(parsed.error, document) };
  }
  const parsed = collectionSchema.safeParse(document);
  return parsed.success
    ? { ok: true, zones: parsed.data.features.map(zoneOf) }
    : { ok: false, refusals: refusalsOf(parsed.error, document) };
}
