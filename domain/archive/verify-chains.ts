/**
 * Finds what was done to an archive after it was written. A chain is walked backwards from its head, so the hash that
 * each place should have is known before the record that claims the place is looked at.
 */
import { type ArchivedOrder, parseArchived } from './archived-order.ts';
import { archiveKey, CHAIN_START, type ChainHead, type ChainLink, chainName, eventHash, recordHash } from './chain.ts';

export interface ChainFault {
  readonly kind: 'changed' | 'missing' | 'reordered' | 'foreign' | 'unreadable';
  readonly chain: string;
  readonly sequence?: number;
  readonly orderId?: string;
  readonly key?: string;
  readonly message: string;
}

export interface ChainVerification {
  readonly chains: number;
  readonly records: number;
  /** Records that a head counts and whose object is still to be written, from a copy that is there. */
  readonly unfinished: number;
  /** False where the heads were not at hand: then a tail that was cut off cannot be seen. */
  readonly areHeadsKnown: boolean;
  readonly faults: readonly ChainFault[];
}

/** What a chain needs to know of one object. */
export interface ChainEntry extends ChainLink {
  readonly orderId: string;
  readonly key: string;
}

export interface Inspection {
  /** Absent where the object is no record of the chain that it could be placed in. */
  readonly entry?: ChainEntry;
  readonly faults: readonly ChainFault[];
}

/** What one object says by itself: whether it can be read, lies where it belongs, and meets its own hashes. */
export function inspectObject(key: string, text: string): Inspection {
  const parsed = parseArchived(text);
  if (!parsed.ok) {
    return {
      faults: [{ kind: 'unreadable', chain: '', key, message: `${key} is no archived order: ${parsed.problem}` }],
    };
  }
  const { order } = parsed;
  const { chain } = order;
  const entry: ChainEntry = { ...chain, orderId: order.orderId, key };
  const at = { chain: chain.chain, sequence: chain.sequence, orderId: order.orderId, key };
  if (!isAtHome(key, order)) {
    const message = `${key} holds order ${order.orderId} of chain ${chain.chain}, which belongs elsewhere`;
    return { faults: [{ ...at, kind: 'foreign', message }] };
  }
  const faults: ChainFault[] = [];
  const event = changedEvent(parsed.value as { events: { hash: string }[] });
  if (event !== undefined) {
    faults.push({ ...at, kind: 'changed', message: `${event} of order ${order.orderId} does not meet its hash` });
  } else if (recordHash(parsed.value as { chain: ChainLink }) !== chain.hash) {
    faults.push({ ...at, kind: 'changed', message: `the record of order ${order.orderId} does not meet its hash` });
  }
  return { entry, faults };
}

const isAtHome = (key: string, { orderId, depotId, closedAt, record, chain }: ArchivedOrder): boolean =>
  key === archiveKey(orderId, closedAt) &&
  chain.chain === chainName(depotId, closedAt.slice(0, 10)) &&
  record.orderId === orderId &&
  record.depotId === depotId;

function changedEvent({ events }: { events: readonly { hash: string; sk?: string }[] }): string | undefined {
  let previous = CHAIN_START;
  for (const [index, { hash, ...event }] of events.entries()) {
    if (eventHash(event, previous) !== hash) return `event ${event.sk ?? index + 1}`;
    previous = hash;
  }
  return undefined;
}

export interface ArchiveState {
  readonly inspections: readonly Inspection[];
  /** By chain; undefined where they are not at hand. */
  readonly heads?: ReadonlyMap<string, ChainHead>;
  /** Hashes of the records whose staged copy is there. */
  readonly staged: ReadonlySet<string>;
}

/** Faults by chain and sequence; those of a chain's links besides those that the objects show by themselves. */
export function verifyChains({ inspections, heads, staged }: ArchiveState): ChainVerification {
  const chains = new Map<string, ChainEntry[]>();
  for (const chain of heads?.keys() ?? []) chains.set(chain, []);
  const faults = inspections.flatMap((inspection) => inspection.faults);
  const changed = new Set(faults.flatMap(({ kind, key }) => (kind === 'changed' && key !== undefined ? [key] : [])));
  for (const { entry } of inspections) {
    if (entry !== undefined) chains.set(entry.chain, [...(chains.get(entry.chain) ?? []), entry]);
  }
  let unfinished = 0;
  for (const [chain, entries] of chains) {
    const walk = new ChainWalk(chain, entries, staged, changed);
    walk.run(heads === undefined ? newestOf(entries) : heads.get(chain));
    faults.push(...walk.faults);
    unfinished += walk.unfinished;
  }
  return {
    chains: chains.size,
    records: inspections.length,
    unfinished,
    areHeadsKnown: heads !== undefined,
    faults: faults.sort(byPlace),
  };
}

