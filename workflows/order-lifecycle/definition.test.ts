import { beforeAll, describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { EXCEPTIONS, MILESTONES } from './contracts.ts';
import { orderLifecycleDefinition, orderReplayDefinition, WAITS } from './definition.ts';
import * as errors from './errors.ts';
import { ENTRY_STATES } from './replay.ts';

interface Matcher {
  readonly ErrorEquals: string[];
  readonly MaxAttempts?: number;
  readonly Next?: string;
}
interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly TimeoutSeconds?: number | string;
  readonly Choices?: { readonly Next: string }[];
  readonly Retry?: Matcher[];
  readonly Catch?: Matcher[];
}

let states: Record<string, State>;
let startAt: string;

function machineOf(define: typeof orderLifecycleDefinition): { States: Record<string, State>; StartAt: string } {
  const stack = new Stack(new App(), 'Stack');
  const lambda = (id: string) =>
    LambdaFunction.fromFunctionAttributes(stack, id, {
      functionArn: `arn:aws:lambda:us-east-1:111111111111:function:${id}`,
      sameEnvironment: true,
    });
  const definition = define(stack, {
    routeRequests: Queue.fromQueueArn(stack, 'Requests', 'arn:aws:sqs:us-east-1:111111111111:requests'),
    awaitSignal: lambda('Await'),
    turnOrder: lambda('Turn'),
    closeOrder: lambda('Close'),
    archiveOrder: lambda('Archive'),
  });
  new StateMachine(stack, 'Machine', {
    definitionBody: DefinitionBody.fromChainable(definition),
    queryLanguage: QueryLanguage.JSONATA,
  });
  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  const parts: unknown[] = machine?.['Properties'].DefinitionString['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'X')).join(''));
}

beforeAll(() => {
  ({ States: states, StartAt: startAt } = machineOf(orderLifecycleDefinition));
});

const tasks = () => Object.entries(states).filter(([, { Type }]) => Type === 'Task');
const isWait = ({ Resource = '' }: State) => Resource.endsWith('.waitForTaskToken');
const matchers = ({ Retry = [], Catch = [] }: State) => [...Retry, ...Catch];
const classNames = Object.values(errors).flatMap((value) =>
  typeof value === 'function' && 'errorName' in value ? [String(value.errorName)] : [],
);

describe('the error names of the order machine', () => {
  test('are signals that fail a wait, error classes, or names of AWS', () => {
    const used = new Set(tasks().flatMap(([, state]) => matchers(state).flatMap(({ ErrorEquals }) => ErrorEquals)));
    const aws = ['States.TaskFailed', 'States.Timeout'];
    expect([...used].filter((name) => ![...EXCEPTIONS, ...classNames, ...aws].includes(name))).toEqual([]);
  });

  test('leave out no signal that fails a wait: each is caught somewhere and retried nowhere', () => {
    const caught = tasks().flatMap(([, { Catch = [] }]) => Catch.flatMap(({ ErrorEquals }) => ErrorEquals));
    expect(EXCEPTIONS.filter((kind) => !caught.includes(kind))).toEqual([]);
    for (const [name, state] of tasks().filter(([, task]) => isWait(task))) {
      const [first] = state.Retry ?? [];
      expect([name, first]).toEqual([name, { ErrorEquals: [...EXCEPTIONS, 'OrderStateError'], MaxAttempts: 0 }]);
    }
  });

  test('retry whatever a function throws but OrderStateError, in every task', () => {
    expect(classNames.sort()).toEqual(['OrderStateError', 'TransientError']);
    for (const [name, { Retry = [] }] of tasks()) {
      expect([name, Retry[0]]).toMatchObject([name, { MaxAttempts: 0 }]);
      expect([name, Retry[0]?.ErrorEquals.includes('OrderStateError')]).toEqual([name, true]);
      expect([name, Retry[1]?.ErrorEquals, Retry[1]?.MaxAttempts]).toEqual([name, ['States.TaskFailed'], 6]);
    }
  });

  test('are thrown by their classes under the very names that the machine matches', () => {
    for (const type of [errors.TransientError, errors.OrderStateError]) {
      expect(new type('why').name).toBe(type.errorName);
    }
  });
});

describe('the shape of the order machine', () => {
  test('has a wait for each milestone, in the order of a delivery', () => {
    expect(WAITS.map(([, milestone]) => milestone)).toEqual([...MILESTONES]);
    expect(
      tasks()
        .filter(([, state]) => isWait(state))
        .map(([name]) => name)
        .sort(),
    ).toEqual(WAITS.map(([name]) => name as string).sort());
  });

  test('passes nine states on the way of an order that nothing disturbs', () => {
    const path = [startAt];
    for (let next = states[startAt]?.Next; next !== undefined; next = states[next]?.Next) path.push(next);
    expect(path).toEqual([...WAITS.map(([name]) => name), 'CloseOrder', 'ArchiveOrder', 'OrderArchived']);
    expect(path).toHaveLength(9);
  });

  test('bounds every task in time, and every wait by the frame', () => {
    for (const [name, state] of tasks()) {
      expect([name, state.TimeoutSeconds]).toEqual([name, isWait(state) ? expect.stringContaining('waitUntil') : 300]);
    }
  });

  test('takes the timeout of a wait for an answer, and that of any other task for a reason to try again', () => {
    for (const [name, state] of tasks()) {
      const names = (list: Matcher[] = []) => list.flatMap(({ ErrorEquals }) => ErrorEquals);
      const places = [names(state.Retry), names(state.Catch)].map((list) => list.includes('States.Timeout'));
      expect([name, ...places]).toEqual(isWait(state) ? [name, false, true] : [name, true, false]);
    }
  });

  test('names its states in PascalCase, its choices as questions, its end as an outcome', () => {
    const names = Object.keys(states);
    for (const name of names) expect(name).toMatch(/^([A-Z][a-z]+){2,}$/);
    const ofType = (type: string) => names.filter((name) => states[name]?.Type === type);
    expect(ofType('Choice').sort()).toEqual(['IsAttemptLeft', 'WhereToResume']);
    expect(ofType('Succeed')).toEqual(['OrderArchived']);
    expect(ofType('Fail')).toEqual([]);
  });

  test('resumes an amended order at every wait', () => {
    const resumed = states['WhereToResume']?.Choices?.map(({ Next }) => Next) ?? [];
    expect(resumed.sort()).toEqual(WAITS.map(([name]) => name as string).sort());
  });

  test('reaches every state from the first', () => {
    const reached = new Set<string>();
    const visit = (name: string | undefined): void => {
      if (name === undefined || reached.has(name)) return;
      reached.add(name);
      const { Next, Default, Choices = [], Catch = [] } = states[name] ?? { Type: 'none' };
      for (const next of [Next, Default, ...Choices.map((rule) => rule.Next), ...Catch.map((rule) => rule.Next)])
        visit(next);
    };
    visit(startAt);
    expect([...reached].sort()).toEqual(Object.keys(states).sort());
  });
});

describe('order-replay', () => {
  test('is the same life, entered by a choice in any state but its end', () => {
    const replay = machineOf(orderReplayDefinition);
    const { WhereToEnter: choice, EntryUnknown: unknown, ...life } = replay.States;
    expect(life).toEqual(states);
    expect(replay.StartAt).toBe('WhereToEnter');
    expect([choice?.Default, unknown?.Type]).toEqual(['EntryUnknown', 'Fail']);
    expect(choice?.Choices?.map(({ Next }) => Next)).toEqual([...ENTRY_STATES]);
    expect([...ENTRY_STATES, 'OrderArchived'].sort()).toEqual(Object.keys(states).sort());
  });
});
