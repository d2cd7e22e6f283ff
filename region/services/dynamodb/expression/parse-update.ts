/** Parses update expressions: each of SET, REMOVE, ADD and DELETE at most once, in any order. */
import type { Cursor } from './cursor.ts';
import type { Path, Update, UpdateOperand, ValueOperand } from './syntax.ts';

type Section = 'SET' | 'REMOVE' | 'ADD' | 'DELETE';

const SECTIONS: ReadonlySet<string> = new Set(['SET', 'REMOVE', 'ADD', 'DELETE']);

export function parseUpdate(cursor: Cursor): Update {
  const set: { path: Path; operand: UpdateOperand }[] = [];
  const remove: Path[] = [];
  const add: { path: Path; value: ValueOperand }[] = [];
  const del: { path: Path; value: ValueOperand }[] = [];
  const element: Readonly<Record<Section, () => void>> = {
    SET: () => {
      const path = cursor.path();
      cursor.expect('=');
      set.push({ path, operand: parseSum(cursor) });
    },
    REMOVE: () => {
      remove.push(cursor.path());
    },
    ADD: () => {
      add.push({ path: cursor.path(), value: cursor.value() });
    },
    DELETE: () => {
      del.push({ path: cursor.path(), value: cursor.value() });
    },
  };
  const seen = new Set<string>();
  do {
    const section = cursor.keyword();
    if (!SECTIONS.has(section)) throw cursor.syntaxError();
    if (seen.has(section)) {
      throw cursor.error(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    cursor.next();
    do element[section as Section]();
    while (cursor.take(','));
  } while (cursor.peek() !== '<EOF>');
  return { set, remove, add, delete: del };
}

function parseSum(cursor: Cursor): UpdateOperand {
  const left = parseOperand(cursor);
  const kind = cursor.peek();
  if (kind !== '+' && kind !== '-') return left;
  cursor.next();
  return { kind, left, right: parseOperand(cursor) };
}

function parseOperand(cursor: Cursor): UpdateOperand {
  if (cursor.take('(')) {
    const inner = parseSum(cursor);
    cursor.expect(')');
    return inner;
  }
  if (cursor.peek().startsWith(':')) return cursor.value();
  if (!cursor.atCall) return cursor.path();
  const name = cursor.next();
  if (name !== 'if_not_exists' && name !== 'list_append') {
    throw cursor.error(`Invalid function name; function: ${name}`);
  }
  cursor.expect('(');
  const first = parseOperand(cursor);
  cursor.expect(',');
  const second = parseOperand(cursor);
  cursor.expect(')');
  if (name === 'list_append') return { kind: 'list_append', first, second };
  if (first.kind !== 'path') {
    throw cursor.error('Operator or function requires a document path; operator or function: if_not_exists');
  }
  return { kind: 'if_not_exists', path: first, otherwise: second };
}
