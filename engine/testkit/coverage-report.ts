/** Coverage as people and tools read it: a table, JSON, and the tracefile format of lcov. */
import { type Coverage, type CoveredPart, PART_KINDS } from './coverage.ts';

const reached = (parts: readonly CoveredPart[]): number => parts.filter(({ hits }) => hits > 0).length;
const percentOf = (parts: readonly CoveredPart[]): number =>
  parts.length === 0 ? 100 : (100 * reached(parts)) / parts.length;

/** A line per kind, then the parts that were never reached. */
export function coverageTable({ parts }: Coverage): string {
  const rows = PART_KINDS.map((kind) => {
    const ofKind = parts.filter((part) => part.kind === kind);
    const count = `${reached(ofKind)}/${ofKind.length}`;
    return `${`${kind}s`.padEnd(10)}${count.padStart(9)}${percentOf(ofKind).toFixed(1).padStart(8)} %`;
  });
  const missed = parts
    .filter(({ hits }) => hits === 0)
    .map(({ kind, label, line }) => `  line ${line}, ${kind}: ${label}`);
  return [...rows, ...(missed.length > 0 ? ['never reached:', ...missed] : []), ''].join('\n');
}

/** Totals by kind in numbers and percent, and every part. */
export function coverageJson({ parts }: Coverage) {
  const totals = PART_KINDS.map((kind) => {
    const ofKind = parts.filter((part) => part.kind === kind);
    return [`${kind}s`, { reached: reached(ofKind), total: ofKind.length, percent: percentOf(ofKind) }] as const;
  });
  return { totals: Object.fromEntries(totals), parts };
}

/**
 * An lcov tracefile: states are functions and lines; edges, retriers and catchers are the branches of their state.
 * @param sourceFile path of the definition, as the report is to name it
 */
export function coverageLcov({ parts }: Coverage, sourceFile: string): string {
  const states = parts.filter(({ kind }) => kind === 'state');
  const branches = parts.filter(({ kind }) => kind !== 'state');
  const lines = new Map<number, number>();
  for (const { line, hits } of parts) lines.set(line, Math.max(hits, lines.get(line) ?? 0));
  const owners = [...new Set(branches.map(({ state }) => state))];
  const hitsOf = (state: string): number => states.find((each) => each.state === state)?.hits ?? 0;
  const branchLines = owners.flatMap((owner, block) =>
    branches
      .filter(({ state }) => state === owner)
      .map(({ line, hits }, index) => `BRDA:${line},${block},${index},${hitsOf(owner) === 0 ? '-' : hits}`),
  );
  return [
    'TN:',
    `SF:${sourceFile}`,
    ...states.map(({ line, label }) => `FN:${line},${label}`),
    ...states.map(({ hits, label }) => `FNDA:${hits},${label}`),
    `FNF:${states.length}`,
    `FNH:${reached(states)}`,
    ...branchLines,
    `BRF:${branches.length}`,
    `BRH:${reached(branches)}`,
    ...[...lines].sort(([one], [other]) => one - other).map(([line, hits]) => `DA:${line},${hits}`),
    `LF:${lines.size}`,
    `LH:${[...lines.values()].filter((hits) => hits > 0).length}`,
    'end_of_record',
    '',
  ].join('\n');
}
