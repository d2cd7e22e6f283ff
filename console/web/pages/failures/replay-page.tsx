/** One replay job from frozen to done: dry run, rehearsal, run with progress, and the report of every item. */
import { Group, Progress, Stack, Text } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useState } from 'react';
import { Link } from 'wouter';
import { useLive, useRead } from '../../api/hooks.ts';
import type { ReplayJob } from '../../api/shapes.ts';
import { countText, fullTime, shareText } from '../../logic/format.ts';
import { ITEM_WORDS, keysOf } from '../../logic/vocabulary.ts';
import { Shown } from '../../parts/panels.tsx';
import { Fact, WordBadge } from '../../parts/words.tsx';
import { TONE_VARIABLES } from '../../theme.ts';
import { JobItems } from './job-items.tsx';
import { JobSteps } from './job-steps.tsx';
import { JOB_WORDS } from './job-words.ts';

export function ReplayPage({ jobId }: { readonly jobId: string }) {
  useDocumentTitle(`Replay ${jobId} · Perfect Order`);
  const path = `/replays/${encodeURIComponent(jobId)}`;
  const reading = useRead<ReplayJob>(path);
  const [live, setLive] = useState<ReplayJob>();
  useLive('job', (job) => job.jobId === jobId && setLive(job));
  return (
    <Stack gap={10}>
      <Shown reading={reading} what="the replay">
        {(data) => {
          const job = live ?? data;
          return (
            <>
              <JobHead job={job} />
              {job.state === 'DONE' ? null : (
                <JobSteps
                  job={job}
                  onChanged={() => {
                    setLive(undefined);
                    reading.reload();
                  }}
                />
              )}
              <JobItems job={job} />
            </>
          );
        }}
      </Shown>
    </Stack>
  );
}

function JobHead({ job }: { readonly job: ReplayJob }) {
  const settled = job.counts.SUCCEEDED + job.counts.FAILED_AGAIN + job.counts.SKIPPED + job.counts.REFUSED;
  return (
    <section className="po-card" style={{ padding: '10px 12px' }} aria-label="The replay">
      <Group gap={10} mb={8}>
        <Text component={Link} href="/failures" size="sm" c="cyan">
          Failures
        </Text>
        <Text component="h1" fw={600} size="md" m={0}>
          Replay <span className="po-mono">{job.jobId}</span>
        </Text>
        <WordBadge word={JOB_WORDS[job.state]} />
      </Group>
      <Group gap="xl" style={{ rowGap: 8 }}>
        <Fact name="Orders">{countText(job.total)}</Fact>
        <Fact name="Way">{job.mode}</Fact>
        <Fact name="At most">{job.ratePerSecond} a second</Fact>
        <Fact name="Frozen">{fullTime(job.createdAt).slice(0, 19)}</Fact>
        <Fact name="By">
          <span title={job.by}>{job.by.split('/').at(-1)}</span>
        </Fact>
        <Fact name="Reason">{job.why}</Fact>
      </Group>
      <Progress.Root size={14} mt={12} aria-label={`${settled} of ${job.total} settled`}>
        {keysOf(ITEM_WORDS).map((state) =>
          job.counts[state] === 0 || state === 'PENDING' ? null : (
            <Progress.Section
              key={state}
              value={(100 * job.counts[state]) / Math.max(1, job.total)}
              color={TONE_VARIABLES[ITEM_WORDS[state].tone]}
              aria-label={ITEM_WORDS[state].label}
            />
          ),
        )}
      </Progress.Root>
      <Text size="xs" className="po-quiet" mt={4} aria-live="polite">
        {countText(settled)} of {countText(job.total)} settled ({shareText(settled / Math.max(1, job.total))})
      </Text>
    </section>
  );
}
