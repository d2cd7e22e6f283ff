/**
 * Where in a run and where in the definition each frame of the engine is. It reads the journal as the engine writes it,
 * so that what the kit says of Map iterations and Parallel branches is what was decided, not a guess from a history.
 */
import type { AppliedEvent } from '../contract.ts';
import { isObject, type JsonValue } from '../json.ts';

/** A state that was entered. */
export interface Visit {
  readonly state: string;
  readonly type: string;
  /** '' at the top; `Each[0]` in iteration or branch 0 of Each. */
  readonly scope: string;
  /** Scope and state, e.g. `Each[0]/Ask`. */
  readonly at: string;
  /** JSON pointer of the state in the definition. */
  readonly pointer: string;
  readonly eventId: number;
  /** ms since the epoch. */
  readonly enteredMs: number;
}

export interface Place {
  readonly scope: string;
  /** JSON pointer of the graph that the frame runs. */
  readonly graph: string;
  state: string;
}

type ExecutionRecord = Extract<AppliedEvent, { stream: 'execution' }>;

export function joined(scope: string, step: string): string {
  return scope === '' ? step : `${scope}/${step}`;
}

const OTHER = 'execution ';

/** Whether a scope belongs to the execution that the run is about. */
export function isOwn(scope: string): boolean {
  return !scope.startsWith(OTHER);
}

export function pointerTo(graph: string, state: string): string {
  return `${graph}/States/${state.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export class Scopes {
  readonly visits: Visit[] = [];
  private readonly places = new Map<string, Place>();
  /** Distributed Maps, whose iterations are executions of their own. */
  private readonly mapRuns = new Map<string, { place: Place; state: string; children: number }>();
  private readonly definition: JsonValue;
  /** Serial of the execution that the run is about; those of others stand below a scope of their own. */
  private root: number | undefined;

  constructor(definition: JsonValue) {
    this.definition = definition;
  }

  place(serial: number, frame: number): Place {
    const key = `${serial}.${frame}`;
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.root ??= serial;
    const place = { scope: serial === this.root ? '' : `${OTHER}${serial}`, graph: '', state: '' };
    this.places.set(key, place);
    return place;
  }

  fold(event: AppliedEvent): void {
    if (event.stream === 'execution') this.foldRecord(event);
    else if (event.event.type === 'ExecutionCreated' && event.event.child !== undefined) {
      const { serial, child } = event.event;
      const run = this.mapRuns.get(child.mapRunArn);
      if (run === undefined) return;
      const scope = joined(run.place.scope, `${run.state}[${run.children}]`);
      run.children += 1;
      const graph = this.processorOf(pointerTo(run.place.graph, run.state));
      this.places.set(`${serial}.0`, { scope, graph, state: '' });
    }
  }

  private foldRecord({ serial, record }: ExecutionRecord): void {
    const place = this.place(serial, record.frame);
    if (record.type === 'BranchStarted') {
      const graph = `${pointerTo(place.graph, place.state)}/Branches/${record.index}`;
      this.places.set(`${serial}.${record.child}`, {
        scope: joined(place.scope, `${place.state}[${record.index}]`),
        graph,
        state: '',
      });
    } else if (record.type === 'MapIterationStarted') {
      const { name, index } = record.details;
      this.places.set(`${serial}.${record.child}`, {
        scope: joined(place.scope, `${name}[${index}]`),
        graph: this.processorOf(pointerTo(place.graph, name)),
        state: '',
      });
    } else if (record.type === 'MapRunStarted') {
      this.mapRuns.set(record.details.mapRunArn, { place, state: place.state, children: 0 });
    } else if (record.type.endsWith('StateEntered') && 'details' in record && 'name' in record.details) {
      place.state = record.details.name;
      this.visits.push({
        state: place.state,
        type: record.type.slice(0, -'StateEntered'.length),
        scope: place.scope,
        at: joined(place.scope, place.state),
        pointer: pointerTo(place.graph, place.state),
        eventId: record.id,
        enteredMs: record.at,
      });
    }
  }

  /** JSON pointer of a state that runs, or ran, at a place. */
  pointer(place: Place, state: string): string {
    return pointerTo(place.graph, state);
  }

  /** The older name of the field is Iterator. */
  private processorOf(state: string): string {
    const fields = valueAt(this.definition, state);
    return `${state}/${isObject(fields) && 'Iterator' in fields ? 'Iterator' : 'ItemProcessor'}`;
  }
}

/** undefined where the pointer leads nowhere. */
export function valueAt(root: JsonValue, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = value[Number(key)];
    else value = isObject(value) ? value[key] : undefined;
  }
  return value;
}
