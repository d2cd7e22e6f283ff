/** Filters of the order table: search and the usual ones in a line, the rest in a panel, what is set as pills. */
import { Group, MultiSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { OrderStatus } from '../../../../domain/index.ts';
import type { PromiseState } from '../../api/shapes.ts';
import { PROMISE_WORDS, STATUS_WORDS } from '../../logic/vocabulary.ts';
import { Icon } from '../../parts/icons.tsx';
import { FilterPills } from './filter-pills.tsx';
import { choices, type FilterProps, having } from './filter-query.ts';
import { MoreFilters } from './more-filters.tsx';

export function OrderFilters({ query, depots, onChange }: FilterProps & { readonly depots: readonly string[] }) {
  const [text, setText] = useState(query.text ?? '');
  useEffect(() => setText(query.text ?? ''), [query.text]);
  const search = useDebouncedCallback((value: string) => onChange(having(query, 'text', value.trim())), 200);
  const depotChoices = [...new Set([...depots, ...(query.depotId ?? [])])];
  return (
    <>
      <Group gap={8} px="sm" py={8} wrap="wrap">
        <TextInput
          size="xs"
          flex="1 1 220px"
          data-search
          placeholder="Order, customer, driver, route or vehicle ( / )"
          aria-label="Search orders"
          leftSection={<Icon name="search" size={14} />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            search(event.currentTarget.value);
          }}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
        <MultiSelect
          size="xs"
          flex="1 1 150px"
          aria-label="Status"
          placeholder={query.status === undefined ? 'Any status' : ''}
          data={choices(STATUS_WORDS)}
          value={[...(query.status ?? [])]}
          onChange={(values) => onChange(having(query, 'status', values as OrderStatus[]))}
          clearable
        />
        <MultiSelect
          size="xs"
          flex="1 1 150px"
          aria-label="Promise"
          placeholder={query.promiseState === undefined ? 'Any promise' : ''}
          data={choices(PROMISE_WORDS)}
          value={[...(query.promiseState ?? [])]}
          onChange={(values) => onChange(having(query, 'promiseState', values as PromiseState[]))}
          clearable
        />
        <MultiSelect
          size="xs"
          flex="1 1 150px"
          aria-label="Depot"
          placeholder={query.depotId === undefined ? 'Any depot' : ''}
          data={depotChoices}
          value={[...(query.depotId ?? [])]}
          onChange={(values) => onChange(having(query, 'depotId', values))}
          searchable
          clearable
        />
        <MoreFilters query={query} onChange={onChange} />
      </Group>
      <FilterPills query={query} onChange={onChange} />
    </>
  );
}
