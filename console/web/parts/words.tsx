/** Small pieces of text that appear everywhere: a status, a promise, an order's id, a time, a span. */
import { Badge, Box, CopyButton, Group, Text, Tooltip, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { PromiseState } from '../api/shapes.ts';
import { clockText, fullTime, prettyJson, shortId } from '../logic/format.ts';
import { PROMISE_WORDS, STATUS_WORDS, type Tone, type Word, wordOf } from '../logic/vocabulary.ts';
import { TONE_COLORS, TONE_VARIABLES } from '../theme.ts';

export function Dot({ tone }: { readonly tone: Tone }) {
  return <span className="po-dot" style={{ background: TONE_VARIABLES[tone] }} aria-hidden="true" />;
}

export function WordBadge({ word }: { readonly word: Word }) {
  return (
    <Badge size="sm" variant="light" color={TONE_COLORS[word.tone]} tt="none" fw={500} miw="max-content">
      {word.label}
    </Badge>
  );
}

export const StatusBadge = ({ status }: { readonly status: string }) => (
  <WordBadge word={wordOf(STATUS_WORDS, status)} />
);

/** A dot and a word: beside the status badge a second badge would be too loud. */
export function PromiseText({ state }: { readonly state: PromiseState }) {
  const word = PROMISE_WORDS[state];
  return (
    <Group gap={6} wrap="nowrap" component="span" display="inline-flex">
      <Dot tone={word.tone} />
      {word.label}
    </Group>
  );
}

export function OrderLink({ orderId, isWhole = false }: { readonly orderId: string; readonly isWhole?: boolean }) {
  return (
    <Text component={Link} href={`/orders/${encodeURIComponent(orderId)}`} className="po-mono" c="cyan" title={orderId}>
      {isWhole ? orderId : shortId(orderId)}
    </Text>
  );
}

/** Brief in tables: without the seconds. */
export function When({
  at,
  now,
  isBrief = false,
}: {
  readonly at: string;
  readonly now?: string;
  readonly isBrief?: boolean;
}) {
  const text = clockText(at, now);
  return (
    <time dateTime={at} title={`${fullTime(at)} UTC`}>
      {isBrief && text.length === 8 ? text.slice(0, 5) : text}
    </time>
  );
}

/** Shown in full, copied on a click. */
export function CopyText({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `Copy ${label}`} withArrow>
          <UnstyledButton onClick={copy} className="po-mono" aria-label={`Copy ${label} ${text}`}>
            {text}
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** Text of an input or output, indented when it is JSON. */
export function JsonText({ text, label }: { readonly text: string | undefined; readonly label: string }) {
  if (text === undefined || text === '') return <Text className="po-quiet" size="sm">{`No ${label}.`}</Text>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by the keyboard
    <pre className="po-json" tabIndex={0} title={label}>
      {prettyJson(text)}
    </pre>
  );
}

/** Name above value, for heads of pages. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Box miw={0}>
      <Text size="xs" className="po-quiet">
        {name}
      </Text>
      <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Box>
  );
}
