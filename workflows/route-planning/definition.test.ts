import { beforeAll, describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { LAMBDA_TRANSIENT_ERRORS, TransientError } from '../order-lifecycle/errors.ts';
import { ROUTE_DISPATCH_TIMEOUT, routeDispatchDefinition } from '../route-dispatch/definition.ts';
import * as dispatchErrors from '../route-dispatch/errors.ts';
import { ROUTE_PLANNING_TIMEOUT, routePlanningDefinition } from './definition.ts';
import * as planningErrors from './errors.ts';

interface Matcher {
  readonly ErrorEquals: string[];
  readonly Next?: string;
}
interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly TimeoutSeconds?: number | string;
  readonly HeartbeatSeconds?: number | string;
  readonly Resource?: string;
  readonly Retry?: Matcher[];
  readonly Catch?: Matcher[];
  readonly ItemProcessor?: { readonly States: Record<string, State> };
}
interface Machine {
  readonly TimeoutSeconds: number;
  readonly QueryLanguage: string;
  readonly States: Record<string, State>;
}

const AWS_NAMES = ['States.ALL', 'States.TaskFailed', 'States.Timeout', 'States.HeartbeatTimeout'];
let planning: Machine;
let dispatch: Machine;

beforeAll(() => {
  const stack = new Stack(new App(), 'Stack');
  const lambda = (id: string) =>
    LambdaFunction.fromFunctionAttributes(stack, id, {
      functionArn: `arn:aws:lambda:us-east-1:111111111111:function:${id}`,
      sameEnvironment: true,
    });
  const taskDefinition = new FargateTaskDefinition(stack, 'Task');
  const container = taskDefinition.addContainer('planner', { image: ContainerImage.fromRegistry('planner') });
  const machine = (
    id: string,
    chain: Parameters<typeof DefinitionBody.fromChainable>[0],
    timeout = ROUTE_DISPATCH_TIMEOUT,
  ) =>
    new StateMachine(stack, id, {
      definitionBody: DefinitionBody.fromChainable(chain),
      queryLanguage: QueryLanguage.JSONATA,
      timeout,
    });
  const dispatchMachine = machine(
    'Dispatch',
    routeDispatchDefinition(stack, {
      offerRoute: lambda('Offer'),
      followRoute: lambda('Follow'),
      closeRoute: lambda('Close'),
    }),
  );
  machine(
    'Planning',
    routePlanningDefinition(stack, {
      claimWave: lambda('Claim'),
      assignOrders: lambda('Assign'),
      releaseWave: lambda('Release'),
      cluster: new Cluster(stack, 'Cluster', { vpc: new Vpc(stack, 'Vpc') as IVpc }),
      taskDefinition,
      container,
      dispatchMachine,
    }),
    ROUTE_PLANNING_TIMEOUT,
  );
  const found = Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine');
  const definitionOf = (prefix: string): Machine => {
    const resource = Object.entries(found).find(([id]) => id.startsWith(prefix))![1];
    const text = resource['Properties'].DefinitionString['Fn::Join'][1]
      .map((part: unknown) => (typeof part === 'string' ? part : 'X'))
      .join('');
    return JSON.parse(text);
  };
  planning = definitionOf('Planning');
  dispatch = definitionOf('Dispatch');
});

const allStates = (states: Record<string, State>): [string, State][] =>
  Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.ItemProcessor === undefined ? [] : allStates(state.ItemProcessor.States)),
  ]);

const errorNames = (machine: Machine): Set<string> =>
  new Set(
    allStates(machine.States).flatMap(([, state]) =>
      [...(state.Retry ?? []), ...(state.Catch ?? [])].flatMap((matcher) => matcher.ErrorEquals),
    ),
  );

const classNames = (module: object): string[] =>
  Object.values(module).flatMap((value) =>
    typeof value === 'function' && 'errorName' in value ? [String(value.errorName)] : [],
  );

