/** The conditions that are set more rarely, in a panel. */
import { Button, NumberInput, Popover, Select, SimpleGrid, TextInput } from '@mantine/core';
import type { Tier, VerdictCode } from '../../../../domain/index.ts';
import { fieldFromIso, isoFromField } from '../../logic/format.ts';
import { STAGE_WORDS, VERDICT_WORDS } from '../../logic/vocabulary.ts';
import { Icon } from '../../parts/icons.tsx';
import { choices, type FilterProps, having } from './filter-query.ts';

export function MoreFilters(props: FilterProps) {
  return (
    <Popover width={460} position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<Icon name="filter" size={13} />}>
          More
        </Button>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 24px)">
        <SimpleGrid cols={2} spacing={8} verticalSpacing={8}>
          <IdField {...props} name="customerId" label="Customer" />
          <IdField {...props} name="driverId" label="Driver" />
          <IdField {...props} name="routeId" label="Route" />
          <IdField {...props} name="vehicleId" label="Vehicle" />
          <TierAndAge {...props} />
          <Verdicts {...props} />
          <TimeField {...props} name="placedFrom" label="Placed from" />
          <TimeField {...props} name="placedTo" label="Placed before" />
          <TimeField {...props} name="closedFrom" label="Closed from" />
          <TimeField {...props} name="closedTo" label="Closed before" />
        </SimpleGrid>
      </Popover.Dropdown>
    </Popover>
  );
}

type Named<Name extends string> = FilterProps & { readonly name: Name; readonly label: string };

/** Taken over on Enter or when left: half an id would match nothing. */
function IdField({ query, onChange, name, label }: Named<'customerId' | 'driverId' | 'routeId' | 'vehicleId'>) {
  return (
    <TextInput
      size="xs"
      label={label}
      key={query[name] ?? ''}
      defaultValue={query[name] ?? ''}
      onBlur={(event) => {
        const value = event.currentTarget.value.trim();
        if (value !== (query[name] ?? '')) onChange(having(query, name, value));
      }}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  );
}

function TimeField({ query, onChange, name, label }: Named<'placedFrom' | 'placedTo' | 'closedFrom' | 'closedTo'>) {
  return (
    <TextInput
      size="xs"
      type="datetime-local"
      label={`${label} (UTC)`}
      value={fieldFromIso(query[name])}
      onChange={(event) => onChange(having(query, name, isoFromField(event.currentTarget.value)))}
    />
  );
}

function YesNo({ query, onChange, name, label }: Named<'perfect' | 'breached'>) {
  return (
    <Select
      size="xs"
      label={label}
      placeholder="Either"
      clearable
      data={[
        { value: 'true', label: 'Yes' },
        { value: 'false', label: 'No' },
      ]}
      value={query[name] === undefined ? null : String(query[name])}
      onChange={(value) => onChange(having(query, name, value === null ? undefined : value === 'true'))}
    />
  );
}

function TierAndAge({ query, onChange }: FilterProps) {
  return (
    <>
      <Select
        size="xs"
        label="Tier"
        placeholder="Any"
        clearable
        data={['standard', 'express']}
        value={query.tier ?? null}
        onChange={(value) => onChange(having(query, 'tier', (value ?? undefined) as Tier | undefined))}
      />
      <NumberInput
        size="xs"
        label="Minutes in its status, at least"
        min={0}
        allowDecimal={false}
        value={query.minStageAgeSeconds === undefined ? '' : Math.round(query.minStageAgeSeconds / 60)}
        onChange={(value) =>
          onChange(having(query, 'minStageAgeSeconds', typeof value === 'number' ? value * 60 : undefined))
        }
      />
    </>
  );
}

function Verdicts({ query, onChange }: FilterProps) {
  return (
    <>
      <YesNo query={query} onChange={onChange} name="perfect" label="Perfect" />
      <Select
        size="xs"
        label="Not perfect because"
        placeholder="Any reason"
        clearable
        data={choices(VERDICT_WORDS)}
        value={query.reason ?? null}
        onChange={(value) => onChange(having(query, 'reason', (value ?? undefined) as VerdictCode | undefined))}
      />
      <YesNo query={query} onChange={onChange} name="breached" label="Has a breach" />
      <Select
        size="xs"
        label="Breach of stage"
        placeholder="Any"
        clearable
        data={choices(STAGE_WORDS)}
        value={query.breachedStage ?? null}
        onChange={(value) => onChange(having(query, 'breachedStage', value ?? undefined))}
      />
    </>
  );
}
