/** A rehearsal as lines of text. */
import type { Rehearsal } from './rehearse.ts';
import { joined } from './scopes.ts';

const MOST_SHOWN = 100;
const shown = (json = 'nothing'): string => (json.length > MOST_SHOWN ? `${json.slice(0, MOST_SHOWN)} ...` : json);

export function rehearsalText(rehearsal: Rehearsal): string {
  const { divergence, dataDifference, redrive, resume, rehearsedEvents } = rehearsal;
  const lines = [];
  if (divergence === undefined) lines.push(`same path      all of ${rehearsedEvents} events`);
  else {
    const { kind, message, state, scope, event, instead, recordedPath, path } = divergence;
    lines.push(
      `diverges       ${kind}: ${message}`,
      `  state        ${joined(scope, state)}`,
      `  event        ${event.id} ${event.type}; instead: ${instead ?? 'nothing'}`,
      `  recorded     ${recordedPath.join(' > ')}`,
      `  now          ${path.join(' > ')}`,
    );
  }
  if (dataDifference !== undefined) {
    const { state, scope, event, at, recorded, replayed } = dataDifference;
    lines.push(
      `other data     first at ${joined(scope, state)}, event ${event.id} ${event.type}, ${at}`,
      `  recorded     ${shown(recorded)}`,
      `  now          ${shown(replayed)}`,
    );
  }
  lines.push(
    `redrive        ${redrive.possible ? 'possible' : 'not possible'}: ${redrive.reason}`,
    `resume         ${resume.possible ? 'possible' : 'not possible'}: ${resume.reason}`,
    '',
  );
  return lines.join('\n');
}
