/**
 * The way an execution took: its graph beside what a chosen state took in and gave out, and its raw history. An order
 * that was resumed has several executions; one that a task started opens in place, with the way back above it.
 */
import { Alert, Anchor, Breadcrumbs, Button, Checkbox, Grid, Group, Select, Tabs, Text } from '@mantine/core';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { type ApiError, asApiError, read } from '../../api/client.ts';
import type { ExecutionView, StateVisit } from '../../api/shapes.ts';
import { countText } from '../../logic/format.ts';
import { Card, LoadingPanel, ProblemPanel } from '../../parts/panels.tsx';
import { CopyText, When } from '../../parts/words.tsx';
import { HistoryList } from './history-list.tsx';
import { StateDetail } from './state-detail.tsx';

const StateGraph = lazy(() => import('./state-graph.tsx').then((part) => ({ default: part.StateGraph })));

interface PanelProps {
  readonly executions: readonly ExecutionView[];
  /** `ref` of what was chosen in the timeline: `<arn of the execution>#<id of its StateEntered event>` for a state. */
  readonly selected?: string;
  readonly wait?: { readonly awaits: string; readonly openedAt: string };
}

export function ExecutionPanel({ executions, selected, wait }: PanelProps) {
  const [chosenArn, chooseArn] = useState<string>();
  const [nested, setNested] = useState<readonly ExecutionView[]>([]);
  const [problem, setProblem] = useState<ApiError>();
  useEffect(() => {
    const arn = executions.find(({ executionArn }) => selected?.startsWith(`${executionArn}#`))?.executionArn;
    if (arn === undefined) return;
    chooseArn(arn);
    setNested([]);
  }, [executions, selected]);
  const own = executions.find(({ executionArn }) => executionArn === chosenArn) ?? executions.at(-1);
  const execution = nested.at(-1) ?? own;
  if (execution === undefined) return null;
  const openChild = async (arn: string): Promise<void> => {
    setProblem(undefined);
    try {
      const child = await read<ExecutionView>(`/executions/${encodeURIComponent(arn)}`);
      setNested((before) => [...before, child]);
    } catch (error) {
      setProblem(asApiError(error));
    }
  };
  return (
    <Card
      title={
        <Breadcrumbs separator="›" separatorMargin={6}>
          {[own, ...nested].map((each, index) =>
            each === undefined ? null : (
              <Anchor
                key={each.executionArn}
                component="button"
                type="button"
                size="sm"
                fw={600}
                c={index === nested.length ? 'inherit' : 'cyan'}
                onClick={() => setNested((before) => before.slice(0, index))}
              >
                {each.machine}
              </Anchor>
            ),
          )}
        </Breadcrumbs>
      }
      label="Execution"
      side={
        <Group gap={8}>
          {executions.length > 1 && nested.length === 0 ? (
            <Select
              size="xs"
              w={260}
              aria-label="Execution"
              data={executions.map(({ executionArn, name, status }) => ({
                value: executionArn,
                label: `${name}, ${status}`,
              }))}
              value={execution.executionArn}
              allowDeselect={false}
              onChange={(value) => chooseArn(value ?? undefined)}
            />
          ) : null}
          <ExecutionLinks execution={execution} />
        </Group>
      }
    >
      {problem === undefined ? null : <ProblemPanel problem={problem} />}
      <ExecutionBody
        key={execution.executionArn}
        execution={execution}
        onOpenChild={openChild}
        {...(nested.length > 0 || selected === undefined ? {} : { selected })}
        {...(nested.length > 0 || wait === undefined ? {} : { wait })}
      />
    </Card>
  );
}

function ExecutionLinks({ execution }: { readonly execution: ExecutionView }) {
  const links = [
    { href: execution.consoleUrl, label: 'AWS console' },
    { href: execution.traceUrl, label: 'X-Ray' },
  ];
  return links.map(({ href, label }) =>
    href === undefined ? null : (
      <Button
        key={label}
        component="a"
        href={href}
        target="_blank"
        rel="noreferrer"
        size="compact-xs"
        variant="default"
      >
        {label}
      </Button>
    ),
  );
}

