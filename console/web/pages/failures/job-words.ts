/** What the states of a replay job are called. */
import type { ReplayJob } from '../../api/shapes.ts';
import type { Word } from '../../logic/vocabulary.ts';

export const JOB_WORDS: Readonly<Record<ReplayJob['state'], Word>> = {
  FROZEN: { label: 'Frozen', tone: 'quiet' },
  RUNNING: { label: 'Running', tone: 'moving' },
  DONE: { label: 'Done', tone: 'good' },
  STOPPED: { label: 'Stopped', tone: 'warn' },
};
