/** What the interleaving test tries. Each name begins with the invariants that it is about. */
import type { Scenario } from './world.ts';

const delivered = ['delivered in cycle 1'];

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
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
    isLarge: true,
    ends: delivered,
  },
  'R5 two milestones in any order of arrival lead through both waits': {
    awaits: 'ArrivedAtStop',
    signals: [
      { kind: 'ArrivedAtStop', minute: 1 },
      { kind: 'Delivered', minute: 2 },
    ],
    crashes: 0,
    isLarge: true,
    ends: delivered,
  },
  'R1 a missing milestone is implied by the later one': {
    awaits: 'ApproachingStop',
    signals: [{ kind: 'Delivered', minute: 2 }],
    crashes: 1,
    isLarge: true,
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
    isLarge: true,
    ends: delivered,
  },
  'R1 a cancellation is not lost to a timeout at the same moment': {
    awaits: 'Delivered',
    signals: [{ kind: 'Cancelled', minute: 1 }],
    crashes: 1,
    timesOut: true,
    isLarge: true,
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
    isLarge: true,
    ends: delivered,
  },
};
