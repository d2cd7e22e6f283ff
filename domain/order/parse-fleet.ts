/**
 * Reads a fleet file: besides the shape, ids must be unique and each vehicle must belong to a depot of the file, or
 * the planner would silently plan without it.
 */
import { type Refusal, refusalsOf } from '../refusal.ts';
import { readJson } from './json-text.ts';
import { type Fleet, fleetSchema } from './order.ts';
import { checkDepot } from './parse-order.ts';

export type ParsedFleet =
  | { readonly ok: true; readonly fleet: Fleet }
  | { readonly ok: false; readonly refusals: Refusal[] };

function duplicates(field: (index: number) => string, ids: readonly string[]): Refusal[] {
  const seen = new Set<string>();
  return ids.flatMap((id, index): Refusal[] => {
    const repeated = seen.has(id);
    seen.add(id);
    return repeated ? [{ field: field(index), value: id, remedy: 'give each its own id', code: 'DUPLICATE' }] : [];
  });
}

export function parseFleet(text: string): ParsedFleet {
  const json = readJson(text);
  if (!json.ok) return { ok: false, refusals: [json.refusal] };
  const parsed = fleetSchema.safeParse(json.value);
  if (!parsed.success) return { ok: false, refusals: refusalsOf(parsed.error, json.value) };
  const { depots, vehicles } = parsed.data;
  const depotIds = depots.map((depot) => depot.depotId);
  const refusals = [
    ...duplicates((index) => `depots[${index}].depotId`, depotIds),
    ...duplicates(
      (index) => `vehicles[${index}].vehicleId`,
      vehicles.map((vehicle) => vehicle.vehicleId),
    ),
    ...duplicates(
      (index) => `vehicles[${index}].driverId`,
      vehicles.map((vehicle) => vehicle.driverId),
    ),
    ...vehicles.flatMap((vehicle, index): Refusal[] => {
      const refusal = checkDepot(vehicle, depotIds);
      return refusal === undefined ? [] : [{ ...refusal, field: `vehicles[${index}].depotId` }];
    }),
  ];
  return refusals.length === 0 ? { ok: true, fleet: parsed.data } : { ok: false, refusals };
}
