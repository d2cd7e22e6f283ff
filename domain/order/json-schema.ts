/**
 * The published JSON Schemas (draft 2020-12) of the two input files, generated from the schemas the intake uses, so
 * that the document a sender validates against cannot drift from what is accepted. What JSON Schema cannot say (a
 * window ends after it starts, a vehicle's depot exists) is checked by the parsers alone.
 */
import * as z from 'zod';
import { fleetSchema, orderSchema } from './order.ts';

export type JsonSchema = Record<string, unknown>;

// `input`: what a sender writes, so fields with a default are optional and extra fields are allowed.
const publish = (schema: z.core.$ZodType, title: string, description: string): JsonSchema => {
  const generated = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
  const { $schema, ...rest } = generated;
  return { $schema, title, description, ...rest };
};

/** Schema of one order: one queue message, or one line of an orders file (JSON Lines). */
export function orderJsonSchema(): JsonSchema {
  return publish(
    orderSchema,
    'Order',
    'One customer order. Positions are [longitude, latitude], times ISO 8601 UTC; volume and weight are of one piece.',
  );
}

/** Schema of the fleet file: depots and the vehicles with their shifts. */
export function fleetJsonSchema(): JsonSchema {
  return publish(fleetSchema, 'Fleet', 'Depots and vehicles. Positions are [longitude, latitude], times ISO 8601 UTC.');
}
