import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  ADR_FOLDER,
  allDocuments,
  brokenLinks,
  missingPaths,
  programsRun,
  REPOSITORY,
  readDocument,
  scriptsRun,
} from './documents.ts';

const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

describe('every document', () => {
  const documents = allDocuments().map((document) => [document.path, document] as const);

  test.each(documents)('%s has no link that leads nowhere', (_, document) => {
    expect(brokenLinks(document)).toEqual([]);
  });

  test.each(documents)('%s names only paths that exist', (_, document) => {
    expect(missingPaths(document)).toEqual([]);
  });

  test.each(documents)('%s runs only commands that exist', (_, document) => {
    expect(scriptsRun(document).filter((name) => scripts[name] === undefined)).toEqual([]);
    expect(programsRun(document).filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
  });

  test('is checked by something that finds faults', () => {
    const faulty = {
      path: join('docs', 'faulty.md'),
      text: '[a](nowhere.md) [b](ARCHITECTURE.md#no-such-part) `functions/no-such/file.ts` npm run no-such',
    };
    expect(brokenLinks(faulty)).toEqual(['nowhere.md', 'ARCHITECTURE.md#no-such-part']);
    expect(missingPaths(faulty)).toEqual(['functions/no-such/file.ts']);
    expect(scriptsRun(faulty)).toEqual(['no-such']);
  });
});

describe('the README', () => {
  test('tells how to start, to test and to simulate', () => {
    expect(scriptsRun(readDocument('README.md'))).toEqual(
      expect.arrayContaining(['start', 'test', 'simulate', 'verify']),
    );
  });
});

describe('ARCHITECTURE', () => {
  const { text } = readDocument(join('docs', 'ARCHITECTURE.md'));

  test('names every state of every machine', () => {
    const states = readdirSync(join(REPOSITORY, 'asl')).flatMap((name) => statesOf(readAsl(name)));
    expect(states.length).toBeGreaterThan(30);
    expect(states.filter((state) => !text.includes(`\`${state}\``))).toEqual([]);
  });

  test('names every function', () => {
    const functions = readdirSync(join(REPOSITORY, 'functions')).filter((name) => name !== 'platform');
    expect(functions.length).toBeGreaterThan(20);
    expect(functions.filter((name) => !text.includes(`functions/${name}\``))).toEqual([]);
  });

  test('names every folder of code', () => {
    const folders = [
      'domain',
      'workflows',
      'functions',
      'stacks',
      'asl',
      'engine',
      'region',
      'fleet',
      'operations',
      'cli',
    ];
    expect(folders.filter((folder) => !text.includes(`| \`${folder}/\``))).toEqual([]);
  });
});

describe('the decision records', () => {
  const names = readdirSync(join(REPOSITORY, ADR_FOLDER)).sort();

  test('are numbered without a gap', () => {
    expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1));
  });

  test.each(names)('%s has a context, a decision, rejected options and consequences, on one page', (name) => {
    const { text } = readDocument(join(ADR_FOLDER, name));
    expect([...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      'Context',
      'Decision',
      'Rejected',
      'Consequences',
    ]);
    expect(text.startsWith(`# ${name.slice(0, 4)} `)).toBe(true);
    expect(text.split('\n').length).toBeLessThan(70);
  });
});

interface Graph {
  readonly States: Readonly<Record<string, { readonly ItemProcessor?: Graph }>>;
}

const readAsl = (name: string): Graph => JSON.parse(readFileSync(join(REPOSITORY, 'asl', name), 'utf8')) as Graph;

function statesOf(graph: Graph): string[] {
  return Object.entries(graph.States).flatMap(([name, { ItemProcessor }]) => [
    name,
    ...(ItemProcessor === undefined ? [] : statesOf(ItemProcessor)),
  ]);
}
