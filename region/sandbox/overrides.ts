/** Copies an object with some members replaced; descriptors are copied, so that getters of the host's object stay lazy. */
export function withOverrides(original: object, overrides: Readonly<Record<string, unknown>>): object {
  const descriptors: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(original);
  for (const [name, value] of Object.entries(overrides)) {
    descriptors[name] = { value, writable: true, configurable: true, enumerable: true };
  }
  return Object.create(Object.getPrototypeOf(original), descriptors) as object;
}
