/** Copies an object with some members replaced; descriptors are copied, so that getters of the host's object stay lazy. */
export function withOverrides(original: object, overrides: Readonly<Record<string, unknown>>): object {
  const copy = Object.create(Object.getPrototypeOf(original), Object.getOwnPropertyDescriptors(original)) as object;
  for (const [name, value] of Object.entries(overrides)) {
    Object.defineProperty(copy, name, { value, writable: true, configurable: true, enumerable: true });
  }
  return copy;
}
