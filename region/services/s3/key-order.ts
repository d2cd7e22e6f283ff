/** Keys of objects in the order in which S3 lists them: by the bytes of their UTF-8. */

const SURROGATES = 0xd800;
const AFTER_SURROGATES = 0xe000;
const HALF_PAIRS = 0x2000;
const REST_OF_PLANE = 0x800;

/** UTF-16 puts characters beyond the first plane (pairs of surrogates) before its last ones, UTF-8 after them. */
function rank(unit: number): number {
  if (unit < SURROGATES) return unit;
  return unit < AFTER_SURROGATES ? unit + HALF_PAIRS : unit - REST_OF_PLANE;
}

/** Negative, zero or positive, without a copy of either key. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Position in sorted keys of the first that is not before `key`. */
export function firstFrom(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(keys[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
