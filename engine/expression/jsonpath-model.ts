/** JSONPath as data: segments and filters, made by the parser and read by the selection. */
import type { JsonValue } from '../json.ts';

export class PathSyntaxError extends Error {}

export type Segment =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | {
      readonly kind: 'slice';
      readonly from: number | undefined;
      readonly to: number | undefined;
      readonly step: number;
    }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'descend' }
  | { readonly kind: 'filter'; readonly filter: Filter };

export interface ParsedPath {
  /** What stands before the first segment: `` for `$`, `$` for the context object, else a variable's name. */
  readonly root: string;
  readonly segments: readonly Segment[];
  readonly definite: boolean;
}

export type Operand =
  | { readonly kind: 'path'; readonly path: ParsedPath }
  | { readonly kind: 'value'; readonly value: JsonValue };
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'exists'; readonly path: ParsedPath }
  | { readonly kind: 'matches'; readonly path: ParsedPath; readonly pattern: RegExp }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: Operand; readonly right: Operand };
