/** Which of the two solutions a problem is searched on. */
import type { RoutingModel } from './model.ts';
import { RichTours } from './rich-tours.ts';
import type { Solution } from './solution.ts';
import { Tours } from './tours.ts';

export function createSolution(model: RoutingModel): Solution {
  return model.rich.isNeeded ? new RichTours(model) : new Tours(model);
}
