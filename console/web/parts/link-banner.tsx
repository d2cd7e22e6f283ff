/** Says that the live feed is lost: what is shown is as of then, and what brings it back, which may be nothing but time. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { useLink } from '../api/hooks.ts';
import { liveFeed } from '../api/live.ts';

export function LinkBanner() {
  const link = useLink();
  if (link !== 'lost' && link !== 'locked-out') return null;
  const since = liveFeed.lostSince();
  return (
    <Alert color="orange" variant="light" mb="sm" py={8} role="status" className="po-no-print">
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          <b>Disconnected</b>
          {since === undefined ? '' : ` since ${new Date(since).toLocaleTimeString()}`}. What you see is as of then.{' '}
          {link === 'locked-out' ? (
            <>
              The console was started again and has a new token: open the address that its terminal printed, here or in
              another tab, and this page goes on.
            </>
          ) : (
            <>
              The console tries again by itself. If the region was stopped, start it with <code>npm start</code>.
            </>
          )}
        </Text>
        <Button size="xs" variant="default" onClick={liveFeed.connect}>
          Connect now
        </Button>
      </Group>
    </Alert>
  );
}
