/** What the filters share: choices made of words, and a query with one condition changed. */
import type { OrderQuery } from '../../api/shapes.ts';
import { keysOf } from '../../logic/vocabulary.ts';

export const choices = (words: Readonly<Record<string, string | { readonly label: string }>>) =>
  keysOf(words).map((value) => {
    const word = words[value];
    return { value, label: typeof word === 'string' ? word : (word?.label ?? value) };
  });

export interface FilterProps {
  readonly query: OrderQuery;
  readonly onChange: (query: OrderQuery) => void;
}

/** With `name` set, or without it where the value is empty. */
export function having<K extends keyof OrderQuery>(
  query: OrderQuery,
  name: K,
  value: OrderQuery[K] | undefined,
): OrderQuery {
  const { [name]: _before, ...rest } = query;
  const isEmpty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  return (isEmpty ? rest : { ...rest, [name]: value }) as OrderQuery;
}
