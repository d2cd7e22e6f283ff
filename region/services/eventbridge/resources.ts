/** `AWS::Events::*`: the buses, rules and bus policies of the templates. */
import { UnknownToRegionError } from '../../errors.ts';
import type { RegionPorts, ResourceContext, ResourceHandler } from '../../service.ts';
import { optionalString } from './known-fields.ts';
import { compilePattern } from './pattern.ts';
import { parseSchedule } from './schedule.ts';
import type { EventBridgeStore } from './store.ts';
import { parseTarget } from './target.ts';

export function eventResources(ports: RegionPorts, store: EventBridgeStore): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::Events::EventBus': {
      properties: ['Name'],
      inert: ['Description', 'KmsKeyIdentifier', 'DeadLetterConfig', 'LogConfig', 'Policy', 'Tags'],
      create: ({ properties, generatedName }) => {
        const bus = store.createBus(optionalString(properties, 'Name') ?? generatedName());
        return { ref: bus.name, attributes: { Arn: bus.arn, Name: bus.name } };
      },
    },
    'AWS::Events::EventBusPolicy': {
      properties: ['StatementId', 'EventBusName'],
      inert: ['Statement', 'Action', 'Principal', 'Condition'],
      create: ({ properties, logicalId }) => {
        store.bus(optionalString(properties, 'EventBusName'));
        return { ref: optionalString(properties, 'StatementId') ?? logicalId, attributes: {} };
      },
    },
    'AWS::Events::Rule': {
      properties: ['Name', 'EventBusName', 'EventPattern', 'ScheduleExpression', 'State', 'Targets'],
      inert: ['Description', 'RoleArn', 'Tags'],
      create: (context) => createRule(ports, store, context),
    },
  };
}

function createRule(ports: RegionPorts, store: EventBridgeStore, context: ResourceContext) {
  const { properties, logicalId } = context;
  const name = optionalString(properties, 'Name') ?? context.generatedName(64);
  const bus = store.bus(optionalString(properties, 'EventBusName'));
  const where = `rule ${logicalId}`;
  const pattern = properties['EventPattern'];
  const scheduleExpression = optionalString(properties, 'ScheduleExpression');
  if (pattern === undefined && scheduleExpression === undefined) {
    throw new UnknownToRegionError('no EventPattern and no ScheduleExpression', where, 'give one of them');
  }
  const custom = bus.name !== 'default';
  const arn = store.arn(`rule/${custom ? `${bus.name}/` : ''}${name}`);
  const targets = properties['Targets'] ?? [];
  if (!Array.isArray(targets)) throw new UnknownToRegionError('Targets', where, 'give a list');
  store.addRule({
    name,
    arn,
    busName: bus.name,
    matches: pattern === undefined ? undefined : compilePattern(pattern),
    eventPattern: pattern === undefined ? undefined : JSON.stringify(pattern),
    schedule: scheduleExpression === undefined ? undefined : parseSchedule(scheduleExpression, ports.clock.now()),
    scheduleExpression,
    targets: targets.map((target, index) =>
      parseTarget(target, `${where}.Targets[${index}]`, 'events.amazonaws.com', { name, arn }, () => ports.clock.now()),
    ),
    enabled: (optionalString(properties, 'State') ?? 'ENABLED') !== 'DISABLED',
    timer: undefined,
  });
  return { ref: custom ? `${bus.name}|${name}` : name, attributes: { Arn: arn } };
}
