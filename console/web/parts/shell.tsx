/** The header: pages, the link's state, the clock that orders live by, what is looked at and as whom. */
import {
  ActionIcon,
  Badge,
  Burger,
  Group,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { useLatest, useLink } from '../api/hooks.ts';
import type { LinkState } from '../api/live.ts';
import { countText, fullTime } from '../logic/format.ts';
import type { Tone } from '../logic/vocabulary.ts';
import { useSession } from '../session.ts';
import { Icon } from './icons.tsx';
import { Dot } from './words.tsx';

export const PAGES = [
  { href: '/', label: 'Board', key: 'b' },
  { href: '/failures', label: 'Failures', key: 'f' },
  { href: '/sla', label: 'SLA', key: 's' },
  { href: '/waits', label: 'Waits', key: 'w' },
  { href: '/actions', label: 'Actions', key: 'a' },
] as const;

const LINK_WORDS: Readonly<Record<LinkState, { readonly tone: Tone; readonly label: string }>> = {
  live: { tone: 'good', label: 'Live' },
  connecting: { tone: 'quiet', label: 'Connecting' },
  lost: { tone: 'bad', label: 'Disconnected' },
  'locked-out': { tone: 'bad', label: 'Locked out' },
};

export function ShellLinks({ onFollow }: { readonly onFollow?: () => void }) {
  const [location] = useLocation();
  const { data: summary } = useLatest('summary', '/summary');
  const counts: Readonly<Record<string, number | undefined>> = {
    '/failures': summary?.failed,
    '/waits': summary?.stuck,
  };
  return PAGES.map(({ href, label }) => {
    const isHere = href === '/' ? location === '/' || location.startsWith('/orders') : location.startsWith(href);
    const count = counts[href] ?? 0;
    return (
      <Link
        key={href}
        href={href}
        className="po-nav"
        {...(isHere ? { 'aria-current': 'page' as const } : {})}
        {...(onFollow === undefined ? {} : { onClick: onFollow })}
      >
        {label}
        {count > 0 ? (
          <Badge ml={6} size="xs" color="red" variant="light" aria-label={`${count} open`}>
            {countText(count)}
          </Badge>
        ) : null}
      </Link>
    );
  });
}

export function ShellHeader({
  isMenuOpen,
  onMenu,
  onHelp,
}: {
  readonly isMenuOpen: boolean;
  readonly onMenu: () => void;
  readonly onHelp: () => void;
}) {
  const session = useSession();
  const link = LINK_WORDS[useLink()];
  const { data: summary } = useLatest('summary', '/summary');
  const now = summary?.now ?? session?.now;
  return (
    <Group h="100%" px="sm" justify="space-between" wrap="nowrap" gap="sm">
      <Group gap="xs" wrap="nowrap">
        <Burger opened={isMenuOpen} onClick={onMenu} hiddenFrom="md" size="sm" aria-label="Pages" />
        <Text component={Link} href="/" fw={700} size="sm" c="inherit" td="none" style={{ whiteSpace: 'nowrap' }}>
          Perfect Order
        </Text>
        <Group component="nav" gap={2} wrap="nowrap" visibleFrom="md" aria-label="Pages">
          <ShellLinks />
        </Group>
      </Group>
      <Group gap="sm" wrap="nowrap">
        {now === undefined ? null : (
          <Text size="xs" className="po-quiet" visibleFrom="sm" style={{ whiteSpace: 'nowrap' }}>
            {fullTime(now).slice(0, 19)} UTC{session?.isRegion === true ? ' (virtual)' : ''}
          </Text>
        )}
        <Group gap={6} wrap="nowrap" role="status" aria-live="polite">
          <Dot tone={link.tone} />
          <Text size="xs">{link.label}</Text>
        </Group>
        {session === undefined ? null : (
          <Tooltip label={`${session.identity.arn} on ${session.endpoint ?? session.region}`} withArrow multiline>
            <Badge variant="default" size="sm" tt="none" visibleFrom="xs" tabIndex={0}>
              {session.isRegion ? 'local region' : session.region} · {session.identity.role}
            </Badge>
          </Tooltip>
        )}
        <ActionIcon variant="subtle" color="gray" onClick={onHelp} aria-label="Keyboard shortcuts" visibleFrom="sm">
          <Icon name="keyboard" />
        </ActionIcon>
        <SchemeToggle />
      </Group>
    </Group>
  );
}

/** Follows the system until it is chosen here; a choice that equals the system's goes back to following it. */
function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  const system = globalThis.matchMedia?.('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={`Show in ${other} colours`}
      onClick={() => setColorScheme(other === system ? 'auto' : other)}
    >
      <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
    </ActionIcon>
  );
}
