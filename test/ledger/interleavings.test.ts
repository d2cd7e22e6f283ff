/**
 * Every interleaving of (signal written, token written, answer sent, crash between any two), against the real ledger
 * code on the region's DynamoDB. The number of interleavings tried is printed.
 */
import { afterAll, describe, expect, test } from '@jest/globals';
import { explore } from './explorer.ts';
import { createLedgerTable, type Scenario, World } from './world.ts';

const tried: { name: string; interleavings: bigint; states: number }[] = [];
let runs = 0;

async function tryAll(name: string, scenario: Scenario): Promise<bigint> {
  const begin = () => {
    runs += 1;
    return new World(`order-${runs}`, scenario, createLedgerTable()).begin();
  };
  const exploration = await explore(begin, 9_000);
  tried.push({ name, ...exploration });
  return exploration.interleavings;
}

const delivered = ['delivered in cycle 1'];

afterAll(() => {
  const total = tried.reduce((sum, { interleavings }) => sum + interleavings, 0n);
  const width = String(total).length;
  const lines = tried.map(
    ({ name, interleavings, states }) => `${String(interleavings).padStart(width)}  ${name} (${states} states)`,
  );
  console.log(['interleavings tried:', ...lines, `${total}  in total, in ${runs} replays`].join('\n'));
});

describe('the signal ledger, in every interleaving', () => {
  const scenarios: Readonly<Record<string, Scenario>> = {
    'R1 R3 a signal and its wait meet whichever comes first, with a crash at any step': {
      awaits: 'Delivered',
      signals: [{ kind: 'Delivered', minute: 1 }],
      crashes: 2,
      ends: delivered,
    },
    'R1 the order is closed while the answer is still being noted': {
      awaits: 'Delivered',
      signals: [{ kind: 'Delivered', minute: 1, copies: 2 }],
      crashes: 0,
      closesAtOnce: true,
      ends: delivered,
    },
    'R2 a signal that is sent twice answers once': {
      awaits: 'Delivered',
      signals: [{ kind: 'Delivered', minute: 1, copies: 2 }],
      crashes: 1,
      ends: delivered,
    },
    'R5 two milestones in any order of arrival lead through both waits': {
      awaits: 'ArrivedAtStop',
      signals: [
        { kind: 'ArrivedAtStop', minute: 1 },
        { kind: 'Delivered', minute: 2 },
      ],
      crashes: 0,
      ends: delivered,
    },
    'R1 a missing milestone is implied by the later one': {
      awaits: 'ApproachingStop',
      signals: [{ kind: 'Delivered', minute: 2 }],
      crashes: 1,
      ends: delivered,
    },
    'R1 a cancellation races a delivery and one of them wins, cleanly': {
      awaits: 'Delivered',
      signals: [
        { kind: 'Cancelled', minute: 1 },
        { kind: 'Delivered', minute: 2 },
      ],
      crashes: 0,
      ends: [...delivered, 'cancelled'],
    },
    'R1 an amendment goes first or is superseded, and the delivery still ends the order': {
      awaits: 'Delivered',
      signals: [
        { kind: 'Amended', minute: 1 },
        { kind: 'Delivered', minute: 2 },
      ],
      crashes: 0,
      ends: delivered,
    },
    'R1 a cancellation is not lost to a timeout at the same moment': {
      awaits: 'Delivered',
      signals: [{ kind: 'Cancelled', minute: 1 }],
      crashes: 1,
      timesOut: true,
      ends: ['cancelled'],
    },
    'R2 a delivery of an earlier cycle never answers a later one': {
      awaits: 'Delivered',
      signals: [{ kind: 'Delivered', minute: 1 }],
      crashes: 0,
      timesOut: true,
      ends: [...delivered, 'awaiting RoutePlanned in cycle 2'],
    },
    'R4 a redriven wait gets a new token and meets the stored signal again': {
      awaits: 'Delivered',
      signals: [{ kind: 'Delivered', minute: 1 }],
      crashes: 1,
      redrives: true,
      ends: delivered,
    },
  };
  for (const [name, scenario] of Object.entries(scenarios)) {
    test(name, async () => {
      expect(await tryAll(name, scenario)).toBeGreaterThan(1n);
    });
  }
});
