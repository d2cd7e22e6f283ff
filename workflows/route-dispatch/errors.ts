/** Error names that steer the route-dispatch execution. */
import { WorkflowError } from '../order-lifecycle/errors.ts';

/** The driver declined; the route is offered to the next eligible driver, never again to this one. */
export class RouteDeclinedError extends WorkflowError {
  static readonly errorName = 'RouteDeclined';
  override readonly name = 'RouteDeclined';
}

/** Every eligible driver declined or kept silent; the route goes back to planning. */
export class NoDriverLeftError extends WorkflowError {
  static readonly errorName = 'NoDriverLeft';
  override readonly name = 'NoDriverLeft';
}
