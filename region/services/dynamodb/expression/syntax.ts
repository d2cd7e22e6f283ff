/**
 * The parsed form of DynamoDB's expressions. A parsed expression depends on its text alone, so it is kept and used for
 * every request with that text; names and values are looked up in the request's `Bindings`.
 */

export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

/** One step of a document path: an attribute name, a `#placeholder` of one, or a list index. */
export type PathStep = string | number;

export interface Path {
  readonly kind: 'path';
  readonly steps: readonly PathStep[];
  /** Whether any step is a `#placeholder`. */
  readonly hasPlaceholder: boolean;
}

export interface ValueOperand {
  readonly kind: 'value';
  /** With its colon. */
  readonly name: string;
}

export interface SizeOperand {
  readonly kind: 'size';
  readonly path: Path;
}

export type Operand = Path | ValueOperand | SizeOperand;

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type ConditionFunction =
  | 'attribute_exists'
  | 'attribute_not_exists'
  | 'attribute_type'
  | 'begins_with'
  | 'contains';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly inner: Condition }
  | { readonly kind: 'compare'; readonly operator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | { readonly kind: 'call'; readonly name: ConditionFunction; readonly operands: readonly Operand[] };

export type UpdateOperand =
  | Path
  | ValueOperand
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: UpdateOperand }
  | { readonly kind: 'list_append'; readonly first: UpdateOperand; readonly second: UpdateOperand }
  | { readonly kind: '+' | '-'; readonly left: UpdateOperand; readonly right: UpdateOperand };

export interface Update {
  readonly set: readonly { readonly path: Path; readonly operand: UpdateOperand }[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly value: ValueOperand }[];
  readonly delete: readonly { readonly path: Path; readonly value: ValueOperand }[];
}

/** A parsed expression with the placeholders that it mentions. */
export interface Parsed<Tree> {
  readonly kind: ExpressionKind;
  readonly tree: Tree;
  readonly names: readonly string[];
  readonly values: readonly string[];
}
