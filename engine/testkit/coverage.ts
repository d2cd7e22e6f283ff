/**
 * Which states, Choice edges, retriers and catchers of a definition a set of runs has passed, by which of their error
 * names, and a threshold that fails. What is hit is what the engine decided, so two rules that lead to the same state are told apart.
 */
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { definitionFrom } from './definition-text.ts';
import { linesOf } from './json-lines.ts';
import { KitError } from './kit-error.ts';
import type { RunResult } from './run-machine.ts';
import { pointerTo } from './scopes.ts';

export const PART_KINDS = ['state', 'edge', 'retrier', 'catcher', 'error'] as const;
export type PartKind = (typeof PART_KINDS)[number];

export interface CoveredPart {
  readonly kind: PartKind;
  /** `Ask`, `IsLate: rule 0 > Hurry`, `IsLate: default > Rest`, `Ask: Retry 0 (Busy)`, `Ask: Catch 1 (States.ALL) > Fix`, `Ask: Retry 0 on Busy`. */
  readonly label: string;
  readonly state: string;
  /** JSON pointer into the definition. */
  readonly pointer: string;
  /** In the definition's text, from 1. */
  readonly line: number;
  readonly hits: number;
}
export interface Coverage {
  readonly parts: readonly CoveredPart[];
}

/** How much of each kind has to be hit, in percent; what is absent has to be 100, but for errors. */
export interface CoverageThreshold {
  readonly states?: number;
  readonly edges?: number;
  readonly retriers?: number;
  readonly catchers?: number;
  /** Each name in an ErrorEquals, by which its retrier or catcher matched; nothing is wanted if absent. */
  readonly errors?: number;
  /** Parts that no run can reach, by label, each with the reason. */
  readonly except?: Readonly<Record<string, string>>;
}

/**
 * @param definition as the runs had it; `${...}` need no values here. Text keeps its line numbers, an object gets those
 *   of its indented text.
 */
export function coverageOf(
  definition: object | string,
  runs: readonly Pick<RunResult, 'path' | 'decisions'>[],
): Coverage {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition, null, 2);
  const hits = new Map<string, number>();
  const hit = (pointer: string): void => void hits.set(pointer, (hits.get(pointer) ?? 0) + 1);
  for (const { path, decisions } of runs) {
    for (const { pointer } of path) hit(pointer);
    for (const { pointer, kind, index, nameIndex } of decisions) {
      const part = pointer + FIELD[kind](index);
      hit(part);
      if (kind === 'retrier' || kind === 'catcher') hit(`${part}/ErrorEquals/${nameIndex}`);
    }
  }
  const lines = linesOf(text.replace(/^\uFEFF/, ''));
  const parts = partsOf(definitionFrom(text), '').map((part) => ({
    ...part,
    line: lines.get(part.pointer) ?? 1,
    hits: hits.get(part.pointer) ?? 0,
  }));
  return { parts };
}

const FIELD = {
  rule: (index: number) => `/Choices/${index}`,
  default: () => '/Default',
  retrier: (index: number) => `/Retry/${index}`,
  catcher: (index: number) => `/Catch/${index}`,
} as const;

type Part = Omit<CoveredPart, 'line' | 'hits'>;

function partsOf(graph: JsonValue | undefined, pointer: string): Part[] {
  if (!isObject(graph) || !isObject(graph['States'])) return [];
  return Object.entries(graph['States']).flatMap(([state, fields]) =>
    isObject(fields) ? partsOfState(state, fields, pointerTo(pointer, state)) : [],
  );
}

function partsOfState(state: string, fields: JsonObject, pointer: string): Part[] {
  const numbered = (field: string): [string, JsonObject][] => {
    const list = fields[field];
    return Array.isArray(list)
      ? list.filter(isObject).map((each, index) => [`${pointer}/${field}/${index}`, each])
      : [];
  };
  const names = (each: JsonObject): string[] =>
    Array.isArray(each['ErrorEquals']) ? each['ErrorEquals'].map(String) : [];
  const errors = (each: JsonObject): string => names(each).join(', ');
  const errorsOf = (field: string): Part[] =>
    numbered(field).flatMap(([at, each], index) =>
      names(each).map((name, position) =>
        part('error', `${at}/ErrorEquals/${position}`, `${state}: ${field} ${index} on ${name}`),
      ),
    );
  const part = (kind: PartKind, at: string, label: string): Part => ({ kind, state, pointer: at, label });
  return [
    part('state', pointer, state),
    ...numbered('Choices').map(([at, rule], index) =>
      part('edge', at, `${state}: rule ${index} > ${String(rule['Next'])}`),
    ),
    ...('Default' in fields
      ? [part('edge', `${pointer}/Default`, `${state}: default > ${String(fields['Default'])}`)]
      : []),
    ...numbered('Retry').map(([at, each], index) => part('retrier', at, `${state}: Retry ${index} (${errors(each)})`)),
    ...numbered('Catch').map(([at, each], index) =>
      part('catcher', at, `${state}: Catch ${index} (${errors(each)}) > ${String(each['Next'])}`),
    ),
    ...errorsOf('Retry'),
    ...errorsOf('Catch'),
    ...(Array.isArray(fields['Branches'])
      ? fields['Branches'].flatMap((branch, index) => partsOf(branch, `${pointer}/Branches/${index}`))
      : []),
    ...partsOf(fields['ItemProcessor'], `${pointer}/ItemProcessor`),
    ...partsOf(fields['Iterator'], `${pointer}/Iterator`),
  ];
}

/** Hits of several coverages of one definition, added up: those of several test files, say. */
export function mergeCoverage(coverages: readonly Coverage[]): Coverage {
  const merged = new Map<string, CoveredPart>();
  for (const { parts } of coverages) {
    for (const part of parts) {
      merged.set(part.pointer, { ...part, hits: part.hits + (merged.get(part.pointer)?.hits ?? 0) });
    }
  }
  return { parts: [...merged.values()] };
}

/** @throws KitError naming every part that is missing where a threshold is not met, and exceptions without a need */
export function assertCoverage({ parts }: Coverage, threshold: CoverageThreshold = {}): void {
  const { except = {} } = threshold;
  const wanted = {
    state: threshold.states ?? 100,
    edge: threshold.edges ?? 100,
    retrier: threshold.retriers ?? 100,
    catcher: threshold.catchers ?? 100,
    error: threshold.errors ?? 0,
  };
  const faults = PART_KINDS.flatMap((kind) => {
    const counted = parts.filter((part) => part.kind === kind && !Object.hasOwn(except, part.label));
    const missed = counted.filter(({ hits }) => hits === 0);
    const percent = counted.length === 0 ? 100 : (100 * (counted.length - missed.length)) / counted.length;
    if (percent >= wanted[kind]) return [];
    const names = missed.map(({ label, line }) => `\n    line ${line}: ${label}`).join('');
    return [`${percent.toFixed(1)} % of ${counted.length} ${kind}s, ${wanted[kind]} % wanted; never reached:${names}`];
  });
  const needless = Object.keys(except).flatMap((label) => {
    const part = parts.find((each) => each.label === label);
    if (part === undefined) return [`'${label}' is excepted and is no part of the definition`];
    return part.hits > 0 ? [`'${label}' is excepted and was reached: take the exception out`] : [];
  });
  if (faults.length + needless.length > 0) throw new KitError(`Coverage: ${[...faults, ...needless].join('\n  ')}`);
}
