/** AppSync: GraphQL APIs over functions, with real-time subscriptions. Its callers come through `graphql`, `subscribe` and `httpPost`. */
import { AwsError } from '../../errors.ts';
import type { Principal, RegionPorts, Service } from '../../service.ts';
import { type Authorization, identify, type TokenVerifier, unauthorized } from './caller.ts';
import { buildApiSchema, prepare, run } from './execution.ts';
import type { GraphQLApi, GraphQLResult } from './model.ts';
import { ResolverRunner } from './resolver-runner.ts';
import { appSyncResources } from './resources.ts';
import { AppSyncStore } from './store.ts';
import { openSubscription, publish, type SubscriptionHandle } from './subscriptions.ts';

export type { Authorization, TokenVerifier } from './caller.ts';
export type { GraphQLResult } from './model.ts';
export type { SubscriptionHandle } from './subscriptions.ts';

export interface GraphQLRequest {
  /** API id or GraphQL URL. */
  readonly api: string;
  readonly authorization: Authorization;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SubscribeRequest extends GraphQLRequest {
  /** Gets each event as the answer of the subscription document, in order. */
  readonly onData: (result: GraphQLResult) => void | Promise<void>;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface AppSyncService extends Service {
  /** Rejects with `UnauthorizedException` for callers the API does not take; other failures are in `errors`. */
  graphql(request: GraphQLRequest): Promise<GraphQLResult>;
  /** Rejects with the error type of the answer (`Unauthorized`, ...) when the subscription is refused. */
  subscribe(request: SubscribeRequest): Promise<SubscriptionHandle>;
  /** A POST to a GraphQL URL. `principal` signed it; without one the `authorization` header carries a user's token. */
  httpPost(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    principal?: Principal,
  ): Promise<HttpAnswer>;
}

/** @param verify checks the tokens of user pools: the `verify` of the region's Cognito */
export function createAppSync(ports: RegionPorts, verify: TokenVerifier): AppSyncService {
  const store = new AppSyncStore();
  const runner = new ResolverRunner(ports);
  const readyApi = (idOrUrl: string): GraphQLApi => {
    const api = store.api(idOrUrl);
    api.schema ??= buildApiSchema(ports, api, runner);
    return api;
  };

  async function graphql(request: GraphQLRequest): Promise<GraphQLResult> {
    const api = readyApi(request.api);
    const caller = identify(ports, api, request.authorization, verify);
    ports.meter('appsync', 'operation', 1);
    const prepared = prepare(api, request.query, request.operationName);
    if (!('document' in prepared)) return { data: null, errors: prepared };
    const { operation } = prepared;
    if (operation.operation === 'subscription') {
      throw new AwsError('BadRequestException', 'Subscriptions are not supported over HTTP: use subscribe.');
    }
    const context = { caller, headers: request.headers ?? {}, delivering: false };
    const result = await run(api, prepared, request.variables ?? {}, context);
    if (operation.operation === 'mutation') publish(ports, api, operation, result);
    return result;
  }

  async function subscribe(request: SubscribeRequest): Promise<SubscriptionHandle> {
    const api = readyApi(request.api);
    const caller = identify(ports, api, request.authorization, verify);
    ports.meter('appsync', 'operation', 1);
    const prepared = prepare(api, request.query, request.operationName);
    if (!('document' in prepared) || prepared.operation.operation !== 'subscription') {
      const errors = 'document' in prepared ? [] : prepared;
      throw new AwsError('BadRequestException', errors[0]?.message ?? 'Not a subscription.', 400, { errors });
    }
    return openSubscription(
      ports,
      api,
      prepared,
      request.variables ?? {},
      caller,
      request.headers ?? {},
      request.onData,
    );
  }

  async function httpPost(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    principal?: Principal,
  ): Promise<HttpAnswer> {
    try {
      const { query, variables, operationName } = parseBody(body);
      const result = await graphql({
        api: url,
        authorization: authorizationOf(headers, principal),
        query,
        ...(variables === undefined ? {} : { variables }),
        ...(operationName === undefined ? {} : { operationName }),
        headers,
      });
      return answer(200, result);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return answer(error.httpStatus, { errors: [{ errorType: error.name, message: error.message }] });
    }
  }

  return {
    name: 'appsync',
    operations: {},
    permissions: {},
    resources: appSyncResources(ports, store, runner.host),
    start: () => {
      for (const id of store.apis.keys()) readyApi(id);
    },
    graphql,
    subscribe,
    httpPost,
  };
}

interface Body {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

function parseBody(body: string): Body {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    parsed = undefined;
  }
  if (typeof (parsed as Body | undefined)?.query !== 'string') {
    throw new AwsError('MalformedHttpRequestException', 'Unable to parse GraphQL query.');
  }
  return parsed as Body;
}

function authorizationOf(headers: Readonly<Record<string, string>>, principal: Principal | undefined): Authorization {
  if (principal !== undefined) return { kind: 'iam', principal };
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  if (header === undefined || header.startsWith('AWS4-'))
    throw unauthorized('Valid authorization header not provided.');
  return { kind: 'cognito', token: header };
}

function answer(statusCode: number, body: object): HttpAnswer {
  return { statusCode, headers: { 'content-type': 'application/json;charset=UTF-8' }, body: JSON.stringify(body) };
}
