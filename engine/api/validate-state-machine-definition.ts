/** ValidateStateMachineDefinition: the diagnostics of a definition, without creating anything. */
import { parseDefinition } from '../definition/parse-definition.ts';
import type { Action } from './action.ts';

export interface ValidateInput {
  readonly definition: string;
  readonly severity?: 'ERROR' | 'WARNING';
  readonly maxResults?: number;
  readonly type?: string;
}

const MOST_DIAGNOSTICS = 100;

export const validateStateMachineDefinition: Action<ValidateInput> = (turn, input) => {
  const { diagnostics } = parseDefinition(input.definition, turn.settings.ambient, input.type);
  const most = input.maxResults === undefined || input.maxResults === 0 ? MOST_DIAGNOSTICS : input.maxResults;
  const shown = diagnostics.filter(({ severity }) => severity === 'ERROR' || input.severity === 'WARNING');
  return {
    result: diagnostics.some(({ severity }) => severity === 'ERROR') ? 'FAIL' : 'OK',
    diagnostics: shown.slice(0, most),
    truncated: shown.length > most,
  };
};