describe('the error names of the planning and dispatch machines', () => {
  test('every name in a Retry or Catch is an error class or a name of AWS', () => {
    const known = new Set<string>([
      ...AWS_NAMES,
      ...LAMBDA_TRANSIENT_ERRORS,
      TransientError.errorName,
      planningErrors.ALREADY_DISPATCHED,
    ]);
    for (const name of classNames(planningErrors)) known.add(name);
    expect([...errorNames(planning)].filter((name) => !known.has(name))).toEqual([]);
    for (const name of classNames(dispatchErrors)) known.add(name);
    expect([...errorNames(dispatch)].filter((name) => !known.has(name))).toEqual([]);
  });

  test('every error class of the two workflows is matched by its machine', () => {
    const shared = [...LAMBDA_TRANSIENT_ERRORS, TransientError.errorName];
    expect([...errorNames(planning)]).toEqual(
      expect.arrayContaining([...shared, ...classNames(planningErrors), planningErrors.ALREADY_DISPATCHED]),
    );
    expect(classNames(dispatchErrors).sort()).toEqual(['NoDriverLeft', 'RouteDeclined']);
    expect([...errorNames(dispatch)]).toEqual(expect.arrayContaining([...shared, ...classNames(dispatchErrors)]));
  });

  test('an error class is thrown under the very name that the machine matches', () => {
    for (const value of [...Object.values(dispatchErrors), planningErrors.PlanMissingError, TransientError]) {
      expect(new value('why').name).toBe(value.errorName);
    }
  });
});

describe('the shape of the machines', () => {
  test('both speak JSONata and have a timeout of their own', () => {
    expect([planning.QueryLanguage, planning.TimeoutSeconds]).toEqual(['JSONata', 7_200]);
    expect([dispatch.QueryLanguage, dispatch.TimeoutSeconds]).toEqual(['JSONata', 129_600]);
  });

  test('every task has a timeout and a retry, and every task but the last resort has a catch-all', () => {
    const lastResorts = ['ReleaseWave', 'WithdrawRoute', 'CloseRoute', 'StartDispatch'];
    const tasks = [...allStates(planning.States), ...allStates(dispatch.States)].filter(([, s]) => s.Type === 'Task');
    expect(tasks.map(([name]) => name).sort()).toEqual([
      'AssignOrders',
      'ClaimRequests',
      'CloseRoute',
      'FollowRoute',
      'OfferRoute',
      'PlanRoutes',
      'ReleaseWave',
      'StartDispatch',
      'WithdrawRoute',
    ]);
    for (const [name, state] of tasks) {
      expect([name, state.TimeoutSeconds]).toEqual([name, expect.anything()]);
      expect([name, state.Retry?.length ?? 0]).not.toEqual([name, 0]);
      if (!lastResorts.includes(name)) expect([name, state.Catch?.at(-1)?.ErrorEquals]).toEqual([name, ['States.ALL']]);
    }
  });

  test('a declined or unanswered offer is offered again and a silent vehicle is withdrawn', () => {
    const offer = dispatch.States['OfferRoute']!;
    expect(offer.TimeoutSeconds).toBe(120);
    expect(offer.Catch!.map((matcher) => [matcher.ErrorEquals, matcher.Next])).toEqual([
      [['RouteDeclined', 'States.Timeout'], 'OfferRoute'],
      [['NoDriverLeft'], 'WithdrawRoute'],
      [['States.ALL'], 'WithdrawRoute'],
    ]);
    const follow = dispatch.States['FollowRoute']!;
    expect(follow.HeartbeatSeconds).toMatch(/1800/);
    expect(follow.Catch!.every((matcher) => matcher.Next === 'WithdrawRoute')).toBe(true);
  });

  test('a route that was dispatched before counts as dispatched', () => {
    const start = planning.States['DispatchRoutes']!.ItemProcessor!.States['StartDispatch']!;
    expect(start.Catch).toMatchObject([{ ErrorEquals: [planningErrors.ALREADY_DISPATCHED], Next: 'KeepDispatch' }]);
    expect(start.Retry![0]).toMatchObject({ ErrorEquals: [planningErrors.ALREADY_DISPATCHED], MaxAttempts: 0 });
  });
});
