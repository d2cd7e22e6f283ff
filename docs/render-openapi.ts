/**
 * The OpenAPI document of the console's HTTP API, from the schemas that the server uses. As a program, writes it to
 * `docs/openapi.json`: `npm run render:openapi`.
 */
import { writeFileSync } from 'node:fs';
import { apiDocument } from '../console/index.ts';

const LINE_WIDTH = 120;

export const publishedApi = (): string => `${jsonText(apiDocument())}\n`;

/** Lists of plain values on one line where they fit, as the formatter of this repository has them. */
function jsonText(value: unknown, indent = '', before = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((each) => JSON.stringify(each)).join(', ')}]`;
    const isPlain = value.every((each) => typeof each !== 'object' || each === null);
    // A comma may follow.
    if (isPlain && indent.length + before + line.length + 1 <= LINE_WIDTH) return line;
    return `[\n${value.map((each) => `${inner}${jsonText(each, inner)}`).join(',\n')}\n${indent}]`;
  }
  const members = Object.entries(value).map(([name, each]) => {
    const label = `${JSON.stringify(name)}: `;
    return `${inner}${label}${jsonText(each, inner, label.length)}`;
  });
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
}

if (process.argv[1]?.endsWith('render-openapi.ts') === true) {
  writeFileSync(new URL('openapi.json', import.meta.url), publishedApi());
}
