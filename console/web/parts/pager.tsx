/** Which rows of how many, with steps to the next page; `[` and `]` do the same. */
import { Button, Group, Select, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { countText } from '../logic/format.ts';
import { isTyping } from './shortcuts.tsx';

export function Pager({
  offset,
  limit,
  total,
  onMove,
  onLimit,
}: {
  readonly offset: number;
  readonly limit: number;
  readonly total: number;
  readonly onMove: (offset: number) => void;
  readonly onLimit?: (limit: number) => void;
}) {
  const last = Math.max(0, Math.floor((total - 1) / limit) * limit);
  const before = Math.max(0, offset - limit);
  const after = Math.min(last, offset + limit);
  const latest = useRef({ before, after, offset, onMove });
  latest.current = { before, after, offset, onMove };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const to = event.key === '[' ? latest.current.before : event.key === ']' ? latest.current.after : undefined;
      if (to !== undefined && to !== latest.current.offset) latest.current.onMove(to);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <Group justify="space-between" px="sm" py={6} gap="xs">
      <Text size="xs" className="po-quiet" aria-live="polite">
        {total === 0
          ? 'None'
          : `${countText(offset + 1)}–${countText(Math.min(total, offset + limit))} of ${countText(total)}`}
      </Text>
      <Group gap={4}>
        {onLimit === undefined ? null : (
          <Select
            size="xs"
            w={84}
            aria-label="Rows on a page"
            data={['25', '50', '100', '500']}
            value={`${limit}`}
            allowDeselect={false}
            onChange={(value) => onLimit(Number(value))}
          />
        )}
        <Button size="xs" variant="default" disabled={offset <= 0} onClick={() => onMove(0)}>
          First
        </Button>
        <Button size="xs" variant="default" disabled={offset <= 0} onClick={() => onMove(before)}>
          Previous
        </Button>
        <Button size="xs" variant="default" disabled={offset >= last} onClick={() => onMove(after)}>
          Next
        </Button>
      </Group>
    </Group>
  );
}
