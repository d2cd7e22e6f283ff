/** The head of an order: what it is, where it stands, why it failed, and what can be done about it. */
import { Alert, Badge, Group, SimpleGrid, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { OrderTraceView, OrderView } from '../../api/shapes.ts';
import { between, causeText, spanText } from '../../logic/format.ts';
import { boardLink } from '../../logic/query-address.ts';
import { STAGE_WORDS, VERDICT_WORDS } from '../../logic/vocabulary.ts';
import { CopyText, Fact, PromiseText, StatusBadge, When } from '../../parts/words.tsx';
import { OrderActions } from './order-actions.tsx';

export function OrderHead({ trace, onChanged }: { readonly trace: OrderTraceView; readonly onChanged: () => void }) {
  const { order, now } = trace;
  return (
    <section className="po-card" style={{ padding: '10px 12px' }} aria-label="The order">
      <Group justify="space-between" gap="sm" wrap="wrap" mb={8}>
        <Group gap={10} wrap="wrap">
          <Text component={Link} href="/" size="sm" c="cyan">
            Board
          </Text>
          <Text component="h1" fw={600} m={0} size="md">
            <CopyText text={order.orderId} label="the order's id" />
          </Text>
          <StatusBadge status={order.status} />
          <Text size="sm" component="span">
            <PromiseText state={order.promiseState} />
          </Text>
          {order.perfect === true ? (
            <Badge size="sm" variant="light" color="teal" tt="none">
              Perfect
            </Badge>
          ) : null}
          {order.replays > 0 ? (
            <Badge size="sm" variant="default" tt="none">{`Replayed ${order.replays}×`}</Badge>
          ) : null}
        </Group>
        <OrderActions order={order} onChanged={onChanged} />
      </Group>
      <Failure order={order} now={now} />
      <SimpleGrid cols={{ base: 2, xs: 3, sm: 4, lg: 8 }} spacing="sm" verticalSpacing={8}>
        <Standing trace={trace} />
        <Places order={order} />
      </SimpleGrid>
    </section>
  );
}

function Failure({ order: { failure }, now }: { readonly order: OrderView; readonly now: string }) {
  if (failure === undefined) return null;
  return (
    <Alert color="red" variant="light" mb={10} py={8} title={`Stopped in ${failure.state}: ${failure.error}`}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {causeText(failure.cause)}
      </Text>
      <Text size="xs" className="po-quiet">
        Execution {failure.executionStatus.toLowerCase()} <When at={failure.failedAt} now={now} />, the order was{' '}
        {failure.failedIn}.
      </Text>
    </Alert>
  );
}

/** Where the order stands, and against which times. */
function Standing({ trace: { order, wait, now } }: { readonly trace: OrderTraceView }) {
  const { etaAt, slipSeconds, stage, stageDueAt, promiseVersion } = order;
  return (
    <>
      <Fact name="Status since">
        <When at={order.statusAt} now={now} /> <span className="po-quiet">({spanText(order.stageAgeSeconds)})</span>
      </Fact>
      {order.failure === undefined ? <Fact name="Cause">{order.cause}</Fact> : null}
      <Fact name={`Promise${promiseVersion > 1 ? `, version ${promiseVersion}` : ''}`}>
        <When at={order.promiseFrom} now={now} /> to <When at={order.promiseTo} now={now} />
      </Fact>
      <Fact name="ETA">
        {etaAt === undefined ? 'none' : <When at={etaAt} now={now} />}
        {slipSeconds !== undefined && slipSeconds > 0 ? (
          <Text component="span" c="red" size="sm">{` +${spanText(slipSeconds)}`}</Text>
        ) : null}
      </Fact>
      <Fact name="Stage due">
        {stage === undefined ? 'no clock runs' : STAGE_WORDS[stage]}{' '}
        {stageDueAt === undefined ? '' : <When at={stageDueAt} now={now} />}
      </Fact>
      <Fact name="Waits for">
        {wait === undefined || wait.matched ? 'nothing' : `${wait.awaits}, ${between(wait.openedAt, now)}`}
      </Fact>
      <Fact name="Attempts">{order.attempts}</Fact>
      <Fact name="Breaches">
        {order.breaches.length === 0 ? 'none' : order.breaches.map((breach) => breach.stage).join(', ')}
      </Fact>
      {order.reasons.length === 0 ? null : (
        <Fact name="Not perfect">{order.reasons.map((code) => VERDICT_WORDS[code]).join(', ')}</Fact>
      )}
    </>
  );
}

/** Whose and where: each leads to the orders that share it. */
function Places({ order }: { readonly order: OrderView }) {
  const { depotId, customerId, routeId, driverId, stopSequence, tier } = order;
  const link = (href: string, id: string) => (
    <Text component={Link} href={href} size="sm" c="cyan" style={{ overflowWrap: 'anywhere' }}>
      {id}
    </Text>
  );
  return (
    <>
      <Fact name="Depot, tier">
        {link(boardLink({ depotId: [depotId] }), depotId)}, {tier}
      </Fact>
      <Fact name="Customer">{link(boardLink({ customerId }), customerId)}</Fact>
      {routeId === undefined ? null : (
        <Fact name="Route, stop">
          {link(boardLink({ routeId }), routeId)}
          {stopSequence === undefined ? '' : `, stop ${stopSequence}`}
        </Fact>
      )}
      {driverId === undefined ? null : <Fact name="Driver">{link(boardLink({ driverId }), driverId)}</Fact>}
    </>
  );
}
