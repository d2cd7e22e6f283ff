/**
 * What a computed value may be before it is written as JSON. An expression can make in a few steps what would fill the
 * memory as text (an array that holds itself twice, thirty times over), so the value is measured first, and no further
 * than to the bound.
 */

/** Far above any payload; what is between has its own error, of the service's limit. */
export const MAX_VALUE_CHARACTERS = 8 * 1_048_576;
/** How deep objects and arrays may stand inside one another, as for AWS's parser of JSON. */
export const MAX_JSON_DEPTH = 1_000;

export type ValueFault = 'large' | 'deep' | 'number';

/** Characters of a value as JSON, about; or why it cannot be written. */
export function measure(value: unknown): number | ValueFault {
  return measureInside(value, 0, 0);
}

function measureInside(value: unknown, sum: number, depth: number): number | ValueFault {
  if (typeof value === 'string') return checked(sum + value.length + 2);
  if (typeof value === 'number') return Number.isFinite(value) ? sum + 8 : 'number';
  if (typeof value !== 'object' || value === null) return sum + 4;
  if (depth >= MAX_JSON_DEPTH) return 'deep';
  let total: number | ValueFault = sum + 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      total = measureInside(item, total, depth + 1);
      if (typeof total === 'string') return total;
    }
    return checked(total);
  }
  for (const key in value) {
    total = measureInside((value as Record<string, unknown>)[key], total + key.length + 4, depth + 1);
    if (typeof total === 'string') return total;
  }
  return checked(total);
}

function checked(sum: number): number | ValueFault {
  return sum > MAX_VALUE_CHARACTERS ? 'large' : sum;
}

export const FAULT_TEXTS: Readonly<Record<ValueFault, string>> = {
  large: `more than ${MAX_VALUE_CHARACTERS} characters of JSON`,
  deep: `nested more than ${MAX_JSON_DEPTH} deep`,
  number: 'a number beyond the range of a double',
};
