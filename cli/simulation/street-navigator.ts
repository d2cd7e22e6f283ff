/** The navigation of simulated drivers' phones: ways over the streets of a road graph. */
import type { Navigator } from '../../fleet/index.ts';
import type { Roads } from '../../roads/index.ts';

export const streetNavigator = (roads: Roads): Navigator => ({ way: (from, to) => roads.way(from, to)?.track });
