/** The whole of what the server answers: guards, the API with its document, the live feed and the page. */
import { OpenAPIHono } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import type { BoardWatch } from './board-watch.ts';
import type { ConsoleOperations } from './console-operations.ts';
import { addEndpoint, badRequest, type Endpoint } from './endpoint.ts';
import { jsonOnly, limitedBody, ownPageOnly, tokenFromAddress, withToken } from './guards.ts';
import type { LiveFeed } from './live-feed.ts';
import type { PageFiles } from './page-files.ts';
import { Problem, problemOf } from './problems.ts';
import type { ReplayRunner } from './replay-runner.ts';
import { boardRoutes } from './routes/board-routes.ts';
import { failureRoutes } from './routes/failure-routes.ts';
import { orderRoutes } from './routes/order-routes.ts';
import { serviceRoutes } from './routes/service-routes.ts';

export interface ApiParts {
  readonly operations: ConsoleOperations;
  readonly runner: ReplayRunner;
  readonly watch: BoardWatch;
  readonly feed: LiveFeed;
  /** Without one every address beside the API is unknown. */
  readonly page?: PageFiles;
  readonly token: string;
  /** Told of defects: what nobody can do anything about but to repair the program. */
  readonly onDefect: (problem: Problem) => void;
}

export const endpointsOf = (operations: ConsoleOperations, runner: ReplayRunner): readonly Endpoint[] => [
  ...boardRoutes(operations),
  ...orderRoutes(operations),
  ...failureRoutes(operations, runner),
  ...serviceRoutes(operations),
];

/** What is read from the board, and so has to be as fresh as it. */
const BOARD_READS = ['/api/me', '/api/summary', '/api/orders', '/api/map', '/api/failures', '/api/waits'];

export function buildApi(parts: ApiParts): OpenAPIHono {
  const { operations, runner, watch, feed, page, token, onDefect } = parts;
  const api = newApi();
  api.onError((error, context) => {
    const problem = error instanceof HTTPException ? malformed(error) : problemOf(error);
    if (problem.code === 'INTERNAL') onDefect(problem);
    return context.json(problem.body, problem.status, { 'cache-control': 'no-store' });
  });
  api.use('*', ownPageOnly);
  api.use('/api/*', withToken(token), jsonOnly, limitedBody(), async (context, next) => {
    await next();
    context.res.headers.set('cache-control', 'no-store');
    context.res.headers.set('x-content-type-options', 'nosniff');
  });
  for (const path of BOARD_READS) {
    api.use(path, async (_, next) => {
      await watch.freshen();
      await next();
    });
  }
  api.get('/api/live', async () => {
    await watch.freshen();
    const events = feed.open();
    watch.hurry();
    return new Response(events, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
  });
  api.get('/api/openapi.json', (context) => context.json(apiDocument()));
  for (const endpoint of endpointsOf(operations, runner)) {
    addEndpoint(api, async () => (await operations.identity()).role, endpoint);
  }
  api.all('/api/*', (context) => {
    const remedy = 'GET /api/openapi.json lists what there is.';
    throw new Problem('NO_SUCH_ADDRESS', `There is no ${context.req.method} ${context.req.path}.`, remedy);
  });
  api.get('*', tokenFromAddress(token), (context) => {
    const acceptsGzip = /\bgzip\b/.test(context.req.header('accept-encoding') ?? '');
    return page?.answer(context.req.path, acceptsGzip) ?? context.text('There is no such file here.\n', 404);
  });
  return api;
}

const newApi = (): OpenAPIHono =>
  new OpenAPIHono({
    defaultHook: (result) => {
      if (!result.success) throw badRequest(result.error, result.target);
    },
  });

function malformed({ message, status }: HTTPException): Problem {
  const remedy = 'GET /api/openapi.json says what is expected.';
  return new Problem(status === 404 ? 'NO_SUCH_ADDRESS' : 'BAD_INPUT', message, remedy);
}

/** The OpenAPI 3.1 document of the API. */
export function apiDocument(): object {
  const api = newApi();
  // The document is made of the schemas; nothing is run.
  const nothing = {} as ConsoleOperations & ReplayRunner;
  for (const endpoint of endpointsOf(nothing, nothing)) addEndpoint(api, async () => 'viewer', endpoint);
  api.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of this run, from the address that the terminal prints. Pages have it in a cookie.',
  });
  return api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: "Perfect Order: the operator's console",
      version: '1',
      description:
        'What the console shows and does, for programs too. Times are ISO 8601 UTC, durations are in seconds. ' +
        'GET /api/live is a stream of server-sent events: `summary`, `orders`, `map` and `job`.',
    },
    servers: [{ url: 'http://127.0.0.1:4520' }],
    security: [{ token: [] }],
  });
}
