/**
 * The part of JSONata that workflows use on every step, compiled to synchronous functions: paths over objects,
 * variables, comparisons, `and`/`or`, conditionals, object and array constructors, concatenation. It is exact or it
 * steps aside: whatever needs sequence semantics, an error message or another function answers SLOW, and the full
 * evaluator runs the whole expression. Nothing here has an effect, so evaluating twice is safe.
 */
import { isObject, type JsonValue } from '../json.ts';
import { SLOW, type Slow } from './expression.ts';
import type { Scope } from './scope.ts';

type Value = JsonValue | undefined;
export type FastEvaluator = (scope: Scope) => Value | Slow;
interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A synchronous evaluator for the syntax tree, or undefined when a part of it is outside the subset. */
export function compileFast(ast: unknown): FastEvaluator | undefined {
  const node = ast as Node;
  const compile = COMPILERS[node.type];
  return compile?.(node);
}

/** Any other key on the node (a predicate, a focus binding, `[]`) changes its meaning. */
function hasOnly(node: Node, ...keys: string[]): boolean {
  return Object.entries(node).every(
    ([key, value]) => value === undefined || key === 'type' || key === 'position' || keys.includes(key),
  );
}

type Compiler = (node: Node) => FastEvaluator | undefined;

const compileVariable: Compiler = (node) => {
  if (!hasOnly(node, 'value')) return undefined;
  const name = node['value'] as string;
  if (name === '' || name === '$') return undefined;
  return name === 'states' ? (scope) => scope.states : (scope) => scope.variable(name);
};

const compilePath: Compiler = (node) => {
  if (!hasOnly(node, 'steps')) return undefined;
  const [first, ...rest] = node['steps'] as Node[];
  if (first?.type !== 'variable' || !rest.every((step) => step.type === 'name' && hasOnly(step, 'value')))
    return undefined;
  const head = compileVariable(first);
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

/** JSONata's truth of a scalar; lists and objects have rules that the full evaluator knows. */
function truth(value: Value | Slow): boolean | Slow {
  if (typeof value === 'object' && value !== null) return SLOW;
  if (value === SLOW) return SLOW;
  return Boolean(value);
}

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

const compileBinary: Compiler = (node) => {
  const operator = OPERATORS[node['value'] as string];
  if (operator === undefined || !hasOnly(node, 'value', 'lhs', 'rhs')) return undefined;
  const left = compileFast(node['lhs']);
  const right = compileFast(node['rhs']);
  return left && right ? operator(left, right) : undefined;
};

const compileObject = (node: Node): FastEvaluator | undefined => {
  const entries: [string, FastEvaluator][] = [];
  for (const [key, value] of node['lhs'] as [Node, Node][]) {
    const evaluator = compileFast(value);
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

const compileArray = (node: Node): FastEvaluator | undefined => {
  const items: { nested: boolean; evaluator: FastEvaluator }[] = [];
  for (const item of node['expressions'] as Node[]) {
    const evaluator = compileFast(item);
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

const compileUnary: Compiler = (node) => {
  if (node['value'] === '{' && hasOnly(node, 'value', 'lhs')) return compileObject(node);
  if (node['value'] === '[' && hasOnly(node, 'value', 'expressions')) return compileArray(node);
  return undefined;
};

const compileCondition: Compiler = (node) => {
  if (!hasOnly(node, 'condition', 'then', 'else')) return undefined;
  const test = compileFast(node['condition']);
  const yes = compileFast(node['then']);
  const no = node['else'] === undefined ? () => undefined : compileFast(node['else']);
  if (!test || !yes || !no) return undefined;
  return (scope) => {
    const answer = truth(test(scope));
    if (answer === SLOW) return SLOW;
    return answer ? yes(scope) : no(scope);
  };
};

/** Built-ins of one argument that are exact without the full evaluator for the values they take here. */
const FUNCTIONS: Readonly<Record<string, (value: Value) => Value | Slow>> = {
  exists: (value) => value !== undefined,
  not: (value) => {
    if (value === undefined) return undefined;
    const answer = truth(value);
    return answer === SLOW ? SLOW : !answer;
  },
  string: (value) => (value === undefined || typeof value === 'string' ? value : SLOW),
  merge: (value) => {
    if (!Array.isArray(value) || !value.every(isObject)) return SLOW;
    return Object.assign({}, ...value) as JsonValue;
  },
};

const compileCall: Compiler = (node) => {
  const procedure = node['procedure'] as Node;
  const args = node['arguments'] as Node[];
  const argument = args.length === 1 ? compileFast(args[0]) : undefined;
  if (!hasOnly(node, 'value', 'procedure', 'arguments') || procedure.type !== 'variable' || !argument) return undefined;
  const name = procedure['value'] as string;
  const call = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (call === undefined) return undefined;
  return (scope) => {
    const value = argument(scope);
    // A variable of that name hides the function.
    return value === SLOW || scope.variable(name) !== undefined ? SLOW : call(value);
  };
};

const compileBlock: Compiler = (node) => {
  const expressions = node['expressions'] as Node[];
  return hasOnly(node, 'expressions') && expressions.length === 1 ? compileFast(expressions[0]) : undefined;
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
