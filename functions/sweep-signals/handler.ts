import { createLedger } from '../platform/ledger-client.ts';
import { count, lambda, now } from '../platform/powertools.ts';
import { sweepSignals } from './sweep-signals.ts';

const ports = { ledger: createLedger(), now };

export const handler = lambda(async () => {
  const result = await sweepSignals(ports);
  if (result.swept > 0) count('SignalsSwept', result.swept);
  return result;
});