/** Without a kept head the last record has to stand for it. */
const newestOf = (entries: readonly ChainEntry[]): ChainHead | undefined =>
  entries.reduce<ChainEntry | undefined>(
    (newest, each) => (each.sequence > (newest?.sequence ?? 0) ? each : newest),
    undefined,
  );

const byPlace = (left: ChainFault, right: ChainFault): number => {
  const textOf = ({ chain, sequence = 0, key = '', kind }: ChainFault) =>
    `${chain}\n${String(sequence).padStart(9, '0')}\n${key}\n${kind}`;
  return textOf(left) < textOf(right) ? -1 : 1;
};

class ChainWalk {
  readonly faults: ChainFault[] = [];
  unfinished = 0;
  readonly #chain: string;
  readonly #entries: readonly ChainEntry[];
  readonly #byHash = new Map<string, ChainEntry>();
  readonly #bySequence = new Map<number, ChainEntry[]>();
  readonly #staged: ReadonlySet<string>;
  /** Keys that are known to be changed already: one fault each is enough. */
  readonly #changed: ReadonlySet<string>;
  readonly #members = new Set<ChainEntry>();

  constructor(
    chain: string,
    entries: readonly ChainEntry[],
    staged: ReadonlySet<string>,
    changed: ReadonlySet<string>,
  ) {
    this.#chain = chain;
    this.#entries = entries;
    this.#staged = staged;
    this.#changed = changed;
    for (const entry of entries) {
      if (!this.#byHash.has(entry.hash)) this.#byHash.set(entry.hash, entry);
      this.#bySequence.set(entry.sequence, [...(this.#bySequence.get(entry.sequence) ?? []), entry]);
    }
  }

  run(head: ChainHead | undefined): void {
    const length = head?.sequence ?? 0;
    let expected = head?.hash;
    for (let sequence = length; sequence >= 1; sequence -= 1) expected = this.#step(sequence, expected);
    if (length > 0 && expected !== undefined && expected !== CHAIN_START) {
      const first = this.#bySequence.get(1)?.[0];
      if (first !== undefined) this.#add('changed', first, 'follows a record before the first');
    }
    for (const entry of this.#entries) {
      if (this.#members.has(entry)) continue;
      const { sequence } = entry;
      const claim = sequence > length ? `of a chain that has ${length}` : 'which the chain gave to another record';
      this.#add('foreign', entry, `claims place ${sequence}, ${claim}`);
    }
  }

  /** @returns the hash that the record before should have; undefined where nobody knows any more */
  #step(sequence: number, expected: string | undefined): string | undefined {
    const claimants = this.#bySequence.get(sequence) ?? [];
    if (expected === undefined) {
      const [next] = claimants.filter((entry) => !this.#members.has(entry));
      if (next === undefined) return this.#missing(sequence, expected);
      return this.#accept(next);
    }
    const member = this.#byHash.get(expected);
    if (member !== undefined) {
      if (member.sequence !== sequence) {
        this.#add('reordered', member, `claims place ${member.sequence}, and the chain had it at ${sequence}`);
      }
      return this.#accept(member);
    }
    const [stranger] = claimants.filter((entry) => !this.#members.has(entry));
    // A record that another one follows has a place of its own; so the one of this place is gone.
    if (stranger === undefined || this.#isFollowedElsewhere(stranger)) {
      return this.#missing(sequence, expected);
    }
    this.#add('changed', stranger, `is not the record that place ${sequence} of the chain had`);
    const before = this.#accept(stranger);
    return before === CHAIN_START || this.#byHash.has(before) ? before : undefined;
  }

  #isFollowedElsewhere(entry: ChainEntry): boolean {
    return this.#entries.some(({ previous, sequence }) => previous === entry.hash && sequence !== entry.sequence + 1);
  }

  #accept(entry: ChainEntry): string {
    this.#members.add(entry);
    return entry.previous;
  }

  #missing(sequence: number, expected: string | undefined): undefined {
    if (expected !== undefined && this.#staged.has(expected)) {
      this.unfinished += 1;
      return undefined;
    }
    this.faults.push({
      kind: 'missing',
      chain: this.#chain,
      sequence,
      message: `record ${sequence} of chain ${this.#chain} is not in the archive`,
    });
    return undefined;
  }

  #add(kind: ChainFault['kind'], { sequence, orderId, key }: ChainEntry, what: string): void {
    if (kind === 'changed' && this.#changed.has(key)) return;
    const message = `order ${orderId} in ${key} ${what}`;
    this.faults.push({ kind, chain: this.#chain, sequence, orderId, key, message });
  }
}
