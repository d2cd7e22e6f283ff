/**
 * The states a panel can be in besides showing something: loading, empty, in trouble. Trouble always says what went
 * wrong and what to do, and offers to try again.
 */
import { Alert, Box, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ApiError } from '../api/client.ts';
import type { Reading } from '../api/hooks.ts';

export function LoadingPanel({ what, lines = 4 }: { readonly what: string; readonly lines?: number }) {
  return (
    <Stack gap={8} p="md" role="status" aria-label={`Loading ${what}`}>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
        <Skeleton key={index} height={14} width={`${90 - ((index * 17) % 40)}%`} radius="sm" />
      ))}
    </Stack>
  );
}

export function EmptyPanel({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <Stack gap={4} align="center" p="xl">
      <Text fw={600}>{title}</Text>
      <Box className="po-quiet" fz="sm" ta="center" maw={520}>
        {children}
      </Box>
    </Stack>
  );
}

export function ProblemPanel({ problem, onRetry }: { readonly problem: ApiError; readonly onRetry?: () => void }) {
  return (
    <Alert color="red" variant="light" title={problem.message} m="sm" role="alert">
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          <Marked text={problem.remedy} /> <span className="po-quiet">({problem.code})</span>
        </Text>
        {onRetry === undefined ? null : (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** Text whose commands stand between backticks, as the command line prints it too. */
function Marked({ text }: { readonly text: string }) {
  return text
    .split(/`([^`]+)`/)
    .map((part, index) => (index % 2 === 0 ? part : <code key={`${part} ${text.indexOf(part)}`}>{part}</code>));
}

/** Shows what was read; while it is not there yet, or could not be read, says so. What is old stays, with a notice. */
export function Shown<T>({
  reading,
  what,
  children,
}: {
  readonly reading: Reading<T>;
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}) {
  const { data, error, reload } = reading;
  return (
    <>
      {error === undefined ? null : <ProblemPanel problem={error} onRetry={reload} />}
      {data === undefined ? error === undefined ? <LoadingPanel what={what} /> : null : children(data)}
    </>
  );
}

export function Card({
  title,
  side,
  children,
  label,
}: {
  readonly title?: ReactNode;
  readonly side?: ReactNode;
  readonly children: ReactNode;
  /** Name for screen readers where the title is not text. */
  readonly label?: string;
}) {
  return (
    <section className="po-card" {...(label === undefined ? {} : { 'aria-label': label })}>
      {title === undefined ? null : (
        <Group className="po-card-head" justify="space-between" gap="xs" wrap="wrap">
          <Text component="h2" fw={600} size="sm" m={0}>
            {title}
          </Text>
          {side}
        </Group>
      )}
      {children}
    </section>
  );
}
