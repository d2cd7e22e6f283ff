/**
 * A distributed Map begins: its limits are worked out, its run is opened, its items are taken from the state's input or
 * asked for. What follows (children, results) is done for the run as a whole, in `advance.ts`, after the frames have
 * come to rest.
 */

import type { Distribution, MapState } from '../../definition/model.ts';
import { assertEngine, StateError } from '../../errors.ts';
import { computed } from '../../expression/computed.ts';
import { evaluate } from '../../expression/template.ts';
import { isObject, toText } from '../../json.ts';
import type { Frame } from '../../state/execution.ts';
import { effectiveInput } from '../data-flow.ts';
import { ExecutionScope } from '../execution-scope.ts';
import type { Running } from '../running.ts';
import { itemsOf, maxConcurrencyOf, toleranceOf, wholeNumber } from '../states/map-fields.ts';
import { callS3 } from './calls.ts';
import { failMapRun } from './failing.ts';
import { readerFailed } from './items.ts';

export async function beginDistributedMap(
  run: Running,
  frame: Frame,
  state: MapState,
  distribution: Distribution,
): Promise<void> {
  const { turn, execution } = run;
  const before = frame.mapRun;
  if (before?.complete === true && before.status !== 'SUCCEEDED') {
    checkRole(run, 'states:RedriveExecution', `${before.machine.arn.replace(':stateMachine:', ':execution:')}:*`);
    const redriveCount = before.redriveCount + 1;
    run.emit(frame, { type: 'MapRunRedriven', details: { mapRunArn: before.arn, redriveCount } });
    turn.dueMapRuns.push(before);
    return;
  }
  const scope = new ExecutionScope(execution, frame);
  const { reader } = distribution;
  const items = await computed(scope, () => {
    effectiveInput(state.flow, frame.data, scope);
    return reader === undefined ? itemsOf(state, scope) : [];
  });
  run.emit(frame, { type: 'MapStateStarted', details: { length: items.length }, items: [], concurrency: 0 });
  const { maxConcurrency, tolerance, maxItems, parameters } = await computed(scope, () => ({
    maxConcurrency: maxConcurrencyOf(state, scope),
    tolerance: toleranceOf(state, scope),
    maxItems: wholeNumber(reader?.maxItems, 'MaxItems', scope),
    parameters: reader?.parameters === undefined ? {} : evaluate(reader.parameters, scope),
  }));
  const { uuid } = turn.settings.ambient.host;
  const label = distribution.label ?? uuid();
  const { arn } = execution.machine;
  checkRole(run, 'states:StartExecution', arn);
  const mapRunArn = `${arn.replace(':stateMachine:', ':mapRun:')}/${label}:${uuid()}`;
  const settings = { label, maxConcurrency, ...tolerance, ...(maxItems !== undefined && { maxItems }) };
  run.emit(frame, { type: 'MapRunStarted', details: { mapRunArn }, run: settings });
  const mapRun = frame.mapRun;
  assertEngine(mapRun !== undefined, `the Map run of ${frame.stateName} was not folded`);
  if (reader === undefined) {
    run.emit(frame, { type: 'MapItemsRead', items: items.map(toText), sources: [], done: true });
    turn.dueMapRuns.push(mapRun);
    return;
  }
  if (maxItems !== undefined && maxItems < 0) {
    await failMapRun(run, frame, readerFailed('field MaxItems must be positive'));
    return;
  }
  callS3(run, frame, reader.operation, isObject(parameters) ? parameters : {});
}

/** A machine starts the children of its Map runs as its own role. Throws StateError. */
function checkRole({ turn, execution }: Running, action: string, resource: string): void {
  const reason = turn.settings.ambient.host.whyDenied?.(execution.machine.roleArn, action, resource);
  if (reason !== undefined) throw new StateError('States.Permissions', reason);
}
