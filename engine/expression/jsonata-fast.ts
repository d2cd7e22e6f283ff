/**
 * The part of JSONata that workflows use on every step, compiled to synchronous functions: paths over objects,
 * variables, comparisons, arithmetic, `and`/`or`, conditionals, object and array constructors, concatenation, calls. It is exact or it
 * steps aside: whatever needs sequence semantics, an error message or another function answers SLOW, and the full
 * evaluator runs the whole expression. Nothing here has an effect, so evaluating twice is safe.
 */
import type { JsonValue } from '../json.ts';
import { SLOW, type Slow } from './expression.ts';
import { FAST_FUNCTIONS, truth } from './jsonata-fast-functions.ts';
import type { Ambient } from './jsonata-functions.ts';
import type { Scope } from './scope.ts';

type Value = JsonValue | undefined;
export type FastEvaluator = (scope: Scope) => Value | Slow;
interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A synchronous evaluator for the syntax tree, or undefined when a part of it is outside the subset. */
export function compileFast(ast: unknown, ambient: Ambient): FastEvaluator | undefined {
  const node = ast as Node;
  const compile = COMPILERS[node.type];
  return compile?.(node, ambient);
}

/** Any other key on the node (a predicate, a focus binding, `[]`) changes its meaning. */
function hasOnly(node: Node, ...keys: string[]): boolean {
  return Object.entries(node).every(
    ([key, value]) => value === undefined || key === 'type' || key === 'position' || keys.includes(key),
  );
}

type Compiler = (node: Node, ambient: Ambient) => FastEvaluator | undefined;

const compileVariable: Compiler = (node) => {
  if (!hasOnly(node, 'value')) return undefined;
  const name = node['value'] as string;
  if (name === '' || name === '$') return undefined;
  return name === 'states' ? (scope) => scope.states : (scope) => scope.variable(name);
};

const compilePath: Compiler = (node, ambient) => {
  if (!hasOnly(node, 'steps')) return undefined;
  const [first, ...rest] = node['steps'] as Node[];
  if (first?.type !== 'variable' || !rest.every((step) => step.type === 'name' && hasOnly(step, 'value')))
    return undefined;
  const head = compileVariable(first, ambient);
  if (head === undefined) return undefined;
  const names = rest.map((step) => step['value'] as string);
  const field = first['value'] === 'states' ? names[0] : undefined;
  return (scope) => {
    let at = 0;
    let value: Value | Slow;
    if (field !== undefined && scope.stateField !== undefined) {
      value = scope.stateField(field);
      at = 1;
    } else {
      value = head(scope);
    }
    for (; at < names.length; at += 1) {
      const name = names[at] as string;
      if (value === SLOW || Array.isArray(value)) return SLOW;
      if (value === undefined || value === null || typeof value !== 'object') return undefined;
      value = Object.hasOwn(value, name) ? value[name] : undefined;
    }
    return value;
  };
};

const constant: Compiler = (node) => {
  if (!hasOnly(node, 'value')) return undefined;
  const value = node['value'] as JsonValue;
  return () => value;
};

type Operator = (left: FastEvaluator, right: FastEvaluator) => FastEvaluator;
const isScalar = (value: Value | Slow): value is Exclude<JsonValue, object> | null =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function equality(wanted: boolean): Operator {
  return (left, right) => (scope) => {
    const a = left(scope);
    const b = right(scope);
    if (a === SLOW || b === SLOW) return SLOW;
    if (a === undefined || b === undefined) return false;
    return isScalar(a) && isScalar(b) ? (a === b) === wanted : SLOW;
  };
}

