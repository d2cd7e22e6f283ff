/**
 * EventBridge Scheduler (`AWS::Scheduler::*`): a schedule invokes one target as its role. Time zones other than UTC,
 * flexible windows, start and end dates are refused by name.
 */
import { UnknownToRegionError } from '../../errors.ts';
import type { RegionPorts, ResourceContext, ResourceHandler } from '../../service.ts';
import { knownFields, optionalString, requiredString } from './known-fields.ts';
import { parseSchedule, type Schedule } from './schedule.ts';
import { deliverToTarget, parseTarget, type Target } from './target.ts';

interface ScheduledTarget {
  readonly name: string;
  readonly arn: string;
  readonly schedule: Schedule;
  readonly target: Target;
  readonly enabled: boolean;
}

export interface SchedulerResources {
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  start(): void;
}

export function schedulerResources(ports: RegionPorts): SchedulerResources {
  const schedules: ScheduledTarget[] = [];
  const scheduleNext = (entry: ScheduledTarget, afterMs: number): void => {
    const dueMs = entry.enabled ? entry.schedule(afterMs) : undefined;
    if (dueMs === undefined) return;
    ports.clock.at(dueMs, () => {
      scheduleNext(entry, dueMs);
      ports.spawn(() => deliverToTarget(ports, entry, entry.target, {}));
    });
  };
  const arn = (resource: string) => `arn:${ports.partition}:scheduler:${ports.region}:${ports.accountId}:${resource}`;
  return {
    start: () => {
      for (const entry of schedules) scheduleNext(entry, ports.clock.now());
    },
    resources: {
      'AWS::Scheduler::ScheduleGroup': {
        properties: ['Name'],
        inert: ['Tags'],
        create: ({ properties, generatedName }) => {
          const name = optionalString(properties, 'Name') ?? generatedName(64);
          return { ref: name, attributes: { Arn: arn(`schedule-group/${name}`) } };
        },
      },
      'AWS::Scheduler::Schedule': {
        properties: [
          'Name',
          'GroupName',
          'ScheduleExpression',
          'ScheduleExpressionTimezone',
          'FlexibleTimeWindow',
          'State',
          'Target',
        ],
        inert: ['Description', 'KmsKeyArn'],
        create: (context) => {
          const entry = parseSchedulerEntry(ports, context, arn);
          schedules.push(entry);
          return { ref: entry.name, attributes: { Arn: entry.arn } };
        },
      },
    },
  };
}

function parseSchedulerEntry(
  ports: RegionPorts,
  context: ResourceContext,
  arn: (resource: string) => string,
): ScheduledTarget {
  const { properties, logicalId } = context;
  const where = `schedule ${logicalId}`;
  const name = optionalString(properties, 'Name') ?? context.generatedName(64);
  const zone = optionalString(properties, 'ScheduleExpressionTimezone') ?? 'UTC';
  if (!['UTC', 'Etc/UTC'].includes(zone)) {
    throw new UnknownToRegionError(`ScheduleExpressionTimezone ${zone}`, where, 'write the schedule in UTC');
  }
  const window = knownFields(properties['FlexibleTimeWindow'] ?? {}, ['Mode'], `${where}.FlexibleTimeWindow`);
  if (window['Mode'] !== 'OFF') {
    throw new UnknownToRegionError(`FlexibleTimeWindow mode ${window['Mode']}`, where, 'set Mode to OFF');
  }
  const sender = { name, arn: arn(`schedule/${optionalString(properties, 'GroupName') ?? 'default'}/${name}`) };
  return {
    ...sender,
    schedule: parseSchedule(requiredString(properties, 'ScheduleExpression', where), ports.clock.now()),
    target: parseTarget(properties['Target'], `${where}.Target`, 'scheduler.amazonaws.com', sender, () =>
      ports.clock.now(),
    ),
    enabled: (optionalString(properties, 'State') ?? 'ENABLED') !== 'DISABLED',
  };
}
