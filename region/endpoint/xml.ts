/** XML of answers: elements of text, in the order in which they are given. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

export const escapeXml = (text: string): string =>
  text.replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);

/**
 * The elements of a structure: text, numbers and booleans as text, times as ISO 8601, structures as elements within, lists
 * as one element of the member's name for each item (as S3 writes them). Members that are undefined are absent.
 */
export function elements(structure: object): string {
  return Object.entries(structure)
    .map(([name, value]) =>
      Array.isArray(value) ? value.map((item) => element(name, item)).join('') : element(name, value),
    )
    .join('');
}

function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return `<${name}>${value.toISOString()}</${name}>`;
  if (typeof value === 'object') return `<${name}>${elements(value)}</${name}>`;
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}
