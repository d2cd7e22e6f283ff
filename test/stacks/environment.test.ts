import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { ENVIRONMENT } from '../../functions/platform/tables.ts';
import { synthesise } from './synthesised.ts';

const FUNCTIONS = fileURLToPath(new URL('../../functions', import.meta.url));

/** Variables that a program reads: those of every `readConfig('...')` in it and in the modules it imports. */
function variablesReadBy(entry: string): string[] {
  const seen = new Set<string>();
  const settings = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(path, 'utf8').replaceAll(/\/\*.*?\*\//gs, '');
    for (const [, names = ''] of text.matchAll(/readConfig\(\s*((?:'\w+',?\s*)+)\)/g)) {
      for (const [, name = ''] of names.matchAll(/'(\w+)'/g)) settings.add(name);
    }
    for (const [, imported = ''] of text.matchAll(/from '(\.[^']+)'/g)) visit(join(dirname(path), imported));
  };
  visit(entry);
  return [...settings].map((name) => ENVIRONMENT[name as keyof typeof ENVIRONMENT]).sort();
}

const { resources } = synthesise();
const known = new Set<string>(Object.values(ENVIRONMENT));
const given = (names: string[]): string[] => names.filter((name) => known.has(name)).sort();

const functions = Object.values(resources)
  .filter(({ Type }) => Type === 'AWS::Lambda::Function')
  .map(({ Properties }) => Properties.Environment.Variables as Record<string, string>)
  .map((variables) => [String(variables['POWERTOOLS_SERVICE_NAME']), given(Object.keys(variables))] as const);

describe('the environment of a program', () => {
  test.each(functions)('%s has the variables that it reads, and no other', (name, variables) => {
    expect(variables).toEqual(variablesReadBy(join(FUNCTIONS, name, 'handler.ts')));
  });

  test('plan-routes has the variables that it reads, with those that the wave adds', () => {
    const [task] = Object.values(resources).filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition');
    const names = task?.Properties.ContainerDefinitions[0].Environment.map(({ Name }: { Name: string }) => Name);
    expect([...given(names), 'DEPOT_ID', 'WAVE_ID'].sort()).toEqual(
      variablesReadBy(join(FUNCTIONS, 'plan-routes', 'main.ts')),
    );
  });
});
