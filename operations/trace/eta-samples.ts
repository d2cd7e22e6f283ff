/** ETA against promise over time: what the plans said, what was predicted, and when the goods were handed over. */
import type { EtaSample, OrderEventView, SignalView } from '../model/trace.ts';

interface Promised {
  readonly promiseTo: string;
  readonly promiseVersion: number;
}

/** @param order with the promise as it is now, and the time of delivery */
export function etaSamples(
  order: Promised & { readonly deliveredAt?: string },
  { events, signals }: { readonly events: readonly OrderEventView[]; readonly signals: readonly SignalView[] },
): readonly EtaSample[] {
  const promises = promisesOf(events);
  const promiseAt = (at: string): Promised => promises.findLast(({ from }) => from <= at) ?? order;
  const samples = signals.flatMap((signal): EtaSample[] => {
    const { etaAt, place } = signal.detail as { etaAt?: string; place?: { plannedArrivalAt?: string } };
    const promise = promiseAt(signal.at);
    const { promiseTo, promiseVersion } = promise;
    if (signal.kind === 'RoutePlanned' && place?.plannedArrivalAt !== undefined) {
      return [{ at: signal.at, etaAt: place.plannedArrivalAt, promiseTo, promiseVersion, source: 'plan' }];
    }
    if ((signal.kind === 'EtaSlipped' || signal.kind === 'EtaRecovered') && etaAt !== undefined) {
      return [{ at: signal.at, etaAt, promiseTo, promiseVersion, source: 'prediction' }];
    }
    return [];
  });
  const { deliveredAt } = order;
  if (deliveredAt !== undefined) {
    const { promiseTo, promiseVersion } = promiseAt(deliveredAt);
    samples.push({ at: deliveredAt, etaAt: deliveredAt, promiseTo, promiseVersion, source: 'delivery' });
  }
  return samples.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** The promise as each version of it began; events of amendments carry the new window. */
function promisesOf(events: readonly OrderEventView[]): (Promised & { readonly from: string })[] {
  const found = events.flatMap(({ type, at, promiseVersion, facts }) => {
    const { promise, promiseTo = promise?.to } = facts as { promise?: { to?: string }; promiseTo?: string };
    if ((type !== 'OrderPlaced' && type !== 'OrderAmended') || promiseTo === undefined) return [];
    return [{ from: at, promiseTo, promiseVersion }];
  });
  return found.sort((a, b) => (a.from < b.from ? -1 : 1));
}
