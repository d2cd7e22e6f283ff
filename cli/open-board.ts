/** The read model of all orders for one command: read once, with progress where that takes a while. */
import { type Board, type Deployed, openBoard } from '../operations/index.ts';

/** Rows from which on it is worth telling. */
const TELL_EVERY = 5_000;

/** Calls `use` with a board that is in step with the projection. */
export async function withBoard<Result>(
  deployed: Deployed,
  use: (board: Board) => Promise<Result> | Result,
): Promise<Result> {
  const board = openBoard(deployed);
  try {
    await board.sync(rowsTold(process.stderr));
    return await use(board);
  } finally {
    board.close();
  }
}

function rowsTold(stream: NodeJS.WriteStream): (rows: number) => void {
  let told = 0;
  return (rows) => {
    if (!stream.isTTY || rows - told < TELL_EVERY) return;
    told = rows;
    stream.write(`\r${rows} orders read \r`);
  };
}
