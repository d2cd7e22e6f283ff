/**
 * One address of the API as data: its schemas, who may use it, and what answers. From this the routes and the OpenAPI
 * document are made, so that neither can say something else than the other.
 */
import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { OperatorRole } from '../../operations/model/actions.ts';
import { Problem } from './problems.ts';
import { problemSchema } from './schemas/actions.ts';

type Schema = z.ZodType;
type ObjectSchema = z.ZodObject;

interface EndpointOf<P extends ObjectSchema, Q extends ObjectSchema, B extends Schema, A extends Schema> {
  readonly method: 'get' | 'post';
  /** With parameters in braces. */
  readonly path: string;
  /** Name in the OpenAPI document. */
  readonly name: string;
  readonly summary: string;
  readonly tag: 'Board' | 'Order' | 'Failures' | 'Waits' | 'SLA' | 'Session';
  /** The role that it takes; viewers may where it is absent. */
  readonly role?: 'operator';
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: A;
  /** Of a good answer; 200 when absent. */
  readonly status?: 200 | 201 | 202;
  readonly run: (input: {
    readonly params: z.output<P>;
    readonly query: z.output<Q>;
    readonly body: z.output<B>;
  }) => Promise<z.output<A>>;
}

type Input = { readonly params: unknown; readonly query: unknown; readonly body: unknown };

/** Of any schemas: what `run` takes and gives was checked where it was written. */
export type Endpoint = Omit<EndpointOf<ObjectSchema, ObjectSchema, Schema, Schema>, 'run'> & {
  readonly run: (input: Input) => Promise<unknown>;
};

export const endpoint = <
  A extends Schema,
  P extends ObjectSchema = ObjectSchema,
  Q extends ObjectSchema = ObjectSchema,
  B extends Schema = Schema,
>(
  described: EndpointOf<P, Q, B, A>,
): Endpoint => described as unknown as Endpoint;

export type RoleOfCaller = () => Promise<OperatorRole>;

export function addEndpoint(api: OpenAPIHono, roleOfCaller: RoleOfCaller, described: Endpoint): void {
  const { method, path, name, summary, tag, role, params, query, body, answer, status = 200, run } = described;
  const json = (schema: Schema) => ({ 'application/json': { schema } });
  const route = createRoute({
    method,
    path,
    operationId: name,
    summary: role === undefined ? summary : `${summary} (role ${role})`,
    tags: [tag],
    request: {
      ...(params !== undefined && { params }),
      ...(query !== undefined && { query }),
      ...(body !== undefined && { body: { content: json(body), required: true } }),
    },
    responses: {
      [status]: { description: 'Done', content: json(answer) },
      default: { description: 'What is wrong, and what to do', content: json(problemSchema) },
    },
  });
  api.openapi(route, async (context) => {
    if (role === 'operator' && (await roleOfCaller()) !== 'operator') {
      const remedy = 'Use credentials of the role PerfectOrderOperator.';
      throw new Problem('FORBIDDEN', `Your role is viewer, and this changes something: ${summary}.`, remedy);
    }
    const valid = (part: 'param' | 'query' | 'json'): unknown => context.req.valid(part as never);
    const input = {
      params: params === undefined ? {} : valid('param'),
      query: query === undefined ? {} : valid('query'),
      body: body === undefined ? undefined : valid('json'),
    };
    return context.json((await run(input)) as object, status) as never;
  });
}

/** What did not fit the schema, in one sentence for each field. */
export function badRequest(error: z.core.$ZodError, where: string): Problem {
  const fields = error.issues.slice(0, 5).map((issue) => {
    const field = issue.path.join('.');
    return field === '' ? issue.message : `${field}: ${issue.message}`;
  });
  const place = { json: 'body', query: 'address', param: 'address' }[where] ?? where;
  return new Problem('BAD_INPUT', `In the ${place}: ${fields.join('; ')}.`, 'Correct it; /api/openapi.json says how.');
}
