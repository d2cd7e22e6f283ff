/** What was given, without the members that were not: models know absent members, schemas undefined ones. */
export type Given<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };

export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
