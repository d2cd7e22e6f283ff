/**
 * A state machine as the interpreter runs it: frozen data, a union on `Type`, with every expression compiled. It is
 * made once per definition and shared by all executions of it.
 */

import type { Expression } from '../expression/expression.ts';
import type { StateType } from '../history/records.ts';
import type { JsonValue } from '../json.ts';
import type { TaskPattern } from '../terms.ts';

export type QueryLanguage = 'JSONata' | 'JSONPath';

/** A value of a definition: a constant, an expression, or an object or array that holds expressions. */
export type Template =
  | { readonly kind: 'literal'; readonly value: JsonValue; readonly text: string }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Template])[] }
  | { readonly kind: 'array'; readonly items: readonly Template[] };

/** How a state turns what it gets into what it passes on, by query language. Absent means: unchanged. */
export type DataFlow =
  | { readonly language: 'JSONata'; readonly arguments?: Template; readonly output?: Template }
  | {
      readonly language: 'JSONPath';
      /** null discards and gives `{}`. */
      readonly inputPath?: Template | null;
      readonly parameters?: Template;
      readonly resultSelector?: Template;
      /** Steps below the input where the result goes; null discards the result. */
      readonly resultPath?: readonly (string | number)[] | null;
      readonly outputPath?: Template | null;
    };

export type Assign = readonly (readonly [string, Template])[];

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds?: number;
  readonly fullJitter: boolean;
}

export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  /** JSONata. */
  readonly output?: Template;
  /** JSONPath. */
  readonly resultPath?: readonly (string | number)[] | null;
  readonly assign?: Assign;
}

interface StateBase {
  readonly name: string;
  readonly flow: DataFlow;
  readonly assign?: Assign;
}
interface Continuing {
  /** null: the state is the last of its branch. */
  readonly next: string | null;
}
interface Recovering {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface TaskTarget {
  readonly resource: string;
  readonly service: string;
  readonly action: string;
  readonly pattern: TaskPattern;
  /** The `resource` and `resourceType` of history events. */
  readonly eventResource: string;
  readonly eventResourceType: string;
}

export interface TaskState extends StateBase, Continuing, Recovering {
  readonly Type: 'Task';
  readonly target: TaskTarget;
  readonly timeoutSeconds?: Template;
  readonly heartbeatSeconds?: Template;
  readonly credentials?: Template;
}
export interface PassState extends StateBase, Continuing {
  readonly Type: 'Pass';
  /** JSONPath `Result`. */
  readonly result?: Template;
}
export interface ChoiceRule {
  readonly condition: Condition;
  readonly next: string;
  readonly output?: Template;
  readonly assign?: Assign;
}
export type Condition =
  | { readonly kind: 'jsonata'; readonly template: Template; readonly location: string }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | {
      readonly kind: 'compare';
      readonly operator: string;
      readonly variable: Expression;
      readonly variableText: string;
      /** A constant, or the path it is read from. */
      readonly value: JsonValue;
      readonly valuePath?: Expression;
    };
export interface ChoiceState extends StateBase {
  readonly Type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly otherwise: string | null;
}
export interface WaitState extends StateBase, Continuing {
  readonly Type: 'Wait';
  readonly seconds?: Template;
  readonly timestamp?: Template;
}
export interface SucceedState extends StateBase {
  readonly Type: 'Succeed';
}
export interface FailState extends StateBase {
  readonly Type: 'Fail';
  readonly error?: Template;
  readonly cause?: Template;
}
export interface ParallelState extends StateBase, Continuing, Recovering {
  readonly Type: 'Parallel';
  readonly branches: readonly Graph[];
}
export type InputType = 'JSON' | 'JSONL' | 'CSV' | 'MANIFEST' | 'PARQUET';

export interface ItemReader {
  readonly resource: string;
  readonly operation: 'getObject' | 'listObjectsV2';
  /** Bucket, Key, Prefix and what else the operation takes. */
  readonly parameters: Template | undefined;
  readonly inputType: InputType;
  readonly manifest: 'S3_INVENTORY' | 'ATHENA_DATA' | undefined;
  /** Headers of a CSV file without a header row. */
  readonly csvHeaders: readonly string[] | undefined;
  readonly csvDelimiter: string;
  readonly maxItems: Template | undefined;
  /** Listed objects are read, and their items are mapped. */
  readonly flatten: boolean;
  /** JSON pointer to the items inside a JSON file. */
  readonly itemsPointer: string | undefined;
}

export interface ItemBatcher {
  readonly maxItems: Template | undefined;
  readonly maxBytes: Template | undefined;
  readonly batchInput: Template | undefined;
}

export interface ResultWriter {
  /** Bucket and Prefix; absent: the results become the state's output. */
  readonly parameters: Template | undefined;
  readonly transformation: 'NONE' | 'COMPACT' | 'FLATTEN';
  readonly outputType: 'JSON' | 'JSONL';
}

/** What makes a Map distributed: where its items come from, how they are batched, where results go. */
export interface Distribution {
  readonly express: boolean;
  /** Stands in the ARNs of Map runs and child executions; made up by the engine when absent. */
  readonly label: string | undefined;
  readonly reader: ItemReader | undefined;
  readonly batcher: ItemBatcher | undefined;
  readonly writer: ResultWriter | undefined;
  /** The processor as JSON text: the definition of the child executions. */
  readonly processorText: string;
}

export interface MapState extends StateBase, Continuing, Recovering {
  readonly Type: 'Map';
  /** Present: iterations are executions of their own. */
  readonly distribution?: Distribution;
  readonly processor: Graph;
  readonly items?: Template;
  readonly itemSelector?: Template;
  readonly maxConcurrency?: Template;
  readonly toleratedCount?: Template;
  readonly toleratedPercentage?: Template;
}

export type State =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

/** The union and the names that history events use must be the same set. */
export type StateOf<T extends StateType> = Extract<State, { readonly Type: T }>;

export interface Graph {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export interface Definition {
  readonly graph: Graph;
  readonly timeoutSeconds?: number;
  /** Variables that each state's expressions mention, as DescribeStateMachine answers them. */
  readonly variableReferences: Readonly<Record<string, readonly string[]>>;
}
