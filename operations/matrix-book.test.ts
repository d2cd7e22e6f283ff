import { describe, expect, test } from '@jest/globals';
import { matrixTotals, type WaveMatrix } from './matrix-book.ts';

const WAVE: WaveMatrix = {
  pk: 'WAVE#w1',
  isBought: true,
  fullPairs: 10_000,
  askedPairs: 1_200,
  cachedPairs: 300,
  requests: 40,
  failedRequests: 1,
  estimatedLegs: 2,
  fullDollars: 5,
  askedDollars: 0.6,
  cacheDollars: 0.01,
};

describe('the matrices of a run', () => {
  test('are added up over the waves that paid by the pair', () => {
    const free = { ...WAVE, pk: 'WAVE#w3', isBought: false };
    const totals = matrixTotals([WAVE, { ...WAVE, pk: 'WAVE#w2', askedPairs: 0, askedDollars: 0 }, free]);
    expect(totals).toMatchObject({ waves: 2, fullPairs: 20_000, askedPairs: 1_200, savedPairs: 18_800, requests: 80 });
    expect(totals.priceShare).toBeCloseTo(0.062, 9);
  });

  test('tell how many waves count with further slots of the week', () => {
    const slotted = { ...WAVE, slots: [{ isPlanned: false }, { isPlanned: true }] };
    const alike = { ...WAVE, slots: [{ isPlanned: false }] };
    expect(matrixTotals([WAVE, slotted, alike])).toMatchObject({ waves: 3, slottedWaves: 1 });
  });

  test('have no share of a price where nothing is paid by the pair', () => {
    expect(matrixTotals([{ ...WAVE, isBought: false }])).toMatchObject({ waves: 0, fullPairs: 0, priceShare: null });
  });
});
