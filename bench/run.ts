/** `npm run bench -- engine`: measures one part of the project on this machine. */
import { benchBoard } from './board.ts';
import { benchConsole } from './console.ts';
import { benchEngine } from './engine.ts';
import { benchRoads } from './roads.ts';
import { benchRouting } from './routing.ts';
import { drawRouting } from './routing-picture.ts';

const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  engine: benchEngine,
  board: benchBoard,
  console: benchConsole,
  routing: benchRouting,
  roads: benchRoads,
  'routing-picture': drawRouting,
};
const [, , name = ''] = process.argv;
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined) {
  console.error(`There is no benchmark '${name}'; name one of ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
await bench();
