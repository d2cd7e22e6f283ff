/** EventBridge: buses, rules, schedules of rules, `PutEvents`. The region's EventBridge Scheduler stands beside it. */
import type { CallContext, RegionPorts, Service } from '../../service.ts';
import { compilePattern } from './pattern.ts';
import { deliverToBus, type PutEventsInput, putEvents, putEventsPermissions } from './put-events.ts';
import { eventResources } from './resources.ts';
import { schedulerResources } from './scheduler.ts';
import { EventBridgeStore, type Rule } from './store.ts';

interface RuleInput {
  readonly Name: string;
  readonly EventBusName?: string;
}

export interface EventBridgeService extends Service {
  readonly store: EventBridgeStore;
}

export function createEventBridge(ports: RegionPorts): EventBridgeService {
  const store = new EventBridgeStore(ports);
  const scheduler = schedulerResources(ports);
  const onRule = (action: string) => (input: RuleInput) => {
    const bus = store.bus(input.EventBusName);
    const path = bus.name === 'default' ? input.Name : `${bus.name}/${input.Name}`;
    return [{ action: `events:${action}`, resource: store.arn(`rule/${path}`) }];
  };
  return {
    name: 'eventbridge',
    store,
    operations: {
      PutEvents: (input: PutEventsInput, context: CallContext) => putEvents(ports, store, input, context),
      DescribeRule: ({ Name, EventBusName }: RuleInput) => describeRule(store.rule(Name, EventBusName)),
      EnableRule: ({ Name, EventBusName }: RuleInput) => {
        store.setEnabled(store.rule(Name, EventBusName), true);
        return {};
      },
      DisableRule: ({ Name, EventBusName }: RuleInput) => {
        store.setEnabled(store.rule(Name, EventBusName), false);
        return {};
      },
      TestEventPattern: ({ EventPattern, Event }: { EventPattern: string; Event: string }) => ({
        Result: compilePattern(EventPattern)(JSON.parse(Event)),
      }),
    },
    permissions: {
      PutEvents: (input: PutEventsInput) => putEventsPermissions(store, input),
      DescribeRule: onRule('DescribeRule'),
      EnableRule: onRule('EnableRule'),
      DisableRule: onRule('DisableRule'),
      TestEventPattern: () => [{ action: 'events:TestEventPattern', resource: '*' }],
    },
    resources: { ...eventResources(ports, store), ...scheduler.resources },
    delivers: ['events'],
    deliver: (delivery) => deliverToBus(ports, store, delivery),
    start: () => {
      store.start();
      scheduler.start();
    },
  };
}

function describeRule(rule: Rule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: rule.busName,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    ...(rule.eventPattern === undefined ? {} : { EventPattern: rule.eventPattern }),
    ...(rule.scheduleExpression === undefined ? {} : { ScheduleExpression: rule.scheduleExpression }),
  };
}
