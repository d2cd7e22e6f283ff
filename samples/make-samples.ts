/** Writes the sample day into this folder: `npx tsx samples/make-samples.ts`. The same settings give the same files. */
import { writeFileSync } from 'node:fs';
import { sampleDay } from '../fleet/index.ts';

const { orders, fleet } = sampleDay({ seed: 1, orders: 60, vehicles: 3, startAt: '2026-01-31T08:00:00Z' });

const write = (name: string, content: string): void => writeFileSync(new URL(name, import.meta.url), content);

write('orders.jsonl', orders.map((order) => `${JSON.stringify(order)}\n`).join(''));
write('fleet.json', `${JSON.stringify(fleet, null, 2)}\n`);
