import { describe, expect, test } from '@jest/globals';
import * as tables from '../../functions/platform/tables.ts';
import { ENVIRONMENT } from '../../functions/platform/tables.ts';
import { AUTHORIZE_SUBSCRIPTION_CODE } from '../../stacks/driver-resolvers.ts';
import * as names from '../../stacks/names.ts';
import { DRIVER_API_SCHEMA } from '../../workflows/route-dispatch/driver-api.ts';
import { type Resource, synthesise } from './synthesised.ts';

const { resources } = synthesise();
const ofType = (type: string): [string, Resource][] =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);
const asList = (value: string | string[]): string[] => (Array.isArray(value) ? value : [value]);

interface Statement {
  readonly policy: string;
  readonly actions: string[];
  readonly resource: string;
}
const statements: Statement[] = ofType('AWS::IAM::Policy').flatMap(([policy, { Properties }]) =>
  Properties.PolicyDocument.Statement.map((statement: { Action: string | string[]; Resource: unknown }) => ({
    policy,
    actions: asList(statement.Action),
    resource: JSON.stringify(statement.Resource),
  })),
);
const actionsOf = (role: string): string[] =>
  statements.filter(({ policy }) => policy.includes(role)).flatMap(({ actions }) => actions);

describe('a vehicle', () => {
  const [[, policy] = []] = ofType('AWS::IoT::Policy');
  const document = policy?.Properties.PolicyDocument;

  test('may connect under its own name only, with the certificate of that name', () => {
    const [connect] = document.Statement.filter(({ Action }: { Action: string }) => Action === 'iot:Connect');
    expect(JSON.stringify(connect.Resource)).toContain(':client/${iot:Connection.Thing.ThingName}');
    expect(connect.Condition).toEqual({ Bool: { 'iot:Connection.Thing.IsAttached': 'true' } });
  });

  test('may publish to its own topic, and may do nothing else', () => {
    expect(document.Statement.map(({ Action }: { Action: string }) => Action)).toEqual(['iot:Connect', 'iot:Publish']);
    const publish = JSON.stringify(document.Statement[1].Resource);
    expect(publish).toContain(':topic/vehicles/${iot:Connection.Thing.ThingName}/fixes');
    expect(JSON.stringify(document)).not.toContain('*');
  });

  test('is known to the stream by its topic and not by what it says of itself', () => {
    const [[, rule] = []] = ofType('AWS::IoT::TopicRule');
    expect(rule?.Properties.TopicRulePayload.Actions[0].Kinesis.PartitionKey).toBe('${topic(2)}');
  });
});

