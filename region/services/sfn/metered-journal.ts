/**
 * A journal that tells what goes into it, once it is there: how many state transitions, which Step Functions bills, and
 * which activities have a task for a worker.
 */
import type { JournalBatch, JournalStore } from '../../journal/journal-store.ts';

export function metered(
  journal: JournalStore,
  meter: (transitions: number) => void,
  onActivityTask: (activityArn: string) => void,
): JournalStore {
  return {
    generation: journal.generation,
    lastMs: journal.lastMs,
    largestGroup: journal.largestGroup,
    append(batches) {
      journal.append(batches);
      const { transitions, activities } = contentsOf(batches);
      if (transitions > 0) meter(transitions);
      for (const activityArn of activities) onActivityTask(activityArn);
    },
    load: () => journal.load(),
    close: () => journal.close(),
  };
}

function contentsOf(batches: readonly JournalBatch[]): { transitions: number; activities: ReadonlySet<string> } {
  let transitions = 0;
  const activities = new Set<string>();
  for (const { events } of batches) {
    for (const event of events) {
      if (event.stream !== 'execution') continue;
      const { record } = event;
      if (record.type.endsWith('StateEntered')) transitions += 1;
      else if (record.type === 'ActivityScheduled') activities.add(record.details.resource);
    }
  }
  return { transitions, activities };
}
