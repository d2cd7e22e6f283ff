/**
 * The week in slots: departures of one slot meet about the same traffic and share what was paid for. The hour is that of
 * the sun, fifteen degrees of longitude each, since a depot states no time zone; it is within about an hour of the clock.
 */
import type { Position, TimeWindowMs } from '../../../domain/index.ts';

interface WeekSlot {
  readonly name: string;
  readonly isWeekend: boolean;
  /** Hours of the day; one that begins in the evening goes on to midnight, and `night` begins there again. */
  readonly fromHour: number;
  readonly toHour: number;
}

const WEEK_SLOTS: readonly WeekSlot[] = [
  { name: 'night', isWeekend: false, fromHour: 0, toHour: 6 },
  { name: 'morning', isWeekend: false, fromHour: 6, toHour: 9 },
  { name: 'midday', isWeekend: false, fromHour: 9, toHour: 16 },
  { name: 'evening', isWeekend: false, fromHour: 16, toHour: 19 },
  { name: 'night', isWeekend: false, fromHour: 19, toHour: 24 },
  { name: 'weekend-night', isWeekend: true, fromHour: 0, toHour: 8 },
  { name: 'weekend', isWeekend: true, fromHour: 8, toHour: 20 },
  { name: 'weekend-night', isWeekend: true, fromHour: 20, toHour: 24 },
];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 1970-01-01 was a Thursday; Saturday and Sunday are the days 2 and 3 after it. */
const isWeekendDay = (day: number): boolean => [2, 3].includes(((day % 7) + 7) % 7);

/** A slot of one day, as far as it lies in a span of time. */
export interface SlotStretch {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** When the slot itself begins, in the span or before it. */
  readonly beginsMs: number;
}

/** The slots that a span passes through, in their order; of a span without length the one it lies in. */
export function stretchesOf({ fromMs, toMs }: TimeWindowMs, [longitude]: Position): SlotStretch[] {
  const sunMs = (longitude / 15) * HOUR_MS;
  const endMs = Math.min(Math.max(toMs, fromMs + 1), fromMs + 7 * DAY_MS);
  const stretches: SlotStretch[] = [];
  for (let day = Math.floor((fromMs + sunMs) / DAY_MS); day * DAY_MS < endMs + sunMs; day += 1) {
    for (const slot of WEEK_SLOTS) {
      if (slot.isWeekend !== isWeekendDay(day)) continue;
      const beginsMs = day * DAY_MS + slot.fromHour * HOUR_MS - sunMs;
      const from = Math.max(fromMs, beginsMs);
      const to = Math.min(endMs, day * DAY_MS + slot.toHour * HOUR_MS - sunMs);
      if (from < to) stretches.push({ name: slot.name, fromMs: from, toMs: to, beginsMs: Math.round(beginsMs) });
    }
  }
  return stretches;
}

export const middleOf = ({ fromMs, toMs }: TimeWindowMs): number => Math.floor((fromMs + toMs) / 2);

export interface SlotOfShift {
  readonly name: string;
  /** The middle of the longest stretch of the slot in the shift: for which traffic is asked. */
  readonly departMs: number;
}

/** The slot in which most of the shift lies; of two the earlier. */
export function slotOfShift(shift: TimeWindowMs, position: Position): SlotOfShift {
  const totals = new Map<string, { ms: number; longest: SlotStretch }>();
  for (const stretch of stretchesOf(shift, position)) {
    const known = totals.get(stretch.name);
    const isLonger = known === undefined || lengthOf(stretch) > lengthOf(known.longest);
    totals.set(stretch.name, {
      ms: (known?.ms ?? 0) + lengthOf(stretch),
      longest: isLonger ? stretch : known.longest,
    });
  }
  const most = [...totals].reduce((best, each) => (each[1].ms > best[1].ms ? each : best));
  return { name: most[0], departMs: middleOf(most[1].longest) };
}

const lengthOf = ({ fromMs, toMs }: TimeWindowMs): number => toMs - fromMs;
