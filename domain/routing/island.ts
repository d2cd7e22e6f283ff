/**
 * One search of its own chance from construction to the last step, which can be stopped at any share of its effort, told
 * of what others found, and gone on with. Its course:
 *
 * 1. the constructions, then annealing with every vehicle open and, where vehicles come first, a price on using one;
 * 2. where vehicles come first, fleet minimisation, and then annealing on the vehicles that are left;
 * 3. a long search anneals several times, each time but the last from hot, and before each tries once more to do without
 *    a vehicle; a short one anneals once.
 */
import { createPrng } from '../random.ts';
import { Annealing } from './anneal.ts';
import { Budget } from './budget.ts';
import { FleetMinimisation } from './minimise-fleet.ts';
import type { RoutingModel } from './model.ts';
import type { RoutingEffort } from './port.ts';
import { Search } from './search.ts';
import type { Standing } from './standing.ts';

/** Shares of the effort. The first few steps tell how many there will be in the time given. */
const PACED_AT = 0.02;
const EXPLORED_AT = 0.05;
const FLEET_FOUND_AT = 0.3;
/** Of a later annealing: the share that goes into another try to do without a vehicle. */
const RETRY_SHARE = 0.15;
/** Steps per stop that one annealing from hot to cold is worth. */
const STEPS_PER_ANNEALING = 5_000;
const MAX_ANNEALINGS = 6;
/** Temperatures in mean legs. A short search has no time to come down from far above. */
const HOT = 3;
/** Every other annealing of a long search starts hotter still: some plans are only left from there. */
const HOTTER = 3;
const SHORT_HOT = 0.3;
const SHORT_STEPS_PER_STOP = 50;
const HOT_STEPS_PER_STOP = 250;
/** From so many steps on an annealing may leave stops out for a while. */
const LOOSE_STEPS_PER_STOP = 1_000;
/** From the start of an annealing to its end the temperature falls to this share. */
const COLD_SHARE = 0.02;

/** Something that uses the effort up to `to`. */
interface Leg {
  readonly to: number;
  /** @returns whether it has nothing left to do */
  run(until: number): Generator<undefined, boolean>;
  end(): void;
}

export class Island {
  readonly #search: Search;
  readonly #budget: Budget;
  readonly #place: number;
  readonly #course: Generator<Leg, undefined>;
  #leg: Leg | undefined;

  /**
   * @param place from 0; each island of a problem has chance of its own
   * @param sharers islands that take turns on the same thread
   */
  constructor(
    model: RoutingModel,
    { seed, iterations }: { readonly seed: number | string; readonly iterations: number },
    place = 0,
    effort?: RoutingEffort,
    sharers = 1,
  ) {
    const prng = createPrng(seed);
    this.#place = place;
    const improved = effort?.improved;
    const tell = improved && (({ cost, vehicles, absence }: Standing) => improved(cost / 1000, absence, vehicles));
    this.#search = new Search(model, place === 0 ? prng : prng.fork(`island ${place}`), tell);
    this.#budget = new Budget(iterations, effort, sharers);
    this.#course = this.#courseOf();
  }

  get standing(): Standing {
    return this.#search.bestStanding;
  }

  get search(): Search {
    return this.#search;
  }

  /** Per vehicle what the best solution visits: nodes, and 0 for a reload. */
  solution(): number[][] {
    const { best } = this.#search;
    return best.tours.map((_, vehicle) => best.visits(vehicle));
  }

  /** Goes on from another island's solution. */
  adopt(routes: readonly (readonly number[])[]): void {
    this.#search.adopt(routes);
    if (this.#search.model.isFleetFirst && this.#search.bestAbsent.length === 0) this.#search.openUsed();
  }

  /** Runs until this share of the effort is spent, and pauses after every few steps. */
  *advance(until: number): Generator<undefined, void> {
    this.#budget.resume();
    for (;;) {
      this.#leg ??= this.#course.next().value;
      if (this.#leg === undefined) return;
      const isDone = yield* this.#leg.run(Math.min(until, this.#leg.to));
      if (!isDone && this.#budget.share() < this.#leg.to) return;
      this.#leg.end();
      this.#leg = undefined;
    }
  }

  *#courseOf(): Generator<Leg, undefined> {
    const search = this.#search;
    const budget = this.#budget;
    const { model } = search;
    yield this.#construct();
    if (model.stopCount < 2 || model.vehicleCount === 0) return;
    yield this.#anneal(PACED_AT, SHORT_HOT, false);
    if (model.isFleetFirst) {
      yield this.#anneal(EXPLORED_AT, this.#startOf(budget.expectedSteps() * EXPLORED_AT), false);
      yield this.#minimise(FLEET_FOUND_AT);
    }
    const begun = budget.share();
    const steps = budget.expectedSteps() * (1 - begun);
    const times = Math.min(MAX_ANNEALINGS, Math.max(1, Math.floor(steps / (STEPS_PER_ANNEALING * model.stopCount))));
    for (let time = 1; time <= times; time += 1) {
      const to = begun + ((1 - begun) * time) / times;
      const from = budget.share();
      if (model.isFleetFirst && time > 1) yield this.#minimise(from + (to - from) * RETRY_SHARE);
      const isLong = steps / times > LOOSE_STEPS_PER_STOP * model.stopCount;
      const start = this.#startOf(steps / times) * (isLong && (time + this.#place) % 2 === 0 ? HOTTER : 1);
      yield this.#anneal(to, start, isLong && !search.hasSpareVehicle());
    }
    return;
  }

  /** The more steps there are, the hotter the start. */
  #startOf(steps: number): number {
    const perStop = steps / this.#search.model.stopCount;
    const share = Math.log(perStop / SHORT_STEPS_PER_STOP) / Math.log(HOT_STEPS_PER_STOP / SHORT_STEPS_PER_STOP);
    return SHORT_HOT * (HOT / SHORT_HOT) ** Math.min(1, Math.max(0, share));
  }

  /** Takes as long as it takes: no share of the effort is too small for it. */
  #construct(): Leg {
    const search = this.#search;
    const budget = this.#budget;
    return {
      to: 0,
      *run() {
        yield* search.construct(budget);
        return true;
      },
      end: () => undefined,
    };
  }

  #anneal(to: number, start: number, isLoose: boolean): Leg {
    const search = this.#search;
    const annealing = new Annealing(search, this.#budget, {
      from: this.#budget.share(),
      to,
      start,
      end: Math.min(start, HOT) * COLD_SHARE,
      isLoose,
    });
    return {
      to,
      *run(until) {
        yield* annealing.run(until);
        return false;
      },
      end: () => search.restart(),
    };
  }

  #minimise(to: number): Leg {
    const minimisation = new FleetMinimisation(this.#search, this.#budget, this.#budget.share(), to);
    return { to, run: (until) => minimisation.run(until), end: () => minimisation.end() };
  }
}
