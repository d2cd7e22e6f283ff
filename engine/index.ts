/** The embedded Step Functions engine: what hosts and tests may use. */

export { ACTION_NAMES } from './api/actions.ts';
export type {
  Applied,
  AppliedEvent,
  Command,
  Effect,
  ExecutionStatusDetail,
  InvokeTask,
  WatchTask,
} from './contract.ts';
export { Engine, type EngineOptions } from './engine.ts';
export { EngineError } from './errors.ts';
export { Packer, Unpacker } from './history/packing.ts';
export { type HistoryEvent, renderEvent } from './history/render.ts';
export type { EngineHost, ExecutionStatus, TaskPattern } from './terms.ts';
