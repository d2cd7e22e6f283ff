/**
 * Writes a made-up street network around the customers and depots of any orders file, as an OpenStreetMap extract:
 * `npx tsx samples/make-town.ts --around ORDERS --fleet FLEET --out town.osm.pbf [--seed N]`. Without arguments it writes
 * the town of the sample day into this folder. The same files and seed give the same extract.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createPrng, type Position, parseFleet } from '../domain/index.ts';
import { readOrderLines } from '../operations/index.ts';
import { writeExtract } from '../roads/osm/index.ts';
import { areasAround } from './town/areas.ts';
import { TownElements } from './town/town-elements.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const { values } = parseArgs({
  options: {
    around: { type: 'string', default: here('orders.jsonl') },
    fleet: { type: 'string', default: here('fleet.json') },
    out: { type: 'string', default: here('portolan.osm.pbf') },
    seed: { type: 'string', default: '1' },
  },
});

const parsed = parseFleet(readFileSync(values.fleet, 'utf8'));
if (!parsed.ok) throw new Error(`${values.fleet} is refused: ${JSON.stringify(parsed.refusals)}`);
const groups = new Map<string, Position[]>(
  parsed.fleet.depots.map(({ depotId, position }): [string, Position[]] => [depotId, [position]]),
);
for (const { parsed: order } of readOrderLines(readFileSync(values.around, 'utf8'))) {
  if (order.ok) groups.get(order.order.depotId)?.push(order.order.deliverTo.position);
}

const town = new TownElements();
const areas = areasAround([...groups.values()]);
for (const [index, area] of areas.entries()) town.add(area, createPrng(values.seed).fork(`town/${index}`));
const bytes = writeExtract(town.all(), 'perfect-order make-town');
writeFileSync(values.out, bytes);
const { nodes, ways, restrictions } = town.counts;
process.stdout.write(
  `${values.out}: ${areas.length} towns, ${nodes} nodes, ${ways} ways, ${restrictions} banned turns, ${bytes.length} bytes\n`,
);
