/**
 * Makes OpenStreetMap elements of a street plan: crossings as nodes, streets as ways, roundabouts and signals where
 * avenues meet, bollards and banned turns here and there.
 */
import type { Prng } from '../../domain/index.ts';
import type { OsmElement, OsmNode, OsmRelation, OsmWay } from '../../roads/osm/index.ts';
import { type Area, fromPlane } from './areas.ts';
import { type Crossing, type PlannedStreet, type StreetClass, StreetPlan } from './street-plan.ts';

const LIMITS: Readonly<Record<StreetClass, string | undefined>> = {
  trunk: '80',
  primary: '60',
  secondary: '50',
  residential: '30',
  living_street: undefined,
};
const ROUNDABOUT_SHARE = 0.15;
const SIGNALS_SHARE = 0.5;
const BANNED_TURN_SHARE = 0.3;
const BOLLARD_SHARE = 0.015;
const ROUNDABOUT_RADIUS_M = 18;
/** Corners of a roundabout, against the clock. */
const CORNERS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

export class TownElements {
  readonly #nodes: OsmNode[] = [];
  readonly #ways: OsmWay[] = [];
  readonly #relations: OsmRelation[] = [];

  /** Adds a town; towns do not touch. */
  add(area: Area, prng: Prng): void {
    const plan = new StreetPlan(area, prng);
    const streets = plan.streets();
    const used = new Set(streets.flatMap(({ from, to }) => [key(from), key(to)]));
    const entries = new Map<string, readonly number[]>();
    for (let row = 0; row < plan.rows; row += 1) {
      for (let column = 0; column < plan.columns; column += 1) {
        const crossing = { column, row };
        if (used.has(key(crossing))) entries.set(key(crossing), this.#crossing(area, plan, crossing, prng));
      }
    }
    for (const street of streets) this.#street(area, plan, street, entries, prng);
    this.#banTurns(streets, entries, prng);
  }

  all(): OsmElement[] {
    return [...this.#nodes, ...this.#ways, ...this.#relations];
  }

  get counts(): { readonly nodes: number; readonly ways: number; readonly restrictions: number } {
    return { nodes: this.#nodes.length, ways: this.#ways.length, restrictions: this.#relations.length };
  }

  /** @returns one node, or the four corners of a roundabout: east, north, west, south */
  #crossing(area: Area, plan: StreetPlan, crossing: Crossing, prng: Prng): readonly number[] {
    const [x, y] = plan.place(crossing);
    const luck = prng.fork(`kind/${key(crossing)}`);
    const areAvenues = plan.isAvenue(crossing.column) && plan.isAvenue(crossing.row);
    if (!areAvenues) return [this.#node(area, x, y)];
    if (luck.next() >= ROUNDABOUT_SHARE) {
      return [this.#node(area, x, y, luck.next() < SIGNALS_SHARE ? { highway: 'traffic_signals' } : undefined)];
    }
    const corners = CORNERS.map(([dx, dy]) =>
      this.#node(area, x + dx * ROUNDABOUT_RADIUS_M, y + dy * ROUNDABOUT_RADIUS_M),
    );
    this.#way([...corners, corners[0] as number], { highway: 'secondary', junction: 'roundabout', maxspeed: '30' });
    return corners;
  }

  #street(
    area: Area,
    plan: StreetPlan,
    street: PlannedStreet,
    entries: ReadonlyMap<string, readonly number[]>,
    prng: Prng,
  ): void {
    const { from, to, kind, isOneWay, isBridge } = street;
    const [fromX, fromY] = plan.place(from);
    const [toX, toY] = plan.place(to);
    const luck = prng.fork(`bend/${key(from)}/${key(to)}`);
    const bend = (luck.next() - 0.5) * 24;
    const length = Math.hypot(toX - fromX, toY - fromY);
    const bollard = kind === 'residential' && luck.next() < BOLLARD_SHARE ? { barrier: 'bollard' } : undefined;
    const middle = this.#node(
      area,
      (fromX + toX) / 2 - (bend * (toY - fromY)) / length,
      (fromY + toY) / 2 + (bend * (toX - fromX)) / length,
      bollard,
    );
    const limit = LIMITS[kind];
    this.#way([entryOf(entries, from, to), middle, entryOf(entries, to, from)], {
      highway: kind,
      ...(limit !== undefined && { maxspeed: limit }),
      ...(isOneWay && { oneway: 'yes' }),
      ...(isBridge && { bridge: 'yes' }),
      name: nameOf(from, to),
    });
  }

  /** From one avenue into another to the left, at some of their crossings. */
  #banTurns(streets: readonly PlannedStreet[], entries: ReadonlyMap<string, readonly number[]>, prng: Prng): void {
    const firstWay = this.#ways.length - streets.length;
    const eastward = new Map<string, number>();
    const northward = new Map<string, number>();
    for (const [index, { from, to, kind }] of streets.entries()) {
      if (kind === 'residential' || kind === 'living_street') continue;
      const way = (this.#ways[firstWay + index] as OsmWay).id;
      if (from.row === to.row) eastward.set(key(to), way);
      else northward.set(key(from), way);
    }
    for (const [crossing, from] of eastward) {
      const to = northward.get(crossing);
      const [via, ...corners] = entries.get(crossing) ?? [];
      if (to === undefined || via === undefined || corners.length > 0) continue;
      if (prng.fork(`turn/${crossing}`).next() >= BANNED_TURN_SHARE) continue;
      this.#relations.push({
        type: 'relation',
        id: this.#relations.length + 1,
        members: [
          { type: 'way', ref: from, role: 'from' },
          { type: 'node', ref: via, role: 'via' },
          { type: 'way', ref: to, role: 'to' },
        ],
        tags: { type: 'restriction', restriction: 'no_left_turn' },
      });
    }
  }

  #node(area: Area, x: number, y: number, tags?: Readonly<Record<string, string>>): number {
    const [lon, lat] = fromPlane(area, x, y);
    const id = this.#nodes.length + 1;
    this.#nodes.push({ type: 'node', id, lon, lat, ...(tags !== undefined && { tags }) });
    return id;
  }

  #way(refs: readonly number[], tags: Readonly<Record<string, string>>): void {
    this.#ways.push({ type: 'way', id: this.#ways.length + 1, refs, tags });
  }
}

const key = ({ column, row }: Crossing): string => `${column}/${row}`;

const nameOf = (from: Crossing, to: Crossing): string =>
  from.row === to.row ? `Row ${from.row}` : `Column ${from.column}`;

/** The node of a crossing on the side of its neighbour. */
function entryOf(entries: ReadonlyMap<string, readonly number[]>, at: Crossing, neighbour: Crossing): number {
  const nodes = entries.get(key(at)) as readonly number[];
  const corner = CORNERS.findIndex(([dx, dy]) => dx === neighbour.column - at.column && dy === neighbour.row - at.row);
  return (nodes.length === 1 ? nodes[0] : nodes[corner]) as number;
}
