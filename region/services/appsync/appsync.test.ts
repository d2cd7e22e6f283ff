import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../errors.ts';
import type { Principal } from '../../service.ts';
import { type FakePortsOptions, fakePorts, fakeResource } from '../../testing/fake-ports.ts';
import { type AppSyncService, createAppSync, type GraphQLResult } from './index.ts';
import { compileScript } from './script.ts';

const definition = `
type Offer @aws_iam @aws_cognito_user_pools { routeId: ID! driverId: ID! at: AWSDateTime details: AWSJSON secret: String @aws_iam }
type Query { offer(routeId: ID!): Offer, admin: String @aws_cognito_user_pools(cognito_groups: ["admins"]) }
type Mutation { offerRoute(routeId: ID!, driverId: ID!): Offer @aws_iam  answerOffer(routeId: ID!, accept: Boolean!): Offer }
type Subscription { onOffer(driverId: ID!): Offer @aws_subscribe(mutations: ["offerRoute"]) }
`;
const subscriptionCode = `
import { util } from '@aws-appsync/utils';
export function request(ctx) {
  if (ctx.identity.username !== ctx.args.driverId) util.unauthorized();
  return { payload: null };
}
export function response(ctx) { return ctx.result; }`;
const offerCode = `
import { util, runtime } from '@aws-appsync/utils';
export const request = (ctx) => ({ payload: { ...ctx.args, at: util.time.nowISO8601(), details: { n: 1 }, secret: 's' } });
export function response(ctx) { if (ctx.args.routeId === 'bad') { util.error('no such route', 'RouteError'); } return ctx.result; }`;

const backend: Principal = { kind: 'role', arn: 'arn:aws:iam::123456789012:role/backend' };