describe('a driver', () => {
  const resolvers = ofType('AWS::AppSync::Resolver').map(([, { Properties }]) => Properties);

  test.each(['onRouteOffered', 'onRouteChanged'])('is refused the subscription %s of another driver', (field) => {
    const resolver = resolvers.find(({ FieldName }) => FieldName === field);
    expect(resolver.Code).toBe(AUTHORIZE_SUBSCRIPTION_CODE);
    const body = AUTHORIZE_SUBSCRIPTION_CODE.replace(/^import .*$/m, '').replaceAll('export ', '');
    const util = {
      unauthorized: () => {
        throw new Error('Unauthorized');
      },
    };
    const request = new Function('util', `${body}; return request;`)(util) as (context: object) => unknown;
    expect(() => request({ identity: { username: 'd-1' }, args: { driverId: 'd-2' } })).toThrow('Unauthorized');
    expect(request({ identity: { username: 'd-1' }, args: { driverId: 'd-1' } })).toEqual({ payload: null });
  });

  test('reaches every field through a resolver that knows who calls, and none with an API key', () => {
    const fields = [...DRIVER_API_SCHEMA.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name);
    expect(resolvers.map(({ FieldName }) => FieldName).sort()).toEqual(fields.sort());
    expect(ofType('AWS::AppSync::ApiKey')).toEqual([]);
    const [[, api] = []] = ofType('AWS::AppSync::GraphQLApi');
    expect(api?.Properties.AuthenticationType).toBe('AMAZON_COGNITO_USER_POOLS');
    expect(DRIVER_API_SCHEMA).toMatch(/publishOffer\(.*@aws_iam$/m);
  });

  test('cannot sign up without the operator', () => {
    const [[, pool] = []] = ofType('AWS::Cognito::UserPool');
    expect(pool?.Properties.AdminCreateUserConfig.AllowAdminCreateUserOnly).toBe(true);
  });
});

describe('a function', () => {
  test('may use no action by a star, but those with which the CDK encrypts what it sends', () => {
    const starred = [...new Set(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*')))];
    expect(starred.filter((action) => !['kms:GenerateDataKey*', 'kms:ReEncrypt*'].includes(action))).toEqual([]);
  });

  test('may scan no table and administer nothing', () => {
    const actions = statements.flatMap((statement) => statement.actions);
    expect(actions.filter((action) => /^dynamodb:(Scan|CreateTable|DeleteTable|UpdateTable)$/.test(action))).toEqual(
      [],
    );
    expect(
      actions.filter((action) => /^(iam:(?!PassRole)|kms:(Put|Schedule)|states:(Create|Delete|Update))/.test(action)),
    ).toEqual([]);
  });

  test('publishes offers only as offer-route and route changes only as assign-orders, each by its own mutation', () => {
    const graphql = statements.filter(({ actions }) => actions.includes('appsync:GraphQL'));
    expect(graphql.map(({ policy, resource }) => [policy, resource])).toEqual([
      [expect.stringContaining('OfferRoute'), expect.stringContaining('/types/Mutation/fields/publishOffer')],
      [expect.stringContaining('AssignOrders'), expect.stringContaining('/types/Mutation/fields/publishRouteChange')],
    ]);
  });

  test('answers orders only as a function of the ledger, and routes only as a function of dispatch or geo', () => {
    const answering = (machine: string): string[] =>
      statements
        .filter(
          ({ actions, resource }) => resource.includes(`:${machine}"`) && actions.includes('states:SendTaskSuccess'),
        )
        .map(({ policy }) => policy.replace(/^\w+\.|FunctionRoleDefaultPolicy.*$/g, ''))
        .sort();
    const ofTheLedger = [
      'AwaitSignal',
      'CloseOrder',
      'OperateOrder',
      'RequestRoute',
      'SignalOrder',
      'SweepSignals',
      'TurnOrder',
    ];
    expect(answering('stateMachine:order-lifecycle')).toEqual(ofTheLedger);
    expect(answering('stateMachine:order-replay')).toEqual(ofTheLedger);
    expect(answering('stateMachine:route-dispatch')).toEqual(['AnswerDriver', 'LocateVehicle', 'OfferRoute']);
  });

  test('that only watches or reads writes nowhere', () => {
    expect(actionsOf('NotifyCustomer').filter((action) => /^s3:|^states:|^dynamodb:Query/.test(action))).toEqual([]);
    expect(actionsOf('StartOrder').filter((action) => action.startsWith('dynamodb:'))).toEqual([]);
  });

  test('finds resources by variables that the functions know', () => {
    const known = new Set<string>(Object.values(ENVIRONMENT));
    const used = ofType('AWS::Lambda::Function').flatMap(([, { Properties }]) =>
      Object.keys(Properties.Environment.Variables),
    );
    const own = (name: string) => name.startsWith('POWERTOOLS_') || name === 'NODE_OPTIONS';
    expect([...new Set(used)].filter((name) => !own(name) && !known.has(name))).toEqual([]);
  });
});

describe('the graph', () => {
  const groupOf = (name: string): string | undefined =>
    ofType('AWS::EC2::SecurityGroup')
      .find(([id]) => id.includes(name))?.[0]
      .replace(/^.*\./, '');
  const admitted = ofType('AWS::EC2::SecurityGroupIngress')
    .filter(([, { Properties }]) => Properties.FromPort === 8182)
    .map(([, { Properties }]) => Properties.SourceSecurityGroupId['Fn::GetAtt'][0]);

  test('lets in the planner and the functions of the graph, which all are in their group, and nobody else', () => {
    const functions = groupOf('GraphFunctionsGroup');
    expect(admitted.sort()).toEqual([functions, groupOf('PlannerGroup')].sort());
    const inNetwork = ofType('AWS::Lambda::Function').filter(
      ([, { Properties }]) => Properties.VpcConfig !== undefined,
    );
    const askers = statements.filter(({ actions }) => actions.includes('neptune-db:ReadDataViaQuery'));
    expect(inNetwork.length).toBe(askers.filter(({ policy }) => policy.includes('Function')).length);
    for (const [, { Properties }] of inNetwork) {
      expect(
        Properties.VpcConfig.SecurityGroupIds.map((id: { 'Fn::GetAtt': string[] }) => id['Fn::GetAtt'][0]),
      ).toEqual([functions]);
      for (const { Ref } of Properties.VpcConfig.SubnetIds) expect(Ref).toMatch(/graphSubnet\d/);
    }
  });
});

describe('an operator', () => {
  const policies = Object.fromEntries(
    ofType('AWS::IAM::ManagedPolicy').map(([, { Properties }]) => [
      String(Properties.ManagedPolicyName),
      Properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) =>
        asList(Action),
      ) as string[],
    ]),
  );
  const { viewer, operator } = names.OPERATOR_ROLES;
  const writes = /:(Put|Update|Delete|Batch(?!Get)|Send|Start|Stop|Redrive|Invoke|Publish|Create)/;

  test('is found by the names that the tools know', () => {
    expect(names.OPERATOR_ROLES).toEqual(tables.OPERATOR_ROLES);
    expect(names.OUTPUTS_PARAMETER).toBe(tables.OUTPUTS_PARAMETER);
    expect(Object.keys(policies).sort()).toEqual([operator, viewer]);
    const roles = ofType('AWS::IAM::Role').filter(([, { Properties }]) => Properties.RoleName !== undefined);
    expect(
      roles.map(([, { Properties }]) => [Properties.RoleName, Properties.ManagedPolicyArns.length]).sort(),
    ).toEqual([
      [operator, 2],
      [viewer, 1],
    ]);
    for (const [, { Properties }] of roles) {
      expect(JSON.stringify(Properties.AssumeRolePolicyDocument.Statement[0].Principal)).toContain(':root');
    }
  });

  test('who may only look changes nothing, and who may act changes no order but through operate-order and signals', () => {
    // The one function that a viewer may invoke reads the graph and cannot write.
    expect(policies[viewer]?.filter((action) => writes.test(action))).toEqual(['lambda:InvokeFunction']);
    const invoked = ofType('AWS::IAM::ManagedPolicy')
      .filter(([, { Properties }]) => Properties.ManagedPolicyName === viewer)
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Action }: { Action: string | string[] }) => asList(Action).includes('lambda:InvokeFunction'));
    expect(JSON.stringify(invoked)).toContain('QueryGraphFunction');
    expect(JSON.stringify(invoked)).not.toContain('OperateOrderFunction');
    expect(
      actionsOf('QueryGraph').filter((action) => /^(neptune-db:(Write|Delete)|dynamodb:|sqs:)/.test(action)),
    ).toEqual([]);
    expect([...new Set(policies[operator]?.filter((action) => writes.test(action)))].sort()).toEqual([
      'dynamodb:BatchWriteItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'lambda:InvokeFunction',
      'sqs:SendMessage',
      'states:StartExecution',
      'states:StopExecution',
    ]);
    // Waves alone: an order's execution is started by its events, or by operate-order.
    const started = ofType('AWS::IAM::ManagedPolicy')
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Action }: { Action: string | string[] }) => asList(Action).includes('states:StartExecution'))
      .map(({ Resource }: { Resource: unknown }) => JSON.stringify(Resource));
    expect(started).toEqual([expect.stringMatching(/:stateMachine:route-planning"/)]);
    const written = ofType('AWS::IAM::ManagedPolicy')
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Action }: { Action: string | string[] }) =>
        asList(Action).some((action) => /dynamodb:(Put|Update)/.test(action)),
      )
      .map(({ Resource }: { Resource: unknown }) => JSON.stringify(Resource));
    expect(written.length).toBeGreaterThan(0);
    for (const resource of written) expect(resource).toMatch(/ActionsTable|BoardTable/);
  });

  test('finds every output of every stack in one parameter', () => {
    const [[, parameter] = []] = ofType('AWS::SSM::Parameter');
    expect(parameter?.Properties.Name).toBe(tables.OUTPUTS_PARAMETER);
    const text = JSON.stringify(parameter?.Properties.Value).replaceAll('\\', '');
    for (const name of ['OrdersTableName', 'BoardTableName', 'OrderReplayMachineArn', 'OperateOrderFunctionName']) {
      expect(text).toContain(`"${name}":"`);
    }
  });
});
