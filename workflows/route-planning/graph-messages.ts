/**
 * What the queue of the graph's writer carries: which route has ended, or which wave's plan did not get into the graph.
 * A message names, and the writer reads the facts from their owners: repeated, late and reordered messages do no harm.
 */
import * as z from 'zod';

const id = z.string().min(1);

export const graphMessageSchema = z.union([
  z.strictObject({ routeId: id }),
  z.strictObject({ waveId: id, depotId: id }),
]);
export type GraphMessage = z.infer<typeof graphMessageSchema>;