function ExecutionBody({
  execution,
  selected,
  wait,
  onOpenChild,
}: {
  readonly execution: ExecutionView;
  readonly selected?: string;
  readonly wait?: PanelProps['wait'];
  readonly onOpenChild: (arn: string) => void;
}) {
  const [name, setName] = useState<string | undefined>(() => lastState(execution));
  const [visitId, setVisitId] = useState<number>();
  useEffect(() => {
    const refOf = ({ enteredEventId }: StateVisit): string => `${execution.executionArn}#${enteredEventId}`;
    const visit = execution.visits.find((each) => refOf(each) === selected);
    if (visit === undefined) return;
    setName(visit.state);
    setVisitId(visit.enteredEventId);
  }, [selected, execution.executionArn, execution.visits]);
  const visits = useMemo(() => execution.visits.filter(({ state }) => state === name), [execution.visits, name]);
  const chosen = visits.find(({ enteredEventId }) => enteredEventId === visitId) ?? visits.at(-1);
  return (
    <Tabs defaultValue="graph" keepMounted={false}>
      <Tabs.List px="xs">
        <Tabs.Tab value="graph">Path taken</Tabs.Tab>
        <Tabs.Tab value="history">History ({countText(execution.eventCount)})</Tabs.Tab>
        <Tabs.Tab value="facts">Execution</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="graph">
        <Grid gap={0}>
          <Grid.Col span={{ base: 12, md: 7 }}>
            <GraphColumn
              execution={execution}
              {...(name === undefined ? {} : { selected: name })}
              onSelect={(state) => {
                setName(state);
                setVisitId(undefined);
              }}
            />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 5 }} style={{ borderLeft: '1px solid var(--po-line)' }}>
            <StateDetail
              {...(name === undefined ? {} : { name })}
              visits={visits}
              {...(chosen === undefined ? {} : { visit: chosen })}
              {...(wait === undefined ? {} : { wait })}
              onVisit={setVisitId}
              onOpenChild={onOpenChild}
            />
          </Grid.Col>
        </Grid>
      </Tabs.Panel>
      <Tabs.Panel value="history">
        <HistoryList executionArn={execution.executionArn} total={execution.eventCount} />
      </Tabs.Panel>
      <Tabs.Panel value="facts" p="sm">
        <ExecutionFacts execution={execution} />
      </Tabs.Panel>
    </Tabs>
  );
}

function GraphColumn(props: {
  readonly execution: ExecutionView;
  readonly selected?: string;
  readonly onSelect: (state: string) => void;
}) {
  const { execution, selected, onSelect } = props;
  const [isWhole, setWhole] = useState(false);
  return (
    <>
      <Group px="sm" py={6}>
        <Checkbox
          size="xs"
          label="Show catchers that caught nothing"
          checked={isWhole}
          onChange={(event) => setWhole(event.currentTarget.checked)}
        />
      </Group>
      <Suspense fallback={<LoadingPanel what="the graph" lines={8} />}>
        <StateGraph
          definition={execution.definition}
          visits={execution.visits}
          isWhole={isWhole}
          {...(selected === undefined ? {} : { selected })}
          onSelect={onSelect}
        />
      </Suspense>
    </>
  );
}

/** Where the eye should go first: what is open, else what failed, else the last. */
function lastState({ visits }: ExecutionView): string | undefined {
  const having = (outcome: StateVisit['outcome']) => visits.findLast((visit) => visit.outcome === outcome);
  return (having('open') ?? having('failed') ?? visits.at(-1))?.state;
}

function ExecutionFacts({ execution }: { readonly execution: ExecutionView }) {
  return (
    <>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        <CopyText text={execution.executionArn} label="the ARN" />
      </Text>
      <Text size="sm" mt={6}>
        {execution.status}, started <When at={execution.startedAt} />
        {execution.stoppedAt === undefined ? '' : ', stopped '}
        {execution.stoppedAt === undefined ? null : <When at={execution.stoppedAt} />}, redriven{' '}
        {execution.redriveCount} {execution.redriveCount === 1 ? 'time' : 'times'},{' '}
        {execution.redriveStatus.toLowerCase().replaceAll('_', ' ')}
        {execution.redriveStatusReason === undefined ? '' : `: ${execution.redriveStatusReason}`}
      </Text>
      {execution.error === undefined ? null : (
        <Alert color="red" variant="light" mt="sm" title={execution.error}>
          {execution.cause}
        </Alert>
      )}
    </>
  );
}
