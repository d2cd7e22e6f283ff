/**
 * Gives each event of a history its place: the scope (Map iteration, Parallel branch) and the state it belongs to. A
 * history names neither; they follow from `previousEventId`, from the order, and from which states are open.
 */
import { isObject, type JsonValue } from '../json.ts';
import { type RecordedEvent, textOf } from './recorded-history.ts';
import { joined } from './scopes.ts';

export interface PlacedEvent extends RecordedEvent {
  readonly scope: string;
  /** The state that was open in the scope; '' for events of the execution. */
  readonly state: string;
}

interface Line {
  readonly scope: string;
  readonly parent: Line | undefined;
  /** The state that was entered and not left. */
  state: string;
  type: string;
  /** Branches of a Parallel in the order in which they began. */
  branches: string[];
  joining: boolean;
}

/** Aborted events follow what made the others fail, in whatever branch that was: they have no place of their own. */
const isAborted = (type: string): boolean => type.endsWith('StateAborted');

export function placeEvents(events: readonly RecordedEvent[], definition?: JsonValue): readonly PlacedEvent[] {
  const walk = new Walk(definition);
  return events.filter(({ type }) => !isAborted(type)).map((event) => walk.place(event));
}

class Walk {
  private readonly root: Line = newLine('', undefined);
  private readonly lineOf = new Map<number, Line>();
  private readonly lines: Line[] = [this.root];
  private readonly typeOf = new Map<number, string>();
  private readonly startsAt: ReadonlyMap<string, number>;

  constructor(definition: JsonValue | undefined) {
    this.startsAt = branchStarts(definition);
  }

  place(event: RecordedEvent): PlacedEvent {
    const line = this.find(event);
    this.lineOf.set(event.id, line);
    this.typeOf.set(event.id, event.type);
    const state = event.type.startsWith('Execution') ? '' : line.state;
    if (/State(Succeeded|Failed)$/.test(event.type)) line.joining = false;
    if (event.type === 'ParallelStateStarted' || event.type === 'MapStateStarted') {
      line.joining = true;
      line.branches = [];
    }
    return { ...event, scope: line.scope, state };
  }

  private find(event: RecordedEvent): Line {
    const { type, previousEventId } = event;
    const before = this.lineOf.get(previousEventId) ?? this.root;
    if (type.startsWith('Execution')) return this.root;
    if (type.endsWith('StateEntered')) return this.enter(event, before);
    if (type === 'EvaluationFailed') {
      const state = textOf(event, 'state');
      return this.lines.findLast((line) => line.state === state) ?? before;
    }
    if (type === 'MapIterationStarted') return this.iterate(event, before);
    if (/^MapIteration(Succeeded|Failed|Aborted)$/.test(type)) {
      const scope = `${textOf(event, 'name')}[${String(event.details['index'])}]`;
      return up(before, (line) => line.scope === scope || line.scope.endsWith(`/${scope}`));
    }
    if (type.endsWith('StateExited')) return up(before, (line) => line.state === textOf(event, 'name'));
    const joins = /^(Parallel|Map)State(Started|Succeeded|Failed)$/.exec(type);
    if (joins === null) return before;
    const again = joins[2] === 'Started';
    return up(before, (line) => line.type === joins[1] && (again || line.joining || before === line));
  }

  private enter(event: RecordedEvent, before: Line): Line {
    const state = textOf(event, 'name') ?? '';
    let line = before;
    if (this.typeOf.get(event.previousEventId) === 'ParallelStateStarted') {
      const index = this.startsAt.get(state) ?? before.branches.length;
      before.branches.push(state);
      line = this.open(joined(before.scope, `${before.state}[${index}]`), before);
    }
    line.state = state;
    line.type = event.type.slice(0, -'StateEntered'.length);
    line.joining = false;
    return line;
  }

  private iterate(event: RecordedEvent, before: Line): Line {
    const name = textOf(event, 'name') ?? '';
    const parent = up(before, (line) => line.state === name && line.type === 'Map');
    return this.open(joined(parent.scope, `${name}[${String(event.details['index'])}]`), parent);
  }

  private open(scope: string, parent: Line): Line {
    const line = newLine(scope, parent);
    this.lines.push(line);
    return line;
  }
}

function newLine(scope: string, parent: Line | undefined): Line {
  return { scope, parent, state: '', type: '', branches: [], joining: false };
}

/** The nearest line, from `from` outwards, that is meant; `from` itself if none is. */
function up(from: Line, isMeant: (line: Line) => boolean): Line {
  for (let line: Line | undefined = from; line !== undefined; line = line.parent) if (isMeant(line)) return line;
  return from;
}

/** Position of each branch among its Parallel's, by the name of its first state: names are unique in a definition. */
function branchStarts(value: JsonValue | undefined, found = new Map<string, number>()): ReadonlyMap<string, number> {
  if (!isObject(value)) return found;
  const { States, Branches, ItemProcessor, Iterator: iterator } = value;
  if (isObject(States)) for (const state of Object.values(States)) branchStarts(state, found);
  if (Array.isArray(Branches)) {
    Branches.forEach((branch, index) => {
      if (isObject(branch) && typeof branch['StartAt'] === 'string') found.set(branch['StartAt'], index);
      branchStarts(branch, found);
    });
  }
  branchStarts(ItemProcessor, found);
  branchStarts(iterator, found);
  return found;
}
