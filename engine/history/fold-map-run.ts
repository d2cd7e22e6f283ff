/**
 * What the journal says of Map runs. Items and request bodies are kept by the run while it needs them, and not a second
 * time in the journal in memory; the journal that the host stores has them.
 */
import type { Definition, MapState } from '../definition/model.ts';
import { assertEngine } from '../errors.ts';
import type { ExecutionState, Frame, MachineRevision, MapRunState } from '../state/execution.ts';
import { newMapRun } from '../state/map-run.ts';
import { awaitRedrive } from './fold-child.ts';
import type { JournalRecord, MapRunSettings } from './records.ts';

export function lightened(record: JournalRecord): JournalRecord {
  if (record.type === 'MapItemsRead') return { ...record, items: [] };
  return record.type === 'MapCallStarted' ? { ...record, input: '' } : record;
}

export function foldMapRun(execution: ExecutionState, frame: Frame, record: JournalRecord): void {
  if (record.type === 'MapRunStarted') {
    startRun(execution, frame, record);
    return;
  }
  const run = frame.mapRun;
  if (run === undefined) return;
  switch (record.type) {
    case 'MapRunRedriven':
      frame.phase = 'mapping';
      run.status = 'RUNNING';
      run.stopMs = undefined;
      run.redriveCount = record.details.redriveCount;
      run.redriveMs = record.at;
      run.failing = undefined;
      run.leaving = undefined;
      run.files = run.files.filter(({ group }) => group === 'SUCCEEDED');
      awaitRedrive(run);
      return;
    case 'MapItemsRead':
      for (const item of record.items) run.items.push(item);
      run.sources = [...record.sources];
      run.complete = record.done;
      run.headers = record.headers ?? run.headers;
      return;
    case 'MapCallStarted':
      run.calls += 1;
      run.call = { number: run.calls, operation: record.operation, input: record.input };
      return;
    case 'MapCallEnded':
      run.call = undefined;
      if (run.files.at(-1)?.group === 'MANIFEST') run.leaving = undefined;
      return;
    case 'MapResultsTaken':
      takeResults(run, record.file);
      return;
    case 'MapRunUpdated':
      run.limits = record.limits;
      return;
    case 'MapRunFailing':
      run.failing = record.details;
      return;
    case 'MapRunSucceeded':
    case 'MapRunFailed':
    case 'MapRunAborted':
      frame.phase = 'active';
      closeRun(
        run,
        record.type === 'MapRunSucceeded' ? 'SUCCEEDED' : record.type === 'MapRunFailed' ? 'FAILED' : 'ABORTED',
        record.at,
        frame,
      );
      return;
    default:
  }
}

function startRun(
  execution: ExecutionState,
  frame: Frame,
  record: Extract<JournalRecord, { type: 'MapRunStarted' }>,
): void {
  const state = frame.graph.states.get(frame.stateName);
  assertEngine(state?.Type === 'Map' && state.distribution !== undefined, `${frame.stateName} is no distributed Map`);
  frame.phase = 'mapping';
  frame.mapRun = newMapRun({
    arn: record.details.mapRunArn,
    parent: execution,
    frame: frame.id,
    stateName: frame.stateName,
    settings: record.run,
    express: state.distribution.express,
    writer: state.distribution.writer,
    machine: machineOf(execution.machine, state, record.run),
    startMs: record.at,
    callsBefore: frame.mapRun?.calls ?? 0,
  });
  execution.mapRuns = [...(execution.mapRuns ?? []), frame.mapRun];
}

/** The machine that child executions run: the processor, under the name of the parent's machine and the label. */
function machineOf(machine: MachineRevision, state: MapState, { label }: MapRunSettings): MachineRevision {
  const definition: Definition = Object.freeze({ graph: state.processor, variableReferences: {} });
  const definitionText = state.distribution?.processorText ?? '';
  return { ...machine, arn: `${machine.arn}/${label}`, name: `${machine.name}/${label}`, definition, definitionText };
}

/** An aborted run with a place for its results still writes them, after the file that is on its way. */
function closeRun(
  run: MapRunState,
  status: Exclude<MapRunState['status'], 'RUNNING'>,
  at: number,
  frame: Frame | undefined,
): void {
  run.status = status;
  run.stopMs = at;
  if (status === 'ABORTED' && run.writer?.parameters !== undefined) run.leaving = frame;
  if (run.leaving === undefined || run.call?.operation !== 'putObject') run.call = undefined;
  if (status !== 'SUCCEEDED') return;
  run.items.fill('');
  run.results.length = 0;
  run.failures.length = 0;
}

/** An execution that ends takes the Map runs with it that were under way. */
export function closeMapRuns(execution: ExecutionState, at: number): void {
  for (const run of execution.mapRuns ?? []) {
    if (run.status === 'RUNNING') closeRun(run, 'ABORTED', at, execution.frames.get(run.frame));
  }
}

function takeResults(run: MapRunState, file: MapRunState['files'][number]): void {
  run.files.push(file);
  if (file.group === 'MANIFEST' || file.group === 'PENDING') return;
  const taken = file.group === 'SUCCEEDED' ? run.results : run.failures;
  run.resultsWritten += taken.length;
  taken.length = 0;
  if (file.group === 'SUCCEEDED') run.resultBytes = 0;
  else run.failureBytes = 0;
}