function comparison(test: (a: number | string, b: number | string) => boolean): Operator {
  return (left, right) => (scope) => {
    const a = left(scope);
    const b = right(scope);
    const comparable =
      (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string');
    return comparable ? test(a as number, b as number) : SLOW;
  };
}

function arithmetic(compute: (a: number, b: number) => number): Operator {
  return (left, right) => (scope) => {
    const a = left(scope);
    const b = right(scope);
    if (typeof a !== 'number' || typeof b !== 'number') return SLOW;
    const result = compute(a, b);
    return Number.isFinite(result) ? result : SLOW;
  };
}

const textOf = (value: Value | Slow): string | Slow => {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : SLOW;
};

const OPERATORS: Readonly<Record<string, Operator>> = {
  '=': equality(true),
  '!=': equality(false),
  '<': comparison((a, b) => a < b),
  '<=': comparison((a, b) => a <= b),
  '>': comparison((a, b) => a > b),
  '>=': comparison((a, b) => a >= b),
  '+': arithmetic((a, b) => a + b),
  '-': arithmetic((a, b) => a - b),
  '*': arithmetic((a, b) => a * b),
  '/': arithmetic((a, b) => a / b),
  '&': (left, right) => (scope) => {
    const a = textOf(left(scope));
    const b = textOf(right(scope));
    return a === SLOW || b === SLOW ? SLOW : a + b;
  },
  and: (left, right) => (scope) => {
    const a = truth(left(scope));
    return a === SLOW || !a ? a : truth(right(scope));
  },
  or: (left, right) => (scope) => {
    const a = truth(left(scope));
    return a === SLOW || a ? a : truth(right(scope));
  },
};

const compileBinary: Compiler = (node, ambient) => {
  const operator = OPERATORS[node['value'] as string];
  if (operator === undefined || !hasOnly(node, 'value', 'lhs', 'rhs')) return undefined;
  const left = compileFast(node['lhs'], ambient);
  const right = compileFast(node['rhs'], ambient);
  return left && right ? operator(left, right) : undefined;
};

const compileObject = (node: Node, ambient: Ambient): FastEvaluator | undefined => {
  const entries: [string, FastEvaluator][] = [];
  for (const [key, value] of node['lhs'] as [Node, Node][]) {
    const evaluator = compileFast(value, ambient);
    const name = key['value'];
    if (key.type !== 'string' || typeof name !== 'string' || evaluator === undefined) return undefined;
    if (name === '__proto__' || entries.some(([other]) => other === name)) return undefined;
    entries.push([name, evaluator]);
  }
  return (scope) => {
    const result: { [key: string]: JsonValue } = {};
    for (const [name, evaluator] of entries) {
      const value = evaluator(scope);
      if (value === SLOW) return SLOW;
      if (value !== undefined) result[name] = value;
    }
    return result;
  };
};

const compileArray = (node: Node, ambient: Ambient): FastEvaluator | undefined => {
  const items: { nested: boolean; evaluator: FastEvaluator }[] = [];
  for (const item of node['expressions'] as Node[]) {
    const evaluator = compileFast(item, ambient);
    if (evaluator === undefined) return undefined;
    items.push({ nested: item['value'] === '[', evaluator });
  }
  return (scope) => {
    const result: JsonValue[] = [];
    for (const { nested, evaluator } of items) {
      const value = evaluator(scope);
      if (value === SLOW) return SLOW;
      if (Array.isArray(value) && !nested) result.push(...value);
      else if (value !== undefined) result.push(value);
    }
    return result;
  };
};

const compileUnary: Compiler = (node, ambient) => {
  if (node['value'] === '{' && hasOnly(node, 'value', 'lhs')) return compileObject(node, ambient);
  if (node['value'] === '[' && hasOnly(node, 'value', 'expressions')) return compileArray(node, ambient);
  return undefined;
};

const compileCondition: Compiler = (node, ambient) => {
  if (!hasOnly(node, 'condition', 'then', 'else')) return undefined;
  const test = compileFast(node['condition'], ambient);
  const yes = compileFast(node['then'], ambient);
  const no = node['else'] === undefined ? () => undefined : compileFast(node['else'], ambient);
  if (!test || !yes || !no) return undefined;
  return (scope) => {
    const answer = truth(test(scope));
    if (answer === SLOW) return SLOW;
    return answer ? yes(scope) : no(scope);
  };
};

const compileCall: Compiler = (node, ambient) => {
  const procedure = node['procedure'] as Node;
  if (!hasOnly(node, 'value', 'procedure', 'arguments') || procedure.type !== 'variable') return undefined;
  const name = procedure['value'] as string;
  const called = Object.hasOwn(FAST_FUNCTIONS, name) ? FAST_FUNCTIONS[name] : undefined;
  const args = (node['arguments'] as Node[]).map((argument) => compileFast(argument, ambient));
  if (called === undefined || args.length !== called.arguments) return undefined;
  const evaluators = args.filter((evaluator) => evaluator !== undefined);
  if (evaluators.length < args.length) return undefined;
  return (scope) => {
    // A variable of that name hides the function.
    if (scope.variable(name) !== undefined) return SLOW;
    const values: Value[] = [];
    for (const evaluator of evaluators) {
      const value = evaluator(scope);
      if (value === SLOW) return SLOW;
      values.push(value);
    }
    return called.call(values, ambient);
  };
};

const compileBlock: Compiler = (node, ambient) => {
  const expressions = node['expressions'] as Node[];
  return hasOnly(node, 'expressions') && expressions.length === 1 ? compileFast(expressions[0], ambient) : undefined;
};

const COMPILERS: Readonly<Record<string, Compiler>> = {
  variable: compileVariable,
  path: compilePath,
  string: constant,
  number: constant,
  value: constant,
  binary: compileBinary,
  unary: compileUnary,
  condition: compileCondition,
  function: compileCall,
  block: compileBlock,
};
