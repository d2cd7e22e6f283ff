/**
 * The published JSON Schemas, from the schemas that the intake uses. As a program, writes them to `docs/schemas/`:
 * `npm run render:schemas`.
 */
import { writeFileSync } from 'node:fs';
import { fleetJsonSchema, type JsonSchema, orderJsonSchema } from '../domain/index.ts';

/** File name to text. */
export const publishedSchemas = (): ReadonlyMap<string, string> =>
  new Map([
    ['order.schema.json', textOf(orderJsonSchema())],
    ['fleet.schema.json', textOf(fleetJsonSchema())],
  ]);

/** Lists of plain texts on one line, as the formatter of this repository has them. */
function textOf(schema: JsonSchema): string {
  const indented = JSON.stringify(schema, null, 2);
  const compact = indented.replace(
    /\[\n\s+("(?:[^"\\]|\\.)*"(?:,\n\s+"(?:[^"\\]|\\.)*")*)\n\s+\]/g,
    (_, items: string) => {
      return `[${items.replace(/,\n\s+/g, ', ')}]`;
    },
  );
  return `${compact}\n`;
}

if (process.argv[1]?.endsWith('render-schemas.ts') === true) {
  for (const [name, text] of publishedSchemas()) writeFileSync(new URL(`schemas/${name}`, import.meta.url), text);
}
