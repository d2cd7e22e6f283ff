/**
 * Query and Scan: a page of a table or an index. A page ends at `Limit` examined items or after 1 MB of them, whether
 * or not the filter let them through, and then tells the key to continue after.
 */
import { type Item, sizeOfItem } from './attribute-value.ts';
import type { Entry, Place } from './collection.ts';
import { invalidParameter, validationError } from './errors.ts';
import { Bindings } from './expression/bindings.ts';
import { checkDisjoint } from './expression/document-path.ts';
import { checkCondition, meets } from './expression/evaluate-condition.ts';
import { type KeyRange, keyRange } from './expression/key-condition.ts';
import { filterExpression, keyConditionExpression, projectionExpression } from './expression/parse.ts';
import { project } from './expression/project.ts';
import type { Condition, Path } from './expression/syntax.ts';
import { checkMembers, type PagedInput, type QueryInput, type ScanInput } from './inputs.ts';
import {
  type IndexSchema,
  isKeyAttribute,
  type KeySchema,
  keyAttributes,
  keyFromInput,
  keyPart,
  projectedItem,
} from './key-schema.ts';
import { type Capacity, capacityMember, type DynamoStore } from './store.ts';
import type { Row, Table } from './table.ts';

const PAGE_BYTES = 1024 * 1024;
const SELECTS: ReadonlySet<string> = new Set([
  'ALL_ATTRIBUTES',
  'ALL_PROJECTED_ATTRIBUTES',
  'SPECIFIC_ATTRIBUTES',
  'COUNT',
]);

export interface PageOutput {
  /** Shared with the store: not to be written to. */
  readonly Items?: readonly Item[];
  readonly Count: number;
  readonly ScannedCount: number;
  readonly LastEvaluatedKey?: Item;
  readonly ConsumedCapacity?: Capacity;
}

type Source = Table['indexes'][number];

/** Everything about a page but the entries that it reads. */
interface PagePlan {
  readonly table: Table;
  readonly index: IndexSchema | undefined;
  readonly bindings: Bindings;
  readonly filter: Condition | undefined;
  readonly paths: readonly Path[] | undefined;
}

