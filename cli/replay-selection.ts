/** Which failed orders a replay is asked for: by groups, by ids, by a file of ids, or all; and that it is no slip. */
import { type Board, failureGroups, type OrderQuery } from '../operations/index.ts';
import { CommandFailure } from './failures.ts';
import { readText } from './files.ts';
import { plural, spanText } from './text/terminal.ts';

export interface SelectionOptions {
  readonly group: readonly string[];
  readonly order: readonly string[];
  readonly orders?: string;
  readonly all?: boolean;
  readonly depot: readonly string[];
  readonly most: number;
  readonly rate: number;
}

export type Selection =
  | { readonly groupIds: readonly string[] }
  | { readonly orderIds: readonly string[] }
  | { readonly query: OrderQuery };

/** @returns undefined when nothing was said. @throws CommandFailure PO-100, PO-101, PO-112 */
export function selectionOf({ group, order, orders, all, depot }: SelectionOptions): Selection | undefined {
  const said = [group.length > 0, order.length > 0, orders !== undefined, all === true].filter(Boolean).length;
  if (said === 0) return undefined;
  if (said > 1) {
    throw new CommandFailure(
      'PO-100',
      'more than one selection',
      'give only one of --group, --order, --orders and --all',
    );
  }
  if (group.length > 0) return { groupIds: group };
  if (order.length > 0) return { orderIds: [...new Set(order)] };
  if (orders !== undefined) return { orderIds: idsOf(orders) };
  return { query: { status: ['FAILED'], ...(depot.length === 0 ? {} : { depotId: depot }) } };
}

/** One id a line, or one JSON object with an `orderId`, as `orders --json` and a run's report have them. */
function idsOf(path: string): readonly string[] {
  const ids = readText(path)
    .split('\n')
    .map((line) => line.trim())
    .flatMap((line, index) => (line === '' ? [] : [idOf(line, index + 1, path)]));
  if (ids.length > 0) return [...new Set(ids)];
  throw new CommandFailure('PO-112', `${path} has no order ids`, 'give a file with one order id a line');
}

function idOf(line: string, number: number, path: string): string {
  if (!line.startsWith('{')) {
    if (/^[^\s",;{}]+$/.test(line)) return line;
    throw new CommandFailure('PO-112', `${path}, line ${number}: ${line.slice(0, 60)} is no order id`, REMEDY);
  }
  try {
    const { orderId } = JSON.parse(line) as { readonly orderId?: unknown };
    if (typeof orderId === 'string') return orderId;
  } catch (error) {
    throw new CommandFailure('PO-112', `${path}, line ${number} is cut off or no JSON`, REMEDY, { cause: error });
  }
  throw new CommandFailure('PO-112', `${path}, line ${number} has no orderId`, REMEDY);
}
const REMEDY = 'give one order id a line, or one JSON object with an orderId';

/** @throws CommandFailure PO-110 when it is more than was allowed for */
export function checkSize(selection: Selection, board: Board, { most, rate }: SelectionOptions): void {
  const count = countOf(selection, board);
  if (count <= most) return;
  throw new CommandFailure(
    'PO-110',
    `${plural(count, 'order')} are selected, about ${spanText(count / rate)} at ${rate} a second`,
    `narrow the selection, or say --most ${count} if all of them are meant`,
  );
}

function countOf(selection: Selection, board: Board): number {
  if ('orderIds' in selection) return selection.orderIds.length;
  if ('query' in selection) return board.search({ ...selection.query, limit: 1 }).total;
  return failureGroups(board)
    .filter(({ groupId }) => selection.groupIds.includes(groupId))
    .reduce((sum, { count }) => sum + count, 0);
}
