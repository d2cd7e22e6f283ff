/** Reads the environment once, at cold start; a missing variable names itself and who should have set it. */
import { ENVIRONMENT } from './tables.ts';

export type Setting = keyof typeof ENVIRONMENT;

/**
 * @returns the settings by name
 * @throws Error naming the variable that is missing or empty
 * @example const { ordersTable } = readConfig('ordersTable');
 */
export function readConfig<Name extends Setting>(...names: Name[]): Readonly<Record<Name, string>> {
  const config = {} as Record<Name, string>;
  for (const name of names) {
    const variable = ENVIRONMENT[name];
    const value = process.env[variable];
    if (value === undefined || value === '') {
      throw new Error(`Environment variable ${variable} is not set: the stack of this function must pass it.`);
    }
    config[name] = value;
  }
  return config;
}

/** @returns the setting of a stack that may or may not give it */
export function readOptional(name: Setting): string | undefined {
  const value = process.env[ENVIRONMENT[name]];
  return value === '' ? undefined : value;
}
