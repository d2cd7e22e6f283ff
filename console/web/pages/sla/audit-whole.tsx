/** The headline: perfect-order share, its four parts, what missed it and why, targets, and the product index. */
import { Box, Grid, Group, Progress, RingProgress, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { VerdictPart } from '../../../../domain/index.ts';
import type { AuditReport, OrderQuery } from '../../api/shapes.ts';
import { countText, shareText } from '../../logic/format.ts';
import { boardLink } from '../../logic/query-address.ts';
import { keysOf, PART_WORDS, VERDICT_WORDS } from '../../logic/vocabulary.ts';
import { Card, EmptyPanel } from '../../parts/panels.tsx';
import { Fact, WordBadge } from '../../parts/words.tsx';

export type Period = Pick<OrderQuery, 'closedFrom' | 'closedTo'>;

export function AuditWhole({ report, period }: { readonly report: AuditReport; readonly period: Period }) {
  const { whole, targets } = report;
  return (
    <Grid gap={10}>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Card title="Perfect orders (SCOR RL.1.1)">
          <Group p="sm" gap="md" wrap="nowrap" align="center">
            <RingProgress
              size={124}
              thickness={12}
              roundCaps
              sections={[{ value: 100 * (whole.perfectShare ?? 0), color: 'var(--po-good)' }]}
              aria-label={`Perfect-order share ${shareText(whole.perfectShare)}`}
              label={
                <Text ta="center" fw={700} size="lg">
                  {shareText(whole.perfectShare)}
                </Text>
              }
            />
            <Box flex={1} miw={0}>
              {keysOf(PART_WORDS).map((part) => (
                <PartBar key={part} part={part} share={whole.parts[part]} />
              ))}
            </Box>
          </Group>
          <Group px="sm" pb="sm" gap="lg" style={{ rowGap: 6 }}>
            <Fact name="Perfect">
              <Text component={Link} href={boardLink({ ...period, perfect: true })} size="sm" c="cyan">
                {countText(whole.perfect)}
              </Text>{' '}
              of {countText(whole.counted)}
            </Fact>
            <Fact name="Not perfect">
              <Text component={Link} href={boardLink({ ...period, perfect: false })} size="sm" c="cyan">
                {countText(whole.counted - whole.perfect)}
              </Text>
            </Fact>
            <Fact name="Excluded">
              <Text component={Link} href={boardLink({ ...period, promiseState: ['EXCLUDED'] })} size="sm" c="cyan">
                {countText(whole.excluded)}
              </Text>
            </Fact>
            <Fact name="OTIF">{shareText(whole.otif)}</Fact>
            <Fact name="Product of the four rates (APQC index)">{shareText(whole.apqcIndex)}</Fact>
          </Group>
        </Card>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: targets.length > 0 ? 4 : 7 }}>
        <Reasons report={report} period={period} />
      </Grid.Col>
      {targets.length === 0 ? null : (
        <Grid.Col span={{ base: 12, md: 3 }}>
          <Card title="Targets">
            <Stack gap={8} p="sm">
              {targets.map(({ metric, target, value, met }) => (
                <Group key={metric} justify="space-between" gap="xs">
                  <Text size="sm">{metric}</Text>
                  <Text size="sm" className="po-quiet">
                    {figure(value)} of {figure(target)}
                  </Text>
                  <WordBadge word={met ? { label: 'Met', tone: 'good' } : { label: 'Missed', tone: 'bad' }} />
                </Group>
              ))}
            </Stack>
          </Card>
        </Grid.Col>
      )}
    </Grid>
  );
}

/** Shares as per cent; what is above 1 is no share. */
const figure = (value: number | null): string =>
  value !== null && value > 1 ? countText(Math.round(value * 100) / 100) : shareText(value);

function PartBar({ part, share }: { readonly part: VerdictPart; readonly share: number | null }) {
  return (
    <Box mb={7}>
      <Group justify="space-between" gap={4}>
        <Text size="xs">{PART_WORDS[part]}</Text>
        <Text size="xs">{shareText(share)}</Text>
      </Group>
      <Progress size={5} value={100 * (share ?? 0)} color="var(--po-good)" aria-label={PART_WORDS[part]} />
    </Box>
  );
}

function Reasons({ report, period }: { readonly report: AuditReport; readonly period: Period }) {
  const { reasons } = report.whole;
  const most = Math.max(1, ...reasons.map(({ count }) => count));
  return (
    <Card title="Why orders were not perfect">
      {reasons.length === 0 ? (
        <EmptyPanel title="Every order that counts was perfect" />
      ) : (
        <Stack gap={7} p="sm" mah={230} style={{ overflow: 'auto' }}>
          {[...reasons]
            .sort((a, b) => b.count - a.count)
            .map(({ part, code, count }) => (
              <Box key={`${part} ${code}`}>
                <Group justify="space-between" gap={4}>
                  <Text component={Link} href={boardLink({ ...period, reason: code })} size="sm" c="cyan">
                    {VERDICT_WORDS[code]}
                  </Text>
                  <Text size="xs" className="po-quiet">
                    {PART_WORDS[part].toLowerCase()} · {countText(count)}
                  </Text>
                </Group>
                <Progress size={5} value={(100 * count) / most} color="var(--po-bad)" aria-label={`${code} ${count}`} />
              </Box>
            ))}
        </Stack>
      )}
    </Card>
  );
}
