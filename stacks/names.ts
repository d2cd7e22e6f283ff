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

export const MACHINE_NAMES = {
  orderLifecycle: 'order-lifecycle',
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
