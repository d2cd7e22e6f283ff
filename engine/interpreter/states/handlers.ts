/** The dispatch table: one handler for each state type, complete by construction of its type. */

import type { StateOf } from '../../definition/model.ts';
import type { Eventually } from '../../expression/computed.ts';
import type { StateType } from '../../history/records.ts';
import type { Frame } from '../../state/execution.ts';
import { beginDistributedMap } from '../map-run/begin.ts';
import type { Running } from '../running.ts';
import { beginChoice } from './choice.ts';
import { beginMap, beginParallel } from './join.ts';
import { beginFail, beginPass, beginSucceed } from './plain.ts';
import { beginTask } from './task.ts';
import { beginWait } from './wait.ts';

/** Works on a state that was entered, or is due for another attempt. Throws StateError and LocatedError. */
export type Handler<T extends StateType> = (run: Running, frame: Frame, state: StateOf<T>) => Eventually<void>;

export const HANDLERS: { readonly [T in StateType]: Handler<T> } = {
  Task: beginTask,
  Pass: beginPass,
  Choice: beginChoice,
  Wait: beginWait,
  Succeed: beginSucceed,
  Fail: beginFail,
  Parallel: beginParallel,
  Map: (run, frame, state) =>
    state.distribution === undefined
      ? beginMap(run, frame, state)
      : beginDistributedMap(run, frame, state, state.distribution),
};
