import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../errors.ts';
import { type FakePortsOptions, fakePorts, fakeResource, invoke } from '../../testing/fake-ports.ts';
import { createIot } from './index.ts';
import { parseSql } from './rule.ts';

const arn = (resource: string) => `arn:aws:iot:eu-central-1:123456789012:${resource}`;
const policy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'iot:Connect',
      Resource: arn('client/${iot:Connection.Thing.ThingName}'),
      Condition: { Bool: { 'iot:Connection.Thing.IsAttached': ['true'] } },
    },
    {
      Effect: 'Allow',
      Action: ['iot:Publish', 'iot:Receive'],
      Resource: arn('topic/vehicles/${iot:Connection.Thing.ThingName}/*'),
    },
    {
      Effect: 'Allow',
      Action: 'iot:Subscribe',
      Resource: arn('topicfilter/vehicles/${iot:Connection.Thing.ThingName}/*'),
    },
    { Effect: 'Deny', Action: 'iot:Publish', Resource: arn('topic/vehicles/*/secret') },
  ],
};
const kinesis = {
  Kinesis: { StreamName: 'positions', PartitionKey: '${topic(2)}', RoleArn: 'arn:aws:iam::1:role/rule' },
};

async function core(options: FakePortsOptions = {}, rule: Record<string, unknown> = {}) {
  const ports = fakePorts(options);
  const iot = createIot(ports);
  const { control } = iot;
  control.resources['AWS::IoT::Policy']?.create(
    fakeResource('Policy', { PolicyName: 'vehicle', PolicyDocument: policy }),
  );
  control.resources['AWS::IoT::TopicRule']?.create(
    fakeResource('Rule', {
      TopicRulePayload: {
        Sql: "SELECT *, topic(2) AS vehicleId, timestamp() AS receivedAt FROM 'vehicles/+/position' WHERE speed >= 0",
        Actions: [kinesis],
        ...rule,
      },
    }),
  );
  await invoke(control, 'CreateThing', { thingName: 'v-1' });
  const { certificateArn } = await invoke<{ certificateArn: string }>(control, 'CreateKeysAndCertificate', {
    setAsActive: true,
  });
  await invoke(control, 'AttachPolicy', { policyName: 'vehicle', target: certificateArn });
  await invoke(control, 'AttachThingPrincipal', { thingName: 'v-1', principal: certificateArn });
  return { ports, iot, certificate: certificateArn };
}

