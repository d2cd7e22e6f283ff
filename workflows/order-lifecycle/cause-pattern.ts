/**
 * What the causes of many failures have in common: the cause with everything taken out that differs from order to
 * order. Failures are grouped by it, so it is computed once, when the failure is recorded.
 */

/** What a pattern may be long; causes carry whole stack traces. */
const MAX_PATTERN = 200;

/** In this order: what is longer and more particular goes first, bare numbers last. */
const PARTICULARS: readonly (readonly [RegExp, string])[] = [
  [/arn:aws[\w-]*:[^\s"',)\]}]+/g, '<arn>'],
  [/https?:\/\/[^\s"',)\]}]+/g, '<url>'],
  [/\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?/g, '<time>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  // A name with a digit in it: an order, a route, a request id.
  [/\b(?=[\w.-]*\d)(?=[\w.-]*[A-Za-z_-])[\w][\w.-]*[\w]\b/g, '<id>'],
  [/\b\d+(?:\.\d+)?\b/g, '<n>'],
];

/**
 * @param cause as Step Functions reports it; of a Lambda error (JSON with errorType and errorMessage) the message
 * @param particulars ids that are known to be particular, e.g. the order's, which may have no digit
 */
export function causePattern(cause: string, particulars: readonly string[] = []): string {
  let text = messageOf(cause);
  for (const particular of particulars) if (particular !== '') text = text.replaceAll(particular, '<id>');
  for (const [what, name] of PARTICULARS) text = text.replace(what, name);
  return text.replace(/\s+/g, ' ').trim().slice(0, MAX_PATTERN);
}

function messageOf(cause: string): string {
  try {
    const parsed = JSON.parse(cause) as { errorMessage?: unknown; errorType?: unknown } | null;
    if (typeof parsed?.errorMessage !== 'string') return cause;
    return typeof parsed.errorType === 'string' ? `${parsed.errorType}: ${parsed.errorMessage}` : parsed.errorMessage;
  } catch {
    return cause;
  }
}