function sourceOf(table: Table, input: PagedInput): Source | undefined {
  if (input.IndexName === undefined) return undefined;
  const source = table.indexes.find(({ schema }) => schema.name === input.IndexName);
  if (source === undefined) {
    throw validationError(`The table does not have the specified index: ${input.IndexName}`);
  }
  if (input.ConsistentRead === true && !source.schema.isLocal) {
    throw validationError('Consistent reads are not supported on global secondary indexes');
  }
  if (input.Select === 'ALL_ATTRIBUTES' && !source.schema.isLocal && source.schema.projection !== 'ALL') {
    throw invalidParameter(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${source.schema.name} because its projection type is not ALL`,
    );
  }
  return source;
}

function checkSelect(input: PagedInput): void {
  if (input.Select !== undefined && !SELECTS.has(input.Select)) {
    throw validationError(`Value '${input.Select}' at 'select' is none of ${[...SELECTS].join(', ')}`);
  }
  if (input.Select === 'SPECIFIC_ATTRIBUTES' && input.ProjectionExpression === undefined) {
    throw invalidParameter('Select type SPECIFIC_ATTRIBUTES needs a ProjectionExpression');
  }
  if (input.ProjectionExpression !== undefined && (input.Select ?? 'SPECIFIC_ATTRIBUTES') !== 'SPECIFIC_ATTRIBUTES') {
    throw validationError(
      `Cannot specify the ProjectionExpression when choosing to get ${input.Select === 'COUNT' ? 'only the Count' : input.Select}`,
    );
  }
  if (input.Limit !== undefined && input.Limit < 1) {
    throw validationError(
      `1 validation error detected: Value '${input.Limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  }
}

function plan(table: Table, source: Source | undefined, input: PagedInput & QueryInput, query: boolean): PagePlan {
  const filter = input.FilterExpression === undefined ? undefined : filterExpression(input.FilterExpression);
  const cut = input.ProjectionExpression === undefined ? undefined : projectionExpression(input.ProjectionExpression);
  const key =
    query && input.KeyConditionExpression !== undefined
      ? keyConditionExpression(input.KeyConditionExpression)
      : undefined;
  const expressions = [key, filter, cut].filter((expression) => expression !== undefined);
  const bindings = new Bindings(input, expressions, 'FilterExpression and KeyConditionExpression are null');
  if (filter !== undefined) checkCondition(filter.tree, 'FilterExpression', bindings);
  if (cut !== undefined) {
    const paths = cut.tree.map((path) => bindings.steps(path));
    checkDisjoint(paths, 'ProjectionExpression', 'must remove or rewrite one of these paths');
  }
  return { table, index: source?.schema, bindings, filter: filter?.tree, paths: cut?.tree };
}

/** Where `ExclusiveStartKey` stands in the table or index. */
function startPlace(table: Table, index: IndexSchema | undefined, key: Item | undefined): Place | undefined {
  if (key === undefined) return undefined;
  const schema = table.definition.key;
  const invalid = validationError('The provided starting key is invalid');
  try {
    const primary = keyFromInput(schema, keyPart(schema, key));
    const wanted = new Set(
      [...keyAttributes(schema), ...(index === undefined ? [] : keyAttributes(index.key))].map((a) => a.name),
    );
    if (Object.keys(key).length !== wanted.size) throw invalid;
    if (index === undefined) return { partition: primary.partition, sort: primary.sort, tie: '' };
    const place = keyFromInput(index.key, keyPart(index.key, key));
    return { partition: place.partition, sort: place.sort, tie: `${primary.partition}\u0000${primary.sort}` };
  } catch {
    throw invalid;
  }
}

function continueAfter(table: Table, index: IndexSchema | undefined, item: Item): Item {
  const key = keyPart(table.definition.key, item);
  return index === undefined ? key : { ...key, ...keyPart(index.key, item) };
}

function readPage(store: DynamoStore, input: PagedInput, page: PagePlan, entries: Iterable<Entry<Row>>): PageOutput {
  const { table, index, bindings, filter } = page;
  const isPartial = index !== undefined && index.projection !== 'ALL';
  const fetches = isPartial && index.isLocal && (page.paths !== undefined || input.Select === 'ALL_ATTRIBUTES');
  const paths = page.paths?.map((path) => bindings.steps(path));
  const isCount = input.Select === 'COUNT';
  const limit = input.Limit ?? Number.POSITIVE_INFINITY;
  const items: Item[] = [];
  let count = 0;
  let scanned = 0;
  let bytes = 0;
  let last: Item | undefined;
  for (const { value: row } of entries) {
    const item = isPartial && !fetches ? projectedItem(index, row.item) : row.item;
    bytes += item === row.item ? row.size : sizeOfItem(item);
    scanned += 1;
    if (filter === undefined || meets(filter, bindings, item)) {
      count += 1;
      if (!isCount) items.push(paths === undefined ? item : project(item, paths));
    }
    if (scanned < limit && bytes < PAGE_BYTES) continue;
    last = row.item;
    break;
  }
  const units = store.countRead(bytes, input.ConsistentRead === true ? 1 : 0.5);
  return {
    ...(isCount ? {} : { Items: items }),
    Count: count,
    ScannedCount: scanned,
    ...(last === undefined ? {} : { LastEvaluatedKey: continueAfter(table, index, last) }),
    ...capacityMember(input, table.definition.name, units),
  };
}

function checkFilterPaths(condition: Condition, schema: KeySchema, bindings: Bindings): void {
  const check = (operand: { readonly kind: string }): void => {
    const path = operand as Path;
    if (path.kind !== 'path') return;
    const name = bindings.topLevel(path);
    if (!isKeyAttribute(schema, name)) return;
    throw validationError(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`,
    );
  };
  switch (condition.kind) {
    case 'and':
    case 'or':
      checkFilterPaths(condition.left, schema, bindings);
      checkFilterPaths(condition.right, schema, bindings);
      return;
    case 'not':
      checkFilterPaths(condition.inner, schema, bindings);
      return;
    case 'compare':
      check(condition.left);
      check(condition.right);
      return;
    case 'between':
    case 'in':
      check(condition.operand);
      return;
    case 'call':
      condition.operands.forEach(check);
  }
}

export function query(store: DynamoStore, input: QueryInput): PageOutput {
  checkMembers('Query', input);
  checkSelect(input);
  const table = store.table(input.TableName);
  const source = sourceOf(table, input);
  if (input.KeyConditionExpression === undefined) {
    throw validationError(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const page = plan(table, source, input, true);
  const schema = source?.schema.key ?? table.definition.key;
  const range: KeyRange = keyRange(keyConditionExpression(input.KeyConditionExpression).tree, schema, page.bindings);
  if (page.filter !== undefined) checkFilterPaths(page.filter, schema, page.bindings);
  const after = startPlace(table, source?.schema, input.ExclusiveStartKey);
  if (after !== undefined && after.partition !== range.partition) {
    throw validationError('The provided starting key is outside query boundaries based on provided conditions');
  }
  const entries = (source?.places ?? table.rows).query(
    range.partition,
    range.sort,
    input.ScanIndexForward ?? true,
    after,
  );
  return readPage(store, input, page, entries);
}

export function scan(store: DynamoStore, input: ScanInput): PageOutput {
  checkMembers('Scan', input);
  checkSelect(input);
  const table = store.table(input.TableName);
  const source = sourceOf(table, input);
  const page = plan(table, source, input, false);
  const segments = input.TotalSegments ?? 1;
  const segment = input.Segment ?? 0;
  if ((input.TotalSegments === undefined) !== (input.Segment === undefined) || segment >= segments) {
    throw validationError(
      `Segment ${input.Segment} of TotalSegments ${input.TotalSegments}: give both, with Segment below TotalSegments`,
    );
  }
  const after = startPlace(table, source?.schema, input.ExclusiveStartKey);
  return readPage(store, input, page, (source?.places ?? table.rows).scan(segment, segments, after));
}
