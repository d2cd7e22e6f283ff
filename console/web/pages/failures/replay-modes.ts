/** The ways in which orders are taken up again. */
import type { JobMode } from '../../api/shapes.ts';

export const REPLAY_MODES = [
  { value: 'redrive', label: 'Redrive: the same definition, from the failed state' },
  { value: 'resume', label: 'Resume: the definition as it is now, from the failed state' },
  { value: 'auto', label: 'Redrive where Step Functions still takes it, else resume' },
] as const satisfies readonly { readonly value: JobMode; readonly label: string }[];

/** What a select gives, made sure of. */
export const jobModeOf = (value: string | null): JobMode =>
  REPLAY_MODES.find((mode) => mode.value === value)?.value ?? 'redrive';
