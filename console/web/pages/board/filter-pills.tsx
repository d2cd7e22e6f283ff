/** The conditions that are set, each as a pill that removes it. */
import { Button, Group, Pill } from '@mantine/core';
import type { OrderQuery } from '../../api/shapes.ts';
import { fullTime, spanText } from '../../logic/format.ts';
import { conditionsOf } from '../../logic/query-address.ts';
import { keysOf, PROMISE_WORDS, STATUS_WORDS, VERDICT_WORDS } from '../../logic/vocabulary.ts';
import { type FilterProps, having } from './filter-query.ts';

const PILL_TEXTS: Readonly<Partial<Record<keyof OrderQuery, (query: OrderQuery) => string>>> = {
  text: ({ text = '' }) => `“${text}”`,
  status: ({ status = [] }) => status.map((each) => STATUS_WORDS[each].label).join(' or '),
  promiseState: ({ promiseState = [] }) => promiseState.map((each) => PROMISE_WORDS[each].label).join(' or '),
  depotId: ({ depotId = [] }) => `depot ${depotId.join(' or ')}`,
  customerId: ({ customerId = '' }) => `customer ${customerId}`,
  driverId: ({ driverId = '' }) => `driver ${driverId}`,
  routeId: ({ routeId = '' }) => `route ${routeId}`,
  vehicleId: ({ vehicleId = '' }) => `vehicle ${vehicleId}`,
  tier: ({ tier = '' }) => `tier ${tier}`,
  perfect: ({ perfect }) => (perfect === true ? 'perfect' : 'not perfect'),
  reason: ({ reason }) => (reason === undefined ? '' : `because: ${VERDICT_WORDS[reason]}`),
  breached: ({ breached }) => (breached === true ? 'with a breach' : 'without a breach'),
  breachedStage: ({ breachedStage = '' }) => `breach of ${breachedStage}`,
  minStageAgeSeconds: ({ minStageAgeSeconds = 0 }) => `in its status for ${spanText(minStageAgeSeconds)} or more`,
  placedFrom: ({ placedFrom = '' }) => `placed from ${fullTime(placedFrom).slice(0, 16)}`,
  placedTo: ({ placedTo = '' }) => `placed before ${fullTime(placedTo).slice(0, 16)}`,
  closedFrom: ({ closedFrom = '' }) => `closed from ${fullTime(closedFrom).slice(0, 16)}`,
  closedTo: ({ closedTo = '' }) => `closed before ${fullTime(closedTo).slice(0, 16)}`,
};

export function FilterPills({ query, onChange }: FilterProps) {
  const set = keysOf(conditionsOf(query) as Readonly<Record<keyof OrderQuery, unknown>>);
  if (set.length === 0) return null;
  return (
    <Group gap={6} px="sm" pb={8}>
      {set.map((name) => (
        <Pill
          key={name}
          withRemoveButton
          onRemove={() => onChange(having(query, name, undefined))}
          removeButtonProps={{ 'aria-label': `Remove ${PILL_TEXTS[name]?.(query) ?? name}` }}
        >
          {PILL_TEXTS[name]?.(query) ?? name}
        </Pill>
      ))}

      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onChange({})}>
        Clear all
      </Button>
    </Group>
  );
}
