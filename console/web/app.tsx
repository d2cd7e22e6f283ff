/**
 * The console's frame: header with pages, link state, clock and identity; the pages below, each loaded when it is
 * first shown but for the board, which comes with the frame.
 */
import { AppShell, Box, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, useCallback } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { useRead } from './api/hooks.ts';
import type { Session } from './api/shapes.ts';
import { BoardPage } from './pages/board/board-page.tsx';
import { LinkBanner } from './parts/link-banner.tsx';
import { EmptyPanel, LoadingPanel, ProblemPanel } from './parts/panels.tsx';
import { ShellHeader, ShellLinks } from './parts/shell.tsx';
import { ShortcutHelp, useShortcuts } from './parts/shortcuts.tsx';
import { SessionProvider } from './session.ts';

const OrderPage = lazy(() => import('./pages/order/order-page.tsx').then((page) => ({ default: page.OrderPage })));
const FailuresPage = lazy(() =>
  import('./pages/failures/failures-page.tsx').then((page) => ({ default: page.FailuresPage })),
);
const ReplayPage = lazy(() =>
  import('./pages/failures/replay-page.tsx').then((page) => ({ default: page.ReplayPage })),
);
const SlaPage = lazy(() => import('./pages/sla/sla-page.tsx').then((page) => ({ default: page.SlaPage })));
const WaitsPage = lazy(() => import('./pages/waits/waits-page.tsx').then((page) => ({ default: page.WaitsPage })));
const ActionsPage = lazy(() =>
  import('./pages/actions/actions-page.tsx').then((page) => ({ default: page.ActionsPage })),
);

export function App() {
  const session = useRead<Session>('/me');
  const [isMenuOpen, menu] = useDisclosure(false);
  const [isHelpOpen, help] = useDisclosure(false);
  const [location, navigate] = useLocation();
  useShortcuts({ go: useCallback((to: string) => navigate(to), [navigate]), showHelp: help.open });

  // A login that has expired, or an address without this run's token: nothing else on the page would work.
  const isLockedOut = session.error?.status === 401 || session.error?.status === 403;
  return (
    <SessionProvider value={session.data}>
      <a href="#main" className="po-skip">
        Skip to the page
      </a>
      <AppShell
        header={{ height: 48 }}
        navbar={{ width: 220, breakpoint: 'md', collapsed: { desktop: true, mobile: !isMenuOpen } }}
        padding={{ base: 8, sm: 12 }}
      >
        <AppShell.Header>
          <ShellHeader isMenuOpen={isMenuOpen} onMenu={menu.toggle} onHelp={help.open} />
        </AppShell.Header>
        <AppShell.Navbar p="sm">
          <Stack gap={4}>
            <ShellLinks onFollow={menu.close} />
          </Stack>
        </AppShell.Navbar>
        <AppShell.Main id="main">
          {isLockedOut ? null : <LinkBanner />}
          <Box key={location.split('/')[1] ?? ''}>
            {isLockedOut && session.error !== undefined ? (
              <ProblemPanel problem={session.error} onRetry={session.reload} />
            ) : (
              <Suspense fallback={<LoadingPanel what="the page" />}>
                <Switch>
                  <Route path="/" component={BoardPage} />
                  <Route path="/orders/:orderId">
                    {({ orderId }) => <OrderPage key={orderId} orderId={decodeURIComponent(orderId)} />}
                  </Route>
                  <Route path="/failures" component={FailuresPage} />
                  <Route path="/failures/replays/:jobId">
                    {({ jobId }) => <ReplayPage jobId={decodeURIComponent(jobId)} />}
                  </Route>
                  <Route path="/sla" component={SlaPage} />
                  <Route path="/waits" component={WaitsPage} />
                  <Route path="/actions" component={ActionsPage} />
                  <Route>
                    <EmptyPanel title="There is no such page">
                      Pages are the board, an order, failures, SLA, waits and actions. Press g b for the board.
                    </EmptyPanel>
                  </Route>
                </Switch>
              </Suspense>
            )}
          </Box>
        </AppShell.Main>
      </AppShell>
      <ShortcutHelp isOpen={isHelpOpen} onClose={help.close} />
    </SessionProvider>
  );
}
