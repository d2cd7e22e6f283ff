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

export interface SlotOfShift {
  readonly name: string;
  /** The middle of the longest stretch of the slot in the shift: for which traffic is asked. */
  readonly departMs: number;
}

/** The slot in which most of the shift lies; of two the earlier. */
export function slotOfShift({ fromMs, toMs }: TimeWindowMs, [longitude]: Position): SlotOfShift {
  const sunMs = (longitude / 15) * HOUR_MS;
  const totals = new Map<string, { ms: number; longestMs: number; departMs: number }>();
  const endMs = Math.min(Math.max(toMs, fromMs + 1), fromMs + 7 * DAY_MS);
  for (let day = Math.floor((fromMs + sunMs) / DAY_MS); day * DAY_MS < endMs + sunMs; day += 1) {
    for (const slot of WEEK_SLOTS) {
      if (slot.isWeekend !== isWeekendDay(day)) continue;
      const begins = Math.max(fromMs, day * DAY_MS + slot.fromHour * HOUR_MS - sunMs);
      const ends = Math.min(endMs, day * DAY_MS + slot.toHour * HOUR_MS - sunMs);
      if (begins >= ends) continue;
      const known = totals.get(slot.name) ?? { ms: 0, longestMs: 0, departMs: begins };
      const isLonger = ends - begins > known.longestMs;
      totals.set(slot.name, {
        ms: known.ms + ends - begins,
        longestMs: isLonger ? ends - begins : known.longestMs,
        departMs: isLonger ? Math.floor((begins + ends) / 2) : known.departMs,
      });
    }
  }
  const most = [...totals].reduce((best, each) => (each[1].ms > best[1].ms ? each : best));
  return { name: most[0], departMs: most[1].departMs };
}
