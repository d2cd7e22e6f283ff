/** The running region in the terminal: a table that is redrawn in place, or a line per change where nobody watches. */
import Table from 'cli-table3';
import colors from 'picocolors';
import type { Picture } from './live-picture.ts';

export interface TerminalTable {
  show(picture: Picture): void;
}

const LATEST = 12;

export function terminalTable(stream: NodeJS.WriteStream): TerminalTable {
  return stream.isTTY ? redrawnTable(stream) : changeLines(stream);
}

const timeOf = (iso: string): string => iso.slice(11, 19);

function redrawnTable(stream: NodeJS.WriteStream): TerminalTable {
  let drawnLines = 0;
  return {
    show: (picture) => {
      const text = tableText(picture);
      const back = drawnLines === 0 ? '' : `\u001b[${drawnLines}A\u001b[0J`;
      stream.write(`${back}${text}\n`);
      drawnLines = text.split('\n').length;
    },
  };
}

function tableText({ now, counts, orders }: Picture): string {
  const style = { head: [], border: [], compact: true };
  const latest = new Table({ head: ['order', 'status', 'since', 'promised until', 'vehicle'], style });
  for (const { orderId, status, statusAt, promiseTo, vehicleId } of orders.slice(0, LATEST)) {
    latest.push([orderId, status, timeOf(statusAt), promiseTo === undefined ? '' : timeOf(promiseTo), vehicleId ?? '']);
  }
  const totals = Object.entries(counts).map(([status, count]) => `${status} ${colors.bold(String(count))}`);
  return [
    `${colors.bold(`${now.slice(0, 10)} ${timeOf(now)}`)} in the region   ${totals.join('   ')}`,
    orders.length === 0 ? 'No orders yet: the first ones are placed within a minute.' : latest.toString(),
  ].join('\n');
}

function changeLines(stream: NodeJS.WriteStream): TerminalTable {
  const known = new Map<string, string>();
  return {
    show: ({ orders }) => {
      for (const { orderId, status, statusAt, vehicleId } of [...orders].reverse()) {
        const state = `${status}${vehicleId === undefined ? '' : `  ${vehicleId}`}`;
        if (known.get(orderId) === state) continue;
        known.set(orderId, state);
        stream.write(`${timeOf(statusAt)}  ${orderId}  ${state}\n`);
      }
    },
  };
}
