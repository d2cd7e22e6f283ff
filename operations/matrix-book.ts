/** What the matrices of the waves have cost: the planner leaves a report with each plan. */
import type { Deployed } from './deployed.ts';
import { scanAll } from './dynamo-pages.ts';

/** `WAVE#<waveId>` / `MATRIX`, as far as it is reported. */
export interface WaveMatrix {
  readonly pk: string;
  /** Whether the roads are paid by the pair. */
  readonly isBought: boolean;
  /** Pairs of the whole matrix. */
  readonly fullPairs: number;
  readonly askedPairs: number;
  readonly cachedPairs: number;
  readonly requests: number;
  readonly failedRequests: number;
  /** Legs of the plan that are estimates. */
  readonly estimatedLegs: number;
  /** Further slots of the week that the plan passes through; absent in reports of earlier planners. */
  readonly slots?: readonly { readonly isPlanned: boolean }[];
  readonly fullDollars: number;
  readonly askedDollars: number;
  readonly cacheDollars: number;
}

/** Of all waves together. */
export interface MatrixTotals extends Omit<WaveMatrix, 'pk' | 'isBought' | 'slots'> {
  readonly waves: number;
  /** Waves whose plan counts with the traffic of further slots of the week. */
  readonly slottedWaves: number;
  /** Of the whole matrices, not asked for. */
  readonly savedPairs: number;
  /** Price, cache included, over that of the whole matrices; null where none was bought. */
  readonly priceShare: number | null;
}

export class MatrixBook {
  readonly #documents: Deployed['documents'];
  readonly #table: string;

  constructor({ documents, output }: Pick<Deployed, 'documents' | 'output'>) {
    this.#documents = documents;
    this.#table = output('PlanningTableName');
  }

  /** Every wave's, by wave id. */
  async all(): Promise<readonly WaveMatrix[]> {
    const found = await scanAll(this.#documents, {
      TableName: this.#table,
      ConsistentRead: true,
      FilterExpression: 'sk = :matrix',
      ExpressionAttributeValues: { ':matrix': 'MATRIX' },
    });
    return (found as unknown as WaveMatrix[]).sort((a, b) => (a.pk < b.pk ? -1 : 1));
  }
}

/** Of the waves whose roads are paid by the pair. */
export function matrixTotals(matrices: readonly WaveMatrix[]): MatrixTotals {
  const bought = matrices.filter(({ isBought }) => isBought);
  const total = (of: (matrix: WaveMatrix) => number): number => bought.reduce((sum, matrix) => sum + of(matrix), 0);
  const fullPairs = total((matrix) => matrix.fullPairs);
  const askedPairs = total((matrix) => matrix.askedPairs);
  const fullDollars = total((matrix) => matrix.fullDollars);
  const askedDollars = total((matrix) => matrix.askedDollars);
  const cacheDollars = total((matrix) => matrix.cacheDollars);
  return {
    waves: bought.length,
    slottedWaves: bought.filter(({ slots = [] }) => slots.some(({ isPlanned }) => isPlanned)).length,
    fullPairs,
    askedPairs,
    savedPairs: fullPairs - askedPairs,
    cachedPairs: total((matrix) => matrix.cachedPairs),
    requests: total((matrix) => matrix.requests),
    failedRequests: total((matrix) => matrix.failedRequests),
    estimatedLegs: total((matrix) => matrix.estimatedLegs),
    fullDollars,
    askedDollars,
    cacheDollars,
    priceShare: fullDollars === 0 ? null : (askedDollars + cacheDollars) / fullDollars,
  };
}
