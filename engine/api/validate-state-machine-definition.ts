/** ValidateStateMachineDefinition: the diagnostics of a definition, without creating anything. */
import { parseDefinition } from '../definition/parse-definition.ts';
import { warningsOf } from '../definition/warnings.ts';
import type { JsonValue } from '../json.ts';
import type { Action } from './action.ts';

export interface ValidateInput {
  readonly definition: string;
  /** The least severity that is wanted: `WARNING` asks for errors as well. */
  readonly severity?: 'ERROR' | 'WARNING';
  /** 0 to 100; 0 and absent mean 100. */
  readonly maxResults?: number;
  readonly type?: string;
}

const MOST_DIAGNOSTICS = 100;

export const validateStateMachineDefinition: Action<ValidateInput> = (turn, input) => {
  const { definition, diagnostics } = parseDefinition(input.definition, turn.settings.ambient, input.type);
  const warned = input.severity === 'WARNING' && definition !== undefined;
  const warnings = warned ? warningsOf(JSON.parse(input.definition) as JsonValue) : [];
  const shown = [...diagnostics, ...warnings].filter(
    ({ severity }) => severity === 'ERROR' || input.severity === 'WARNING',
  );
  const most = input.maxResults === undefined || input.maxResults === 0 ? MOST_DIAGNOSTICS : input.maxResults;
  return {
    result: definition === undefined ? 'FAIL' : 'OK',
    diagnostics: shown.slice(0, most),
    truncated: shown.length > most,
  };
};
