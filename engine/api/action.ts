/** What every API action is: a function of the turn and its input, in the shapes of the JavaScript SDK. */
import type { Turn } from '../interpreter/turn.ts';

/** Throws EngineError. */
export type Action<Input extends object = object> = (turn: Turn, input: Input) => Promise<unknown> | unknown;
