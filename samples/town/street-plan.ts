/**
 * The plan of a made-up town: a warped lattice. Every sixth line is an avenue, two of each direction make a ring road, and
 * quarters in which or beside which somebody lives are filled with residential streets, some missing, some one-way. A
 * river runs from west to east and is crossed by every other avenue only. The same area and seed give the same plan.
 */
import type { Prng } from '../../domain/index.ts';
import { type Area, toPlane } from './areas.ts';

export type StreetClass = 'trunk' | 'primary' | 'secondary' | 'residential' | 'living_street';

/** Between two neighbouring crossings of the lattice. */
export interface PlannedStreet {
  readonly from: Crossing;
  readonly to: Crossing;
  readonly kind: StreetClass;
  /** From `from` to `to` only. */
  readonly isOneWay: boolean;
  readonly isBridge: boolean;
}

export interface Crossing {
  readonly column: number;
  readonly row: number;
}

export const BLOCK_M = 130;
const BLOCKS_PER_QUARTER = 6;
/** An avenue's bridge at every second one. */
const BRIDGE_EVERY = 2 * BLOCKS_PER_QUARTER;
const MISSING_SHARE = 0.14;
const ONE_WAY_SHARE = 0.3;
const LIVING_SHARE = 0.05;
/** The ring runs this share of the way out. */
const RING_SHARE = 0.6;

export class StreetPlan {
  readonly columns: number;
  readonly rows: number;
  readonly #area: Area;
  readonly #prng: Prng;
  readonly #inhabited: ReadonlySet<number>;
  readonly #phases: readonly number[];

  constructor(area: Area, prng: Prng) {
    this.#area = area;
    this.#prng = prng;
    this.columns = lines(area.halfWidthM);
    this.rows = lines(area.halfHeightM);
    this.#phases = [prng.next(), prng.next(), prng.next()].map((share) => share * 2 * Math.PI);
    this.#inhabited = this.#inhabitedQuarters();
  }

  /** Metres east and north of the centre: the lattice point, moved by slow waves and a little by chance. */
  place({ column, row }: Crossing): readonly [number, number] {
    const luck = this.#prng.fork(`crossing/${column}/${row}`);
    const x = (column - (this.columns - 1) / 2) * BLOCK_M;
    const y = (row - (this.rows - 1) / 2) * BLOCK_M;
    const [a = 0, b = 0] = this.#phases;
    const stray = (): number => (luck.next() - 0.5) * 0.3 * BLOCK_M;
    return [
      x + 60 * Math.sin(y / 900 + a) + 35 * Math.sin(x / 420 + b) + stray(),
      y + 60 * Math.sin(x / 1100 + b) + 35 * Math.sin(y / 380 + a) + stray(),
    ];
  }

  streets(): PlannedStreet[] {
    const streets: PlannedStreet[] = [];
    for (let row = 0; row < this.rows; row += 1) {
      for (let column = 0; column < this.columns; column += 1) {
        const here = { column, row };
        if (column + 1 < this.columns) this.#plan(here, { column: column + 1, row }, streets);
        if (row + 1 < this.rows) this.#plan(here, { column, row: row + 1 }, streets);
      }
    }
    return streets;
  }

  isAvenue(line: number): boolean {
    return line % BLOCKS_PER_QUARTER === 0;
  }

  #plan(from: Crossing, to: Crossing, streets: PlannedStreet[]): void {
    const isEastward = from.row === to.row;
    const line = isEastward ? from.row : from.column;
    const luck = this.#prng.fork(`street/${from.column}/${from.row}/${isEastward ? 'east' : 'north'}`);
    const avenue = this.#avenueClass(line, isEastward);
    const isBridge = this.#isOverRiver(from, to);
    if (isBridge && (avenue === undefined || line % BRIDGE_EVERY !== 0)) return;
    if (avenue !== undefined) {
      streets.push({ from, to, kind: avenue, isOneWay: false, isBridge });
      return;
    }
    if (!this.#isInhabited(from, to) || luck.next() < MISSING_SHARE) return;
    // A one-way line keeps its direction through a quarter.
    const quarter = quarterOf(isEastward ? from.column : from.row);
    const direction = this.#prng.fork(`one-way/${isEastward}/${line}/${quarter}`);
    const isOneWay = direction.next() < ONE_WAY_SHARE;
    const isBack = isOneWay && direction.next() < 0.5;
    const kind = luck.next() < LIVING_SHARE ? 'living_street' : 'residential';
    streets.push({ from: isBack ? to : from, to: isBack ? from : to, kind, isOneWay, isBridge });
  }

  #avenueClass(line: number, isEastward: boolean): StreetClass | undefined {
    if (!this.isAvenue(line)) return undefined;
    const count = isEastward ? this.rows : this.columns;
    const last = quarterOf(count - 1);
    const ring = [Math.round((last / 2) * (1 - RING_SHARE)), last - Math.round((last / 2) * (1 - RING_SHARE))];
    if (ring.includes(line / BLOCKS_PER_QUARTER)) return 'trunk';
    return (line / BLOCKS_PER_QUARTER) % 3 === 1 ? 'primary' : 'secondary';
  }

  #isOverRiver(from: Crossing, to: Crossing): boolean {
    const side = (crossing: Crossing): boolean => {
      const [x, y] = this.place(crossing);
      const [, , phase = 0] = this.#phases;
      return y > 0.15 * this.#area.halfHeightM + 260 * Math.sin(x / 1500 + phase);
    };
    return side(from) !== side(to);
  }

  #isInhabited(from: Crossing, to: Crossing): boolean {
    const column = Math.min(from.column, to.column);
    const row = Math.min(from.row, to.row);
    return this.#inhabited.has(this.#quarterNumber(quarterOf(column), quarterOf(row)));
  }

  #inhabitedQuarters(): Set<number> {
    const inhabited = new Set<number>();
    for (const place of this.#area.places) {
      const [x, y] = toPlane(this.#area, place);
      const column = quarterOf(x / BLOCK_M + (this.columns - 1) / 2);
      const row = quarterOf(y / BLOCK_M + (this.rows - 1) / 2);
      for (const dx of [-1, 0, 1])
        for (const dy of [-1, 0, 1]) inhabited.add(this.#quarterNumber(column + dx, row + dy));
    }
    return inhabited;
  }

  #quarterNumber(column: number, row: number): number {
    return row * (this.columns + 2) + column;
  }
}

const quarterOf = (line: number): number => Math.floor(line / BLOCKS_PER_QUARTER);

/** Lines across a side, so that the first and the last are avenues. */
const lines = (halfM: number): number => BLOCKS_PER_QUARTER * Math.ceil((2 * halfM) / BLOCK_M / BLOCKS_PER_QUARTER) + 1;
