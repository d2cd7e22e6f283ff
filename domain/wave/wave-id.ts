/**
 * Names a wave by depot and minute. The id becomes an execution name and the beginning of route and fence ids, so it
 * is held to the characters and the length that all of them take; a depot id that does not fit is cut and marked with
 * a hash, so that two depots never share a wave.
 */
import { createHash } from 'node:crypto';

const MAX_DEPOT_LENGTH = 48;

/** `<depotId>-<yyyymmdd>T<hhmm>` in UTC. */
export function waveIdOf(depotId: string, nowMs: number): string {
  const minute = new Date(nowMs).toISOString().slice(0, 16).replace(/[-:]/g, '');
  return `${safeDepotId(depotId)}-${minute}`;
}

/** Whether the name of an execution is that of a wave of the depot: as above, with or without more behind a dot. */
export function isWaveOf(depotId: string, name: string): boolean {
  const safe = safeDepotId(depotId);
  return name.startsWith(`${safe}-`) && /^\d{8}T\d{4}(\.|$)/.test(name.slice(safe.length + 1));
}

function safeDepotId(depotId: string): string {
  const safe = depotId.replace(/[^A-Za-z0-9_-]/g, '_');
  if (safe === depotId && depotId.length <= MAX_DEPOT_LENGTH) return depotId;
  const mark = createHash('sha256').update(depotId).digest('hex').slice(0, 8);
  return `${safe.slice(0, MAX_DEPOT_LENGTH - mark.length - 1)}-${mark}`;
}
