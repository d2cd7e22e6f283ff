/**
 * The executions of an order as a tree: states in the order in which they were entered, states of branches and iterations
 * below the state that ran them, and below a state its attempts, where there is more to tell than that it worked.
 */
import colors from 'picocolors';
import { type ExecutionView, enclosingVisits, type StateAttempt, type StateVisit } from '../../operations/index.ts';
import { cut, oneLine, plural, secondsBetween, spanText, timeText } from './terminal.ts';

interface TreeNode {
  readonly text: string;
  readonly color: (text: string) => string;
  readonly below: readonly TreeNode[];
}

const TONES: Readonly<Record<string, (text: string) => string>> = {
  succeeded: String,
  caught: colors.yellow,
  failed: colors.red,
  'timed-out': colors.red,
  aborted: colors.dim,
  open: colors.cyan,
};
const toneOf = (outcome: string): ((text: string) => string) => TONES[outcome] ?? String;

/** @param width characters of a line */
export function executionTree(executions: readonly ExecutionView[], now: string, width: number): string {
  return executions
    .flatMap((execution) => {
      const node = executionNode(execution, now);
      return [node.color(cut(node.text, width)), ...linesOf(node.below, '', width)];
    })
    .join('\n');
}

function linesOf(nodes: readonly TreeNode[], indent: string, width: number): string[] {
  return nodes.flatMap((node, index) => {
    const isLast = index === nodes.length - 1;
    const lead = `${indent}${isLast ? '└─ ' : '├─ '}`;
    const deeper = `${indent}${isLast ? '   ' : '│  '}`;
    return [
      `${colors.dim(lead)}${node.color(cut(node.text, width - lead.length))}`,
      ...linesOf(node.below, deeper, width),
    ];
  });
}

function executionNode(execution: ExecutionView, now: string): TreeNode {
  const { machine, name, status, startedAt, stoppedAt, redriveCount, visits, eventCount, error, cause } = execution;
  const took = spanText(secondsBetween(startedAt, stoppedAt ?? now));
  const parts = [
    `${machine} ${name}: ${status}`,
    `${timeText(startedAt)}, ${stoppedAt === undefined ? `open for ${took}` : took}`,
    plural(eventCount, 'event'),
    ...(redriveCount > 0 ? [`redriven ${plural(redriveCount, 'time')}`] : []),
  ];
  const failure = error === undefined && cause === undefined ? [] : [leaf(failureText(error, cause), colors.red)];
  return { text: parts.join(', '), color: colors.bold, below: [...nodesOf(visits, stoppedAt ?? now), ...failure] };
}

const leaf = (text: string, color: (text: string) => string): TreeNode => ({ text, color, below: [] });
const failureText = (error = 'no error name', cause = ''): string =>
  cause === '' ? error : `${error}: ${oneLine(cause)}`;

/** Visits in the order of their entry, each under the one that runs its branch: a tree from the visits' paths. */
function nodesOf(visits: readonly StateVisit[], now: string): readonly TreeNode[] {
  const enclosing = enclosingVisits(visits);
  const children = new Map<StateVisit | undefined, StateVisit[]>();
  for (const visit of [...visits].sort((a, b) => a.enteredEventId - b.enteredEventId)) {
    const parent = enclosing.get(visit);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [visit]);
    else siblings.push(visit);
  }
  const build = (parent: StateVisit | undefined): readonly TreeNode[] =>
    (children.get(parent) ?? []).map((visit) => ({
      text: visitText(visit, now),
      color: toneOf(visit.outcome),
      below: [...attemptNodes(visit, now), ...build(visit)],
    }));
  return build(undefined);
}

function visitText(visit: StateVisit, now: string): string {
  const { state, type, enteredAt, exitedAt, outcome, attempts, next, path } = visit;
  const took = spanText(secondsBetween(enteredAt, exitedAt ?? now));
  const waits = attempts.some(({ usesToken }) => usesToken) ? ' by token' : '';
  const branch = path.at(-1)?.match(/\[\d+\]$/)?.[0] ?? '';
  const span = outcome === 'open' ? `open for ${took}` : took;
  return [
    `${branch === '' ? '' : `${branch} `}${state}  ${type}${waits}, ${span}`,
    ...(outcome === 'succeeded' || outcome === 'open' ? [] : [outcome]),
    ...(outcome === 'caught' && next !== undefined ? [`goes on with ${next}`] : []),
    ...(attempts.length > 1 ? [plural(attempts.length, 'attempt')] : []),
  ].join(', ');
}

function attemptNodes({ attempts }: StateVisit, now: string): readonly TreeNode[] {
  const children = attempts.flatMap(({ childExecutionArn }) =>
    childExecutionArn === undefined ? [] : [leaf(`started ${nameOf(childExecutionArn)}`, String)],
  );
  const isPlain = attempts.length < 2 && attempts.every(({ error }) => error === undefined);
  return isPlain ? children : [...attempts.map((attempt) => attemptNode(attempt, now)), ...children];
}

function attemptNode(attempt: StateAttempt, now: string): TreeNode {
  const { number, scheduledAt, endedAt, outcome, error, cause } = attempt;
  const took = spanText(secondsBetween(scheduledAt, endedAt ?? now));
  const why = error === undefined ? '' : `, ${failureText(error, cause)}`;
  return leaf(`attempt ${number}: ${outcome} after ${took}${why}`, toneOf(outcome));
}

/** `machine name` of an execution's ARN. */
export const nameOf = (executionArn: string): string => executionArn.split(':').slice(6, 8).join(' ');
