/** From frozen to running: the dry run, the rehearsal where the definition has changed, the run, and its stop. */
import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { type ApiError, asApiError, write } from '../../api/client.ts';
import type { Rehearsal, ReplayForecast, ReplayJob } from '../../api/shapes.ts';
import { countText, spanText } from '../../logic/format.ts';
import { Card, ProblemPanel } from '../../parts/panels.tsx';
import { OrderLink } from '../../parts/words.tsx';
import { useMayOperate } from '../../session.ts';

/** Runs one call at a time and keeps what went wrong. */
function useAct() {
  const [busy, setBusy] = useState<string>();
  const [problem, setProblem] = useState<ApiError>();
  const act = async (name: string, action: () => Promise<unknown>): Promise<void> => {
    setBusy(name);
    setProblem(undefined);
    try {
      await action();
    } catch (error) {
      setProblem(asApiError(error));
    } finally {
      setBusy(undefined);
    }
  };
  return { busy, problem, act };
}

const TITLES: Readonly<Record<ReplayJob['state'], string>> = {
  FROZEN: 'Nothing has run yet',
  RUNNING: 'It runs',
  STOPPED: 'It was stopped',
  DONE: 'It is done',
};

export function JobSteps({ job, onChanged }: { readonly job: ReplayJob; readonly onChanged: () => void }) {
  const path = `/replays/${encodeURIComponent(job.jobId)}`;
  const { busy, problem, act } = useAct();
  const [forecast, setForecast] = useState<ReplayForecast>();
  const [rehearsal, setRehearsal] = useState<Rehearsal>();
  const mayOperate = useMayOperate();
  const isRunning = job.state === 'RUNNING';
  const needsRehearsal = job.mode === 'resume' || (forecast?.willResume ?? 0) > 0;
  const isClear = forecast !== undefined && (!needsRehearsal || rehearsal !== undefined);
  return (
    <Card title={TITLES[job.state]}>
      <Stack p="sm" gap="sm">
        <Group gap={8}>
          {isRunning ? (
            <Button
              size="xs"
              variant="default"
              loading={busy === 'stop'}
              disabled={!mayOperate}
              onClick={() => act('stop', () => write(`${path}/stop`).then(onChanged))}
            >
              Stop after the ones that are under way
            </Button>
          ) : (
            <>
              <Button
                size="xs"
                variant={forecast === undefined ? 'filled' : 'default'}
                loading={busy === 'forecast'}
                onClick={() => act('forecast', () => write<ReplayForecast>(`${path}/forecast`).then(setForecast))}
              >
                Dry run
              </Button>
              {needsRehearsal ? (
                <Button
                  size="xs"
                  variant={forecast !== undefined && rehearsal === undefined ? 'filled' : 'default'}
                  loading={busy === 'rehearse'}
                  onClick={() =>
                    act('rehearse', () => write<Rehearsal>('/rehearse', { jobId: job.jobId }).then(setRehearsal))
                  }
                >
                  Rehearse
                </Button>
              ) : null}
              <Button
                size="xs"
                variant={isClear ? 'filled' : 'default'}
                loading={busy === 'run'}
                disabled={!isClear || !mayOperate}
                onClick={() => act('run', () => write(`${path}/run`).then(onChanged))}
              >
                {job.state === 'STOPPED' ? 'Go on' : 'Replay'} {countText(job.counts.PENDING)}{' '}
                {job.counts.PENDING === 1 ? 'order' : 'orders'}
              </Button>
              {isClear ? null : (
                <Text size="xs" className="po-quiet">
                  {needsRehearsal ? 'The dry run and the rehearsal come first.' : 'The dry run comes first.'}
                </Text>
              )}
            </>
          )}
        </Group>
        {problem === undefined ? null : <ProblemPanel problem={problem} />}
        {forecast === undefined || isRunning ? null : <Forecast forecast={forecast} />}
        {rehearsal === undefined || isRunning ? null : <RehearsalResult rehearsal={rehearsal} />}
      </Stack>
    </Card>
  );
}

function Forecast({ forecast }: { readonly forecast: ReplayForecast }) {
  const { willRedrive, willResume, refused, seconds, total, underOlderDefinition: older } = forecast;
  return (
    <Alert color={refused.length === 0 ? 'teal' : 'orange'} variant="light" title="Dry run: nothing was done">
      <Text size="sm">
        Of {countText(total)}: {countText(willRedrive)} will be redriven, {countText(willResume)} resumed, in about{' '}
        {spanText(seconds)}.
      </Text>
      {older === undefined ? null : (
        <Text size="sm" mt={6}>
          {countText(older.count)} of {countText(older.of)} executions looked at began under another definition than is
          deployed now: a redrive goes on under that one. If the definition was repaired, resume them instead.
        </Text>
      )}
      {refused.length === 0 ? null : (
        <List size="sm" mt={6}>
          {refused.map(({ reason, count, examples }) => (
            <List.Item key={reason}>
              {countText(count)} will be left alone: {reason}
              <Group gap={8}>
                {examples.slice(0, 5).map((orderId) => (
                  <OrderLink key={orderId} orderId={orderId} />
                ))}
              </Group>
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}

function RehearsalResult({ rehearsal }: { readonly rehearsal: Rehearsal }) {
  const { total, passed, failed } = rehearsal;
  return (
    <Alert
      color={failed.length === 0 ? 'teal' : 'red'}
      variant="light"
      title="Rehearsal on the definition as it is now"
    >
      <Text size="sm">
        {countText(passed)} of {countText(total)} recorded inputs lead on from their failed state.
      </Text>
      {failed.slice(0, 20).map(({ orderId, state, reason }) => (
        <Group key={orderId} gap={8}>
          <OrderLink orderId={orderId} />
          <Text size="sm">
            {state}: {reason}
          </Text>
        </Group>
      ))}
    </Alert>
  );
}
