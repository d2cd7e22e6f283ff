/**
 * Input templates with `<...>` variables, as EventBridge input transformers and Pipes use them. A variable outside
 * quotes is replaced by the JSON of its value, one inside a JSON string by its text, escaped. A template whose result
 * is JSON gives that JSON, any other gives the text.
 */
import { AwsError } from '../../errors.ts';

/** Value of a variable, by the name between `<` and `>`. */
export type VariableReader = (name: string) => unknown;

interface Part {
  readonly literal: string;
  readonly variable?: string;
  readonly quoted: boolean;
}

const parsed = new Map<string, readonly Part[]>();

function parseTemplate(template: string): readonly Part[] {
  const known = parsed.get(template);
  if (known !== undefined) return known;
  const parts: Part[] = [];
  let literal = '';
  let quoted = false;
  for (let index = 0; index < template.length; index += 1) {
    const character = template.charAt(index);
    if (character === '\\' && (template[index + 1] === '<' || template[index + 1] === '>')) {
      literal += template.charAt(index + 1);
      index += 1;
    } else if (character === '\\') {
      literal += template.slice(index, index + 2);
      index += 1;
    } else if (character === '<') {
      const end = template.indexOf('>', index);
      if (end < 0)
        throw new AwsError('ValidationException', `InputTemplate is not valid: "<" at ${index} is not closed`);
      parts.push({ literal, variable: template.slice(index + 1, end).trim(), quoted });
      literal = '';
      index = end;
    } else {
      if (character === '"') quoted = !quoted;
      literal += character;
    }
  }
  parts.push({ literal, quoted: false });
  parsed.set(template, parts);
  return parts;
}

/** The names of a template's variables, in order. */
export function templateVariables(template: string): readonly string[] {
  return parseTemplate(template).flatMap((part) => (part.variable === undefined ? [] : [part.variable]));
}

/**
 * Fills a template.
 * @param absent JSON that stands for a variable without value outside quotes
 */
export function fillTemplate(template: string, read: VariableReader, absent = '""'): unknown {
  let text = '';
  for (const part of parseTemplate(template)) {
    text += part.literal;
    if (part.variable === undefined) continue;
    const value = read(part.variable);
    text += part.quoted ? quotedText(value) : bareText(value, absent);
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function bareText(value: unknown, absent: string): string {
  return value === undefined ? absent : JSON.stringify(value);
}

function quotedText(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return JSON.stringify(text).slice(1, -1);
}
