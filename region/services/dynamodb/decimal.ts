/**
 * DynamoDB numbers: decimals of up to 38 significant digits, kept as text in canonical plain notation, so that no
 * precision is lost. Small integers, nearly every number there is, take a fast way through JavaScript's own.
 */
import { validationError } from './errors.ts';

const MAX_DIGITS = 38;
const CANONICAL_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** The value `0.d1d2d3... * 10^exponent`, without leading or trailing zeros in `digits`; zero has no digits. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

function parse(text: string): Decimal {
  const match = NUMBER.exec(text.trim());
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole.length + fraction.length === 0) {
    throw validationError(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  const all = whole + fraction;
  const significant = all.replace(/^0+/, '');
  const leadingZeros = all.length - significant.length;
  const digits = significant.replace(/0+$/, '');
  if (digits === '') return { negative: false, digits: '', exponent: 0 };
  return { negative: match[1] === '-', digits, exponent: whole.length - leadingZeros + Number(match[4] ?? '0') };
}

function render({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  if (exponent <= 0) return `${sign}0.${'0'.repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return sign + digits + '0'.repeat(exponent - digits.length);
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

/** Canonical text of a number as a caller wrote it. Throws `ValidationException` for what is no DynamoDB number. */
export function canonicalNumber(text: string): string {
  if (CANONICAL_INTEGER.test(text)) return text;
  const decimal = parse(text);
  if (decimal.digits.length > MAX_DIGITS) {
    throw validationError('Attempting to store more than 38 significant digits in a Number');
  }
  if (decimal.digits !== '' && decimal.exponent > 126) {
    throw validationError('Number overflow. Attempting to store a number with magnitude larger than supported range');
  }
  if (decimal.digits !== '' && decimal.exponent < -129) {
    throw validationError('Number underflow. Attempting to store a number with magnitude smaller than supported range');
  }
  return render(decimal);
}

function scaled(text: string, decimals: number): bigint {
  const point = text.indexOf('.');
  const fraction = point < 0 ? '' : text.slice(point + 1);
  const whole = point < 0 ? text : text.slice(0, point);
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}

function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

function addExactly(a: string, b: string, sign: bigint): string {
  const decimals = Math.max(decimalsOf(a), decimalsOf(b));
  const sum = scaled(a, decimals) + sign * scaled(b, decimals);
  return canonicalNumber(decimals === 0 ? String(sum) : `${sum}E-${decimals}`);
}

/** `a + b` of canonical numbers, exact. */
export function addNumbers(a: string, b: string): string {
  if (CANONICAL_INTEGER.test(a) && CANONICAL_INTEGER.test(b)) return String(Number(a) + Number(b));
  return addExactly(a, b, 1n);
}

/** `a - b` of canonical numbers, exact. */
export function subtractNumbers(a: string, b: string): string {
  if (CANONICAL_INTEGER.test(a) && CANONICAL_INTEGER.test(b)) return String(Number(a) - Number(b));
  return addExactly(a, b, -1n);
}

/** Text whose order by code unit is the order of the numbers. */
export function sortableNumber(canonical: string): string {
  const { negative, digits, exponent } = parse(canonical);
  if (digits === '') return 'o';
  const biased = exponent + 200;
  if (!negative) return `p${String(biased).padStart(3, '0')}${digits}`;
  let complement = '';
  for (const digit of digits) complement += String(9 - Number(digit));
  return `n${String(999 - biased).padStart(3, '0')}${complement}~`;
}

/** Negative, zero or positive as canonical `a` is below, at or above `b`. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length <= 15 && b.length <= 15) return Number(a) - Number(b);
  return sortableNumber(a) < sortableNumber(b) ? -1 : 1;
}

/** Bytes that a stored number takes: about one for two digits, and one more. */
export function numberSize(canonical: string): number {
  let digits = 0;
  for (let index = 0; index < canonical.length; index += 1) {
    const code = canonical.charCodeAt(index);
    if (code >= 48 && code <= 57) digits += 1;
  }
  return Math.ceil(digits / 2) + (canonical.startsWith('-') ? 2 : 1);
}