describe('a vehicle at IoT Core', () => {
  test('publishes to its own topic, and the rule puts what it selects into the stream', async () => {
    const { ports, iot, certificate } = await core();
    const vehicle = iot.connect({ clientId: 'v-1', certificate });
    await vehicle.publish('vehicles/v-1/position', { lon: 1, speed: 5 });
    await vehicle.publish('vehicles/v-1/position', { lon: 1, speed: -1 });
    await vehicle.publish('vehicles/v-1/other', { speed: 5 });
    await ports.clock.advance(0);
    expect(ports.calls).toHaveLength(1);
    const { service, operation, input, principal } = ports.calls[0] as (typeof ports.calls)[number];
    const { Data, ...rest } = input as { Data: Uint8Array };
    expect([service, operation, principal]).toEqual([
      'kinesis',
      'PutRecord',
      { kind: 'role', arn: 'arn:aws:iam::1:role/rule' },
    ]);
    expect(rest).toEqual({ StreamName: 'positions', PartitionKey: 'v-1' });
    expect(JSON.parse(Buffer.from(Data).toString())).toEqual({
      lon: 1,
      speed: 5,
      vehicleId: 'v-1',
      receivedAt: ports.clock.now(),
    });
    expect(ports.meters).toEqual({ 'iot/message': 3, 'iot/ruleTriggered': 2, 'iot/ruleAction': 1 });
  });

  test('is refused the topics of others, what is denied, and what it may not hear', async () => {
    const { iot, certificate } = await core();
    const vehicle = iot.connect({ clientId: 'v-1', certificate });
    const refused = { name: 'NotAuthorizedException' };
    await expect(vehicle.publish('vehicles/v-2/position', {})).rejects.toMatchObject(refused);
    await expect(vehicle.publish('vehicles/v-1/secret', {})).rejects.toMatchObject(refused);
    await expect(vehicle.subscribe('vehicles/#', () => undefined)).rejects.toMatchObject(refused);
  });

  test('cannot connect under another name, with an inactive certificate or without a thing', async () => {
    const { iot, certificate } = await core();
    expect(() => iot.connect({ clientId: 'v-2', certificate })).toThrow('not authorized to perform iot:Connect');
    const other = await invoke<{ certificateId: string }>(iot.control, 'CreateKeysAndCertificate', {
      setAsActive: true,
    });
    expect(() => iot.connect({ clientId: 'v-1', certificate: other.certificateId })).toThrow('iot:Connect');
    const certificateId = certificate.slice(certificate.lastIndexOf('/') + 1);
    await invoke(iot.control, 'UpdateCertificate', { certificateId, newStatus: 'INACTIVE' });
    expect(() => iot.connect({ clientId: 'v-1', certificate })).toThrow('not active');
  });

  test('hears what the cloud publishes to it, until it disconnects', async () => {
    const { ports, iot, certificate } = await core();
    const vehicle = iot.connect({ clientId: 'v-1', certificate });
    const heard: string[] = [];
    await vehicle.subscribe('vehicles/v-1/#', (topic, payload) => void heard.push(`${topic} ${payload}`));
    await invoke(iot.dataPlane, 'Publish', { topic: 'vehicles/v-1/commands', payload: Buffer.from('stop') });
    await ports.clock.advance(61_000);
    vehicle.disconnect();
    await invoke(iot.dataPlane, 'Publish', { topic: 'vehicles/v-1/commands', payload: 'again' });
    await ports.clock.advance(0);
    expect(heard).toEqual(['vehicles/v-1/commands stop']);
    expect(ports.meters['iot/connectionMinute']).toBe(2);
    await expect(vehicle.publish('vehicles/v-1/position', {})).rejects.toThrow('disconnected');
  });

  test('a failing action goes to the error action with what happened', async () => {
    const { ports, iot, certificate } = await core(
      {
        onCall: ({ service }) => {
          if (service === 'kinesis') throw new AwsError('ProvisionedThroughputExceededException', 'too fast');
          return {};
        },
      },
      { ErrorAction: { Sqs: { QueueUrl: 'https://q', RoleArn: 'arn:aws:iam::1:role/rule' } } },
    );
    await iot.connect({ clientId: 'v-1', certificate }).publish('vehicles/v-1/position', { speed: 1 });
    await ports.clock.advance(0);
    const failed: unknown = ports.calls[1];
    const body = (failed as { input: { MessageBody: string } }).input.MessageBody;
    expect(JSON.parse(body)).toMatchObject({
      topic: 'vehicles/v-1/position',
      failures: [{ failedAction: 'KinesisAction', errorMessage: 'too fast' }],
    });
    expect(ports.crashes).toEqual([]);
  });
});

describe('the rules language', () => {
  const message = (body: unknown) => ({
    topic: 'a/b',
    segments: ['a', 'b'],
    clientId: 'c',
    body,
    receivedMs: 1,
    newUuid: () => 'u',
  });

  test.each([
    ["SELECT x.y AS z, upper(name) AS n, x.y * 2 + 1 AS w FROM 'a/#'", { z: 4, n: 'BOB', w: 9 }],
    ["SELECT name, 'text' AS t, clientid() AS c FROM 'a/b'", { name: 'bob', t: 'text', c: 'c' }],
  ])('%s', (sql, expected) => {
    const selection = parseSql(sql, 'rule');
    const input = message({ x: { y: 4 }, name: 'bob' });
    expect(selection.filter(input.segments)).toBe(true);
    expect(selection.select(input)).toEqual(expected);
  });

  test.each([
    ["x > 1 AND NOT name = 'al'", true],
    ["x < 1 OR (name <> 'al' AND isUndefined(gone))", true],
    ['gone > 1', false],
    ['x = true', false],
  ])('WHERE %s', (condition, expected) => {
    expect(parseSql(`SELECT * FROM 'a/b' WHERE ${condition}`, 'rule').admits(message({ x: 2, name: 'bob' }))).toBe(
      expected,
    );
  });

  test.each(["SELECT get_thing_shadow('x') AS s FROM 'a'", "SELECT * FROM 'a' WHERE x IN [1]", 'SELECT *'])(
    '%s is refused by name',
    (sql) => {
      expect(() => parseSql(sql, 'rule')).toThrow();
    },
  );
});
