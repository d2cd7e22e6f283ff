/** Parsed expressions by their text: an application has few texts and sends each of them many times. */
import { Cursor } from './cursor.ts';
import { parseCondition } from './parse-condition.ts';
import { parseUpdate } from './parse-update.ts';
import type { Condition, ExpressionKind, Parsed, Path, Update } from './syntax.ts';

/** Texts kept for each kind; a caller that builds texts from data starts over rather than filling the memory. */
const MAX_CACHED = 5_000;

function cached<Tree>(kind: ExpressionKind, parse: (cursor: Cursor) => Tree): (text: string) => Parsed<Tree> {
  const byText = new Map<string, Parsed<Tree>>();
  return (text) => {
    const known = byText.get(text);
    if (known !== undefined) return known;
    const cursor = new Cursor(kind, text);
    const tree = parse(cursor);
    const parsed = { kind, tree, names: [...cursor.names], values: [...cursor.values] };
    if (byText.size >= MAX_CACHED) byText.clear();
    byText.set(text, parsed);
    return parsed;
  };
}

function parsePaths(cursor: Cursor): readonly Path[] {
  const paths = [cursor.path()];
  while (cursor.take(',')) paths.push(cursor.path());
  cursor.end();
  return paths;
}

export const conditionExpression = cached<Condition>('ConditionExpression', parseCondition);
export const filterExpression = cached<Condition>('FilterExpression', parseCondition);
export const keyConditionExpression = cached<Condition>('KeyConditionExpression', parseCondition);
export const projectionExpression = cached<readonly Path[]>('ProjectionExpression', parsePaths);
export const updateExpression = cached<Update>('UpdateExpression', parseUpdate);