async function api(options: FakePortsOptions = {}) {
  const ports = fakePorts(options);
  const service: AppSyncService = createAppSync(ports, (token) => {
    const [username = '', ...groups] = token.split(' ');
    if (username === 'bad') throw new AwsError('NotAuthorizedException', 'Invalid token.', 401);
    return {
      principal: { kind: 'cognito', userPoolId: 'pool', username, groups },
      claims: { sub: `sub-${username}`, iss: 'issuer' },
    };
  });
  const create = async (type: string, properties: Record<string, unknown>) =>
    service.resources[type]?.create(fakeResource('R', properties));
  const created = await create('AWS::AppSync::GraphQLApi', {
    Name: 'navigation',
    AuthenticationType: 'AMAZON_COGNITO_USER_POOLS',
    UserPoolConfig: { UserPoolId: 'pool', DefaultAction: 'ALLOW' },
    AdditionalAuthenticationProviders: [{ AuthenticationType: 'AWS_IAM' }],
  });
  const ApiId = created?.attributes['ApiId'] ?? '';
  await create('AWS::AppSync::GraphQLSchema', { ApiId, Definition: definition });
  await create('AWS::AppSync::DataSource', { ApiId, Name: 'none', Type: 'NONE' });
  const LambdaConfig = { LambdaFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:answer' };
  await create('AWS::AppSync::DataSource', {
    ApiId,
    Name: 'answer',
    Type: 'AWS_LAMBDA',
    LambdaConfig,
    ServiceRoleArn: 'arn:aws:iam::1:role/ds',
  });
  const Runtime = { Name: 'APPSYNC_JS', RuntimeVersion: '1.0.0' };
  const resolver = (TypeName: string, FieldName: string, more: object) =>
    create('AWS::AppSync::Resolver', { ApiId, TypeName, FieldName, Kind: 'UNIT', ...more });
  await resolver('Mutation', 'offerRoute', { DataSourceName: 'none', Code: offerCode, Runtime });
  await resolver('Subscription', 'onOffer', { DataSourceName: 'none', Code: subscriptionCode, Runtime });
  await resolver('Mutation', 'answerOffer', { DataSourceName: 'answer' });
  service.start?.();
  const asDriver = (query: string, variables = {}, token = 'd-1 drivers') =>
    service.graphql({ api: ApiId, authorization: { kind: 'cognito', token }, query, variables });
  const asBackend = (query: string, variables = {}) =>
    service.graphql({ api: ApiId, authorization: { kind: 'iam', principal: backend }, query, variables });
  return { ports, service, create, ApiId, url: created?.attributes['GraphQLUrl'] ?? '', asDriver, asBackend };
}

const offer = 'mutation($r: ID!, $d: ID!) { offerRoute(routeId: $r, driverId: $d) { routeId driverId at details } }';
const answer = 'mutation { answerOffer(routeId: "r-1", accept: true) { routeId } }';
const watch = 'subscription($d: ID!) { onOffer(driverId: $d) { routeId at details } }';

describe('a GraphQL API', () => {
  test('runs code around a NONE data source on the region’s time', async () => {
    const { asBackend, ports } = await api();
    expect(await asBackend(offer, { r: 'r-1', d: 'd-1' })).toEqual({
      data: { offerRoute: { routeId: 'r-1', driverId: 'd-1', at: '2026-03-02T08:00:00.000Z', details: '{"n":1}' } },
    });
    expect(ports.meters).toEqual({ 'appsync/operation': 1 });
  });

  test('calls a function directly with the event AppSync gives it', async () => {
    const { asDriver, ports } = await api({
      onCall: () => ({ Payload: Buffer.from('{"routeId":"r-1","driverId":"d-1"}') }),
    });
    expect(await asDriver(answer)).toEqual({ data: { answerOffer: { routeId: 'r-1' } } });
    const call: unknown = ports.calls[0];
    expect(call).toMatchObject({
      service: 'lambda',
      operation: 'Invoke',
      principal: { kind: 'role', arn: 'arn:aws:iam::1:role/ds' },
    });
    expect(
      JSON.parse(Buffer.from((call as { input: { Payload: Uint8Array } }).input.Payload).toString()),
    ).toMatchObject({
      arguments: { routeId: 'r-1', accept: true },
      identity: { sub: 'sub-d-1', username: 'd-1', groups: ['drivers'], claims: { sub: 'sub-d-1' } },
      source: null,
      prev: null,
      stash: {},
      info: { fieldName: 'answerOffer', parentTypeName: 'Mutation', variables: {}, selectionSetList: ['routeId'] },
    });
  });

  test('refuses fields by directive, by group and by policy, as AppSync words it', async () => {
    const { asDriver, asBackend } = await api({
      onAuthorize: (_principal, [permission]) => {
        if (permission?.resource.endsWith('/types/Mutation/fields/offerRoute'))
          throw new AwsError('AccessDeniedException', 'no');
      },
    });
    const unauthorized = (field: string, type: string) => ({
      errorType: 'Unauthorized',
      message: `Not Authorized to access ${field} on type ${type}`,
    });
    const variables = { r: 'r-1', d: 'd-1' };
    expect(await asDriver(offer, variables)).toMatchObject({
      data: { offerRoute: null },
      errors: [unauthorized('offerRoute', 'Mutation')],
    });
    expect(await asBackend(offer, variables)).toMatchObject({ errors: [unauthorized('offerRoute', 'Mutation')] });
    expect(await asBackend(answer)).toMatchObject({ errors: [unauthorized('answerOffer', 'Mutation')] });
    expect(await asDriver('{ admin }')).toMatchObject({ errors: [unauthorized('admin', 'Query')] });
    expect(await asDriver('{ admin }', {}, 'x admins')).toEqual({ data: { admin: null } });
  });

  test('puts errors of code and functions into the answer', async () => {
    const { asBackend, asDriver } = await api({
      onCall: () => ({ FunctionError: 'Unhandled', Payload: Buffer.from('{"errorMessage":"boom"}') }),
    });
    expect(await asBackend(offer, { r: 'bad', d: 'd-1' })).toMatchObject({
      errors: [{ errorType: 'RouteError', message: 'no such route' }],
    });
    expect(await asDriver(answer)).toMatchObject({
      data: { answerOffer: null },
      errors: [{ errorType: 'Lambda:Unhandled', message: 'boom' }],
    });
    expect(await asDriver('{ nothing }')).toMatchObject({ data: null, errors: [{ errorType: 'ValidationError' }] });
    expect(await asDriver('{ offer(')).toMatchObject({ errors: [{ errorType: 'InvalidSyntaxError' }] });
  });

  test('answers HTTP posts, signed or with a token', async () => {
    const { service, url } = await api();
    const body = JSON.stringify({ query: offer, variables: { r: 'r-1', d: 'd-1' } });
    const signed = await service.httpPost(url, { Authorization: 'AWS4-HMAC-SHA256 ...' }, body, backend);
    expect(signed.statusCode).toBe(200);
    expect(JSON.parse(signed.body).data.offerRoute.routeId).toBe('r-1');
    expect(await service.httpPost(url, { authorization: 'bad' }, body)).toMatchObject({
      statusCode: 401,
      body: expect.stringContaining('UnauthorizedException'),
    });
    expect(await service.httpPost(url, {}, body)).toMatchObject({ statusCode: 401 });
  });

  test('refuses a resolver without code on a NONE data source', async () => {
    const { create, ApiId } = await api();
    const resolver = { ApiId, TypeName: 'Query', FieldName: 'offer', DataSourceName: 'none' };
    await expect(create('AWS::AppSync::Resolver', resolver)).rejects.toThrow('without code');
  });
});

describe('a subscription', () => {
  test('gets the mutations whose returned fields equal its arguments, shaped by its own document', async () => {
    const { service, ports, ApiId, asBackend } = await api();
    const got: GraphQLResult[] = [];
    const handle = await service.subscribe({
      api: ApiId,
      authorization: { kind: 'cognito', token: 'd-1 drivers' },
      query: watch,
      variables: { d: 'd-1' },
      onData: (result) => void got.push(result),
    });
    await asBackend(offer, { r: 'r-1', d: 'd-1' });
    await asBackend(offer, { r: 'r-2', d: 'd-2' });
    await ports.clock.advance(90_000);
    handle.unsubscribe();
    await asBackend(offer, { r: 'r-3', d: 'd-1' });
    await ports.clock.advance(0);
    expect(got).toEqual([
      { data: { onOffer: { routeId: 'r-1', at: '2026-03-02T08:00:00.000Z', details: '{"n":1}' } } },
    ]);
    expect(ports.meters).toMatchObject({ 'appsync/realtimeMessage': 1, 'appsync/connectionMinute': 2 });
    expect(ports.crashes).toEqual([]);
  });

  test('is refused by its resolver to a driver who asks for another’s offers', async () => {
    const { service, ApiId } = await api();
    const subscribing = service.subscribe({
      api: ApiId,
      authorization: { kind: 'cognito', token: 'd-1 drivers' },
      query: watch,
      variables: { d: 'd-2' },
      onData: () => undefined,
    });
    await expect(subscribing).rejects.toMatchObject({
      name: 'Unauthorized',
      message: 'Not Authorized to access onOffer on type Subscription',
    });
  });
});

describe('resolver code', () => {
  const host = { now: () => 1000, uuid: () => 'u-1', fieldName: () => 'offer', typeName: () => 'Query' };
  const script = (request: string) =>
    compileScript(
      `import { util as u, runtime } from '@aws-appsync/utils';\nfunction request(ctx) { ${request} }\nfunction response(ctx) { return ctx.result; }\nexport { request, response };`,
      'resolver R',
      host,
    );
  const context = {} as never;

  test('sees the region’s clock and ids, and no process', () => {
    expect(
      script('return [Date.now(), new Date().toISOString(), u.autoId(), typeof process];').request(context),
    ).toEqual([1000, '1970-01-01T00:00:01.000Z', 'u-1', 'undefined']);
  });

  test('is refused by name where it uses what the region does not have', () => {
    expect(() => script('return u.dynamodb.toMapValues({});').request(context)).toThrow('util.dynamodb');
    expect(() => script('return u.time.nowFormatted();').request(context)).toThrow('util.time.nowFormatted');
    expect(() => compileScript("import * as ddb from '@aws-appsync/utils/dynamodb';", 'resolver R', host)).toThrow(
      'import',
    );
  });

  test('may return early', () => {
    expect(() => script('runtime.earlyReturn(7);').request(context)).toThrow(expect.objectContaining({ value: 7 }));
  });
});
