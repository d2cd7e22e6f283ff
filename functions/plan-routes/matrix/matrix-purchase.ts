/**
 * The matrix of one wave, bought as it is needed: what the cache knows is free, `want` asks for pairs in blocks within the
 * budget, and `matrix` gives what is known, with estimates for the rest. Requests run in parallel, at the rate of the
 * service, and are learnt in the order in which they were made, so that the order of the answers does not show.
 *
 * - P1 Nothing that is known is wanted again.
 * - P2 No more pairs are paid than the policy allows per place.
 * - P3 A request that fails, comes late or answers in part leaves estimates, never an error.
 */
import type { Position, TravelMatrix } from '../../../domain/index.ts';
import { inParallel } from '../../platform/in-parallel.ts';
import type { BlockAnswer, RoadBlock } from '../road-network.ts';
import { type Block, buildBlocks, pairsOf } from './blocks.ts';
import { type Estimates, estimatePairs } from './estimate.ts';
import type { MatrixPolicy } from './matrix-policy.ts';
import { PairTable } from './pair-table.ts';
import { type Places, placesOf } from './places.ts';
import { rateLimit, type WaitingClock } from './rate-limit.ts';
import type { WantedPairs } from './wanted-pairs.ts';

export interface PurchasePorts extends WaitingClock {
  block(request: RoadBlock): Promise<BlockAnswer>;
  readonly signal?: AbortSignal;
  /** Told of each request that failed. */
  onFailure(what: {
    readonly origins: number;
    readonly destinations: number;
    readonly departAt: string;
    readonly error: unknown;
  }): void;
}

export class MatrixPurchase {
  readonly places: Places;
  readonly table: PairTable;
  /** Pairs learnt from answers, not from the cache; in the order of the requests. */
  readonly learnt: { readonly from: number; readonly to: number }[] = [];
  askedPairs = 0;
  requests = 0;
  failedRequests = 0;
  #estimates: (Estimates & { readonly known: number }) | undefined;
  readonly #positions: readonly Position[];
  readonly #departAt: string;
  readonly #policy: MatrixPolicy;
  readonly #ports: PurchasePorts;
  readonly #turn: () => Promise<void>;
  readonly #untilMs: number;

  constructor(positions: readonly Position[], departAt: string, policy: MatrixPolicy, ports: PurchasePorts) {
    this.#positions = positions;
    this.#departAt = departAt;
    this.#policy = policy;
    this.#ports = ports;
    this.places = placesOf(positions);
    this.table = new PairTable(this.places.positions.length);
    this.#turn = rateLimit(policy.requestsPerSecond, ports);
    this.#untilMs = ports.now().getTime() + policy.timeLimitMs;
  }

  /** @returns whether anything new is known */
  async want(wanted: WantedPairs): Promise<boolean> {
    if (wanted.count === 0) return false;
    const blocks = this.#affordable(buildBlocks(wanted.byOrigin(), this.#policy.requestsPerRound));
    const answers = await this.#askAll(blocks, this.#departAt);
    const before = this.learnt.length;
    for (const [index, answer] of answers.entries()) {
      if (answer !== undefined) this.#learn(blocks[index] as Block, answer);
    }
    return this.learnt.length > before;
  }

  /**
   * Asks within the same bounds how long ways take at another time of the day. The table does not learn from it.
   * @returns of each block its answer, or undefined where there is none
   */
  async sample(blocks: readonly Block[], departAt: string): Promise<(BlockAnswer | undefined)[]> {
    const affordable = this.#affordable(blocks);
    const answers = await this.#askAll(affordable, departAt);
    return blocks.map((block) => answers[affordable.indexOf(block)]);
  }

  /** Kept until something new is known: on many places they take as long as a plan. */
  estimates(): Estimates {
    const known = this.table.knownCount();
    if (this.#estimates?.known !== known) {
      this.#estimates = { known, ...estimatePairs(this.places.positions, this.table) };
    }
    return this.#estimates;
  }

  /** @param estimateFactor by how much estimates are made longer than believed */
  matrix(estimateFactor = 1): TravelMatrix {
    const { placeOf } = this.places;
    const { seconds, meters } = this.estimates();
    const size = this.#positions.length;
    const durationsSeconds = new Float64Array(size * size);
    const distancesMeters = new Float64Array(size * size);
    for (let row = 0; row < size; row += 1) {
      const from = (placeOf[row] as number) * this.table.size;
      for (let column = 0; column < size; column += 1) {
        const pair = from + (placeOf[column] as number);
        const isEstimate = Number.isNaN(this.table.seconds[pair] as number);
        durationsSeconds[row * size + column] = (seconds[pair] as number) * (isEstimate ? estimateFactor : 1);
        distancesMeters[row * size + column] = meters[pair] as number;
      }
    }
    return { size, durationsSeconds, distancesMeters };
  }

  /** P2: blocks in their order until the money is spent. */
  #affordable(blocks: readonly Block[]): Block[] {
    let left = this.#policy.pairsPerPlace * this.table.size - this.askedPairs;
    return blocks.filter((block) => {
      if (pairsOf(block) > left) return false;
      left -= pairsOf(block);
      return true;
    });
  }

  #askAll(blocks: readonly Block[], departAt: string): Promise<(BlockAnswer | undefined)[]> {
    return inParallel(blocks, this.#policy.requestsAtATime, (block) => this.#ask(block, departAt));
  }

  async #ask(block: Block, departAt: string): Promise<BlockAnswer | undefined> {
    const { positions } = this.places;
    const at = (places: readonly number[]): Position[] => places.map((place) => positions[place] as Position);
    try {
      this.#ports.signal?.throwIfAborted();
      await this.#turn();
      this.#ports.signal?.throwIfAborted();
      if (this.#ports.now().getTime() >= this.#untilMs) throw new Error('the time for asking is over');
      const answer = await this.#ports.block({
        origins: at(block.origins),
        destinations: at(block.destinations),
        departAt,
      });
      this.requests += 1;
      this.askedPairs += pairsOf(block);
      return answer;
    } catch (error) {
      this.failedRequests += 1;
      const { origins, destinations } = block;
      this.#ports.onFailure({ origins: origins.length, destinations: destinations.length, departAt, error });
      return undefined;
    }
  }

  #learn({ origins, destinations }: Block, { seconds, meters }: BlockAnswer): void {
    for (const [row, from] of origins.entries()) {
      for (const [column, to] of destinations.entries()) {
        const cell = row * destinations.length + column;
        const way = seconds[cell];
        if (way === undefined || Number.isNaN(way)) continue;
        if (this.table.learn(from, to, way, meters[cell] ?? 0)) this.learnt.push({ from, to });
      }
    }
  }
}
