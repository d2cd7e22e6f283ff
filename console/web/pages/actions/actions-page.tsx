/** The log of what operators did, newest first. */
import { useDocumentTitle } from '@mantine/hooks';
import { useRead } from '../../api/hooks.ts';
import type { ActionRecord } from '../../api/shapes.ts';
import { Card, Shown } from '../../parts/panels.tsx';
import { ActionsTable } from './actions-table.tsx';

export function ActionsPage() {
  useDocumentTitle('Actions · Perfect Order');
  const actions = useRead<readonly ActionRecord[]>('/actions');
  return (
    <Card title="What operators did">
      <Shown reading={actions} what="the actions">
        {(data) => <ActionsTable actions={data} />}
      </Shown>
    </Card>
  );
}
