/** Error names that the route-planning execution reacts to, besides the `TransientError` of every workflow. */
import { WorkflowError } from '../order-lifecycle/errors.ts';

/** The planner ended well but left no complete plan: assigning again cannot help, the requests go back. */
export class PlanMissingError extends WorkflowError {
  static readonly errorName = 'PlanMissing';
  override readonly name = 'PlanMissing';
}

/** AWS's name for a second execution of the same name: the route was dispatched by an earlier try. */
export const ALREADY_DISPATCHED = 'StepFunctions.ExecutionAlreadyExistsException';
