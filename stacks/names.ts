/**
 * Names that are known before their resource exists. A function answers the tokens of the machine that invokes it, so
 * one of the two must know the other by name; everything else is passed from stack to stack as a construct.
 */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export const BUS_NAME = 'perfect-order';
export const GEOFENCE_COLLECTION_NAME = 'perfect-order';
export const ZONE_COLLECTION_NAME = 'perfect-order-zones';
/** Group of the user pool whose members may act as drivers. */
export const DRIVER_GROUP = 'drivers';

/** SSM parameter with the outputs of all stacks; `functions/platform/tables.ts` has the same, and a test compares them. */
export const OUTPUTS_PARAMETER = '/perfect-order/outputs';
/** Roles and managed policies of operators; the same holds. */
export const OPERATOR_ROLES = { viewer: 'PerfectOrderViewer', operator: 'PerfectOrderOperator' } as const;

export const MACHINE_NAMES = {
  orderLifecycle: 'order-lifecycle',
  orderReplay: 'order-replay',
  routePlanning: 'route-planning',
  routeDispatch: 'route-dispatch',
} as const;

/** ARN of a machine of this account and region, by its name. */
export function machineArn(scope: Construct, machine: keyof typeof MACHINE_NAMES): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: MACHINE_NAMES[machine],
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** The two machines that an order's life runs on: the first time, and when it is resumed. */
export const orderMachineArns = (scope: Construct): readonly string[] => [
  machineArn(scope, 'orderLifecycle'),
  machineArn(scope, 'orderReplay'),
];

/** ARN of all executions of a machine. */
export function executionArns(scope: Construct, machine: keyof typeof MACHINE_NAMES): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${MACHINE_NAMES[machine]}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
