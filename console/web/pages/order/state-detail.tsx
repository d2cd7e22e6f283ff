/** What one pass through a state took in and gave out, each attempt with its error, and the wait that is open in it. */
import { Alert, Box, Button, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { StateAttempt, StateVisit } from '../../api/shapes.ts';
import { between, causeText, clockText, fullTime } from '../../logic/format.ts';
import type { Tone } from '../../logic/vocabulary.ts';
import { EmptyPanel } from '../../parts/panels.tsx';
import { JsonText, WordBadge } from '../../parts/words.tsx';

const OUTCOME_TONES: Readonly<Record<StateVisit['outcome'] | StateAttempt['outcome'], Tone>> = {
  succeeded: 'good',
  caught: 'warn',
  failed: 'bad',
  'timed-out': 'bad',
  aborted: 'bad',
  open: 'moving',
};

export function StateDetail({
  name,
  visits,
  visit,
  wait,
  onVisit,
  onOpenChild,
}: {
  readonly name?: string;
  readonly visits: readonly StateVisit[];
  readonly visit?: StateVisit;
  readonly wait?: { readonly awaits: string; readonly openedAt: string };
  readonly onVisit: (eventId: number) => void;
  readonly onOpenChild: (arn: string) => void;
}) {
  if (name === undefined) return <EmptyPanel title="Choose a state" />;
  if (visit === undefined) return <EmptyPanel title={name}>The execution has not been here.</EmptyPanel>;
  return (
    <Stack gap={10} p="sm" aria-label={`State ${name}`} component="section" className="po-state-detail">
      <Group justify="space-between" gap="xs">
        <Group gap={8}>
          <Text fw={600} size="sm">
            {name}
          </Text>
          <WordBadge word={{ label: visit.outcome, tone: OUTCOME_TONES[visit.outcome] }} />
        </Group>
        {visits.length > 1 ? (
          <Select
            size="xs"
            w={190}
            aria-label="Visit"
            data={visits.map(({ enteredEventId, enteredAt, path }, index) => ({
              value: `${enteredEventId}`,
              label: `${index + 1} of ${visits.length}, ${path.at(-1) ?? clockText(enteredAt)}`,
            }))}
            value={`${visit.enteredEventId}`}
            allowDeselect={false}
            searchable={visits.length > 12}
            onChange={(value) => onVisit(Number(value))}
          />
        ) : null}
      </Group>
      <Text size="sm">
        <span className="po-mono">{fullTime(visit.enteredAt)}</span>
        {stayText(visit)}
        {visit.next === undefined ? '' : `, then ${visit.next}`}
        {visit.path.length > 0 ? `, in ${visit.path.join(' › ')}` : ''}
      </Text>
      {wait !== undefined && visit.outcome === 'open' ? (
        <Alert color="blue" variant="light" py={6}>
          Waits for {wait.awaits} since {fullTime(wait.openedAt)}
        </Alert>
      ) : null}
      {visit.attempts.map((attempt) => (
        <Attempt key={attempt.number} attempt={attempt} of={visit.attempts.length} onOpenChild={onOpenChild} />
      ))}
      <Data visit={visit} />
    </Stack>
  );
}

/** How long it took; what failed was never left, and ended with its last attempt. */
function stayText({ enteredAt, exitedAt, attempts, outcome }: StateVisit): string {
  if (outcome === 'open') return ', not left yet';
  const endedAt = exitedAt ?? attempts.at(-1)?.endedAt;
  return endedAt === undefined ? '' : `, ${between(enteredAt, endedAt)}`;
}

function Data({ visit }: { readonly visit: StateVisit }) {
  const [side, setSide] = useState<'input' | 'output'>('input');
  return (
    <Box>
      <SegmentedControl
        size="xs"
        mb={6}
        aria-label="Input or output"
        value={side}
        onChange={(value) => setSide(value === 'output' ? 'output' : 'input')}
        data={[
          { value: 'input', label: 'Input' },
          { value: 'output', label: 'Output' },
        ]}
      />
      <JsonText text={side === 'input' ? visit.input : visit.output} label={side} />
    </Box>
  );
}

function Attempt({
  attempt,
  of,
  onOpenChild,
}: {
  readonly attempt: StateAttempt;
  readonly of: number;
  readonly onOpenChild: (arn: string) => void;
}) {
  const { childExecutionArn } = attempt;
  return (
    <Box style={{ borderLeft: '2px solid var(--po-line)', paddingLeft: 10 }}>
      <Group gap={8} wrap="wrap">
        <Text size="sm" fw={500}>
          {of > 1 ? `Attempt ${attempt.number} of ${of}` : 'One attempt'}
        </Text>
        <WordBadge word={{ label: attempt.outcome, tone: OUTCOME_TONES[attempt.outcome] }} />
        <Text size="xs" className="po-quiet">
          {attempt.resource}
          {attempt.usesToken ? ', answered by token' : ''}
        </Text>
        {childExecutionArn === undefined ? null : (
          <Button size="compact-xs" variant="light" onClick={() => onOpenChild(childExecutionArn)}>
            Open the execution it started
          </Button>
        )}
      </Group>
      <Text size="xs" className="po-quiet">
        scheduled {fullTime(attempt.scheduledAt)}
        {attempt.submittedAt === undefined
          ? ''
          : `, waiting from ${clockText(attempt.submittedAt, attempt.scheduledAt)}`}
        {attempt.endedAt === undefined ? '' : `, ended after ${between(attempt.scheduledAt, attempt.endedAt)}`}
      </Text>
      {attempt.error === undefined ? null : (
        <Text size="sm" c="red" style={{ overflowWrap: 'anywhere' }}>
          {attempt.error}
          {attempt.cause === undefined || attempt.cause === '' ? '' : `: ${causeText(attempt.cause)}`}
        </Text>
      )}
    </Box>
  );
}
