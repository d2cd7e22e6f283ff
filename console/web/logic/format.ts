/**
 * How times, spans, shares and ids are written. Times are UTC everywhere, since dispatchers of several zones look at
 * one board.
 */

/** `16:36:57`, with the day in front when it is not the day of `now`. */
export function clockText(iso: string, now?: string): string {
  const day = iso.slice(0, 10);
  const time = iso.slice(11, 19);
  return now !== undefined && now.slice(0, 10) === day ? time : `${day.slice(5)} ${time.slice(0, 5)}`;
}

/** `2018-07-20 16:36:57.690`. */
export function fullTime(iso: string): string {
  return iso.replace('T', ' ').replace('Z', '');
}

/**
 * The two largest units, `3 h 12 min`, seconds only below ten minutes; below a second in milliseconds. Negative spans
 * keep their sign.
 */
export function spanText(seconds: number): string {
  if (seconds < 0) return `−${spanText(-seconds)}`;
  if (seconds > 0 && seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return two(Math.floor(whole / 60), 'min', whole < 600 ? whole % 60 : 0, 's');
  if (whole < 86_400) return two(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
  return two(Math.floor(whole / 86_400), 'd', Math.floor((whole % 86_400) / 3600), 'h');
}

const two = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;

/** Milliseconds from `from` to `to`, as text. */
export const between = (from: string, to: string): string => spanText((Date.parse(to) - Date.parse(from)) / 1000);

/** `98.4 %`; whole shares without a decimal; `–` for none. */
export function shareText(share: number | null | undefined): string {
  if (share === null || share === undefined) return '–';
  // Rounded down, so that 99.99 % is never shown as 100 %.
  const tenths = Math.floor(share * 1000 + 1e-9) / 10;
  return `${Number.isInteger(tenths) ? tenths : tenths.toFixed(1)} %`;
}

/** `1,696`. */
export const countText = (count: number): string => count.toLocaleString('en-US');

/** First block of a UUID; other ids whole up to 22 characters. */
export function shortId(id: string): string {
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(id)) return id.slice(0, 8);
  return id.length <= 22 ? id : `${id.slice(0, 10)}…${id.slice(-9)}`;
}

/** Indented when it is JSON, else as it is. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** What went wrong, of a cause that Step Functions recorded: the message alone where Lambda wrapped it into JSON. */
export function causeText(cause: string): string {
  try {
    const { errorMessage } = (JSON.parse(cause) ?? {}) as { readonly errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}

/** `2018-07-20T10:38` of a datetime field as full ISO 8601 UTC; undefined for what is no time. */
export function isoFromField(field: string): string | undefined {
  const ms = Date.parse(field.length === 16 ? `${field}:00.000Z` : `${field.replace(/Z$/, '')}Z`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

export const fieldFromIso = (iso: string | undefined): string => (iso === undefined ? '' : iso.slice(0, 16));
