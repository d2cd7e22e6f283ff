/**
 * Which fields a state may carry, by type and query language. What stands in no table is refused with its place;
 * that is how a misspelt field is found before an order depends on it.
 */
import type { StateType } from '../history/records.ts';
import type { QueryLanguage } from './model.ts';

const ALWAYS = ['Type', 'Comment', 'QueryLanguage'];
const JSONPATH_IO = ['InputPath', 'OutputPath'];

const BY_TYPE: Readonly<Record<StateType, Readonly<Record<'both' | QueryLanguage, readonly string[]>>>> = {
  Task: {
    both: ['Next', 'End', 'Resource', 'TimeoutSeconds', 'HeartbeatSeconds', 'Retry', 'Catch', 'Credentials', 'Assign'],
    JSONata: ['Arguments', 'Output'],
    JSONPath: [
      ...JSONPATH_IO,
      'Parameters',
      'ResultSelector',
      'ResultPath',
      'TimeoutSecondsPath',
      'HeartbeatSecondsPath',
    ],
  },
  Pass: {
    both: ['Next', 'End', 'Assign'],
    JSONata: ['Output'],
    JSONPath: [...JSONPATH_IO, 'Parameters', 'Result', 'ResultPath'],
  },
  Choice: { both: ['Choices', 'Default', 'Assign'], JSONata: ['Output'], JSONPath: JSONPATH_IO },
  Wait: {
    both: ['Next', 'End', 'Seconds', 'Timestamp', 'Assign'],
    JSONata: ['Output'],
    JSONPath: [...JSONPATH_IO, 'SecondsPath', 'TimestampPath'],
  },
  Succeed: { both: [], JSONata: ['Output'], JSONPath: JSONPATH_IO },
  Fail: { both: ['Error', 'Cause'], JSONata: [], JSONPath: ['ErrorPath', 'CausePath'] },
  Parallel: {
    both: ['Next', 'End', 'Branches', 'Retry', 'Catch', 'Assign'],
    JSONata: ['Arguments', 'Output'],
    JSONPath: [...JSONPATH_IO, 'Parameters', 'ResultSelector', 'ResultPath'],
  },
  Map: {
    both: [
      'Next',
      'End',
      'ItemProcessor',
      'Iterator',
      'ItemSelector',
      'ItemReader',
      'ItemBatcher',
      'ResultWriter',
      'Label',
      'MaxConcurrency',
      'ToleratedFailureCount',
      'ToleratedFailurePercentage',
      'Retry',
      'Catch',
      'Assign',
    ],
    JSONata: ['Items', 'Output'],
    JSONPath: [
      ...JSONPATH_IO,
      'ItemsPath',
      'Parameters',
      'ResultSelector',
      'ResultPath',
      'MaxConcurrencyPath',
      'ToleratedFailureCountPath',
      'ToleratedFailurePercentagePath',
    ],
  },
};

/** In the order in which AWS lists them. */
export const STATE_TYPES: readonly StateType[] = [
  'Task',
  'Wait',
  'Pass',
  'Succeed',
  'Fail',
  'Choice',
  'Parallel',
  'Map',
];

export function isStateType(text: unknown): text is StateType {
  return typeof text === 'string' && Object.hasOwn(BY_TYPE, text);
}

/** Fields of `given` that a state of this type does not have in this language. */
export function unknownFields(type: StateType, language: QueryLanguage, given: readonly string[]): string[] {
  const table = BY_TYPE[type];
  return given.filter(
    (field) => !ALWAYS.includes(field) && !table.both.includes(field) && !table[language].includes(field),
  );
}

/** True when the field exists for the type, only not in this language. */
export function belongsToOtherLanguage(type: StateType, language: QueryLanguage, field: string): boolean {
  return BY_TYPE[type][language === 'JSONata' ? 'JSONPath' : 'JSONata'].includes(field);
}
