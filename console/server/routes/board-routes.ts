/** The board: who looks, counts, orders and the map. */
import type { ConsoleOperations } from '../console-operations.ts';
import { endpoint } from '../endpoint.ts';
import { sessionSchema } from '../schemas/actions.ts';
import { given } from '../schemas/given.ts';
import { mapSchema, orderPageSchema, summarySchema } from '../schemas/orders.ts';
import { orderQueryAddress } from '../schemas/requests.ts';

export const boardRoutes = (operations: ConsoleOperations) => [
  endpoint({
    method: 'get',
    path: '/api/me',
    name: 'readSession',
    summary: 'Who asks, in which role, and what is being looked at',
    tag: 'Session',
    answer: sessionSchema,
    run: async () => ({
      identity: await operations.identity(),
      ...(operations.endpoint !== undefined && { endpoint: operations.endpoint }),
      region: operations.region,
      now: operations.now(),
      isRegion: operations.endpoint !== undefined,
    }),
  }),
  endpoint({
    method: 'get',
    path: '/api/summary',
    name: 'readSummary',
    summary: 'Counts by status and promise, the perfect share, breaches and failures',
    tag: 'Board',
    answer: summarySchema,
    run: () => operations.summary(),
  }),
  endpoint({
    method: 'get',
    path: '/api/orders',
    name: 'searchOrders',
    summary: 'A page of the orders that meet all conditions',
    tag: 'Board',
    query: orderQueryAddress,
    answer: orderPageSchema,
    run: ({ query }) => operations.search(given(query)),
  }),
  endpoint({
    method: 'get',
    path: '/api/map',
    name: 'readMap',
    summary: 'Depots, open routes, vehicles and fences',
    tag: 'Board',
    answer: mapSchema,
    run: () => operations.map(),
  }),
];
