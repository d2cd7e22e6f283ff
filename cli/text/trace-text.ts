/** One order as a person reads it in the terminal: where it stands, its executions as a tree, its timeline, its actions. */
import colors from 'picocolors';
import type { ActionRecord, OrderTraceView } from '../../operations/index.ts';
import { executionTree } from './execution-tree.ts';
import { promiseColor, statusColor } from './order-table.ts';
import { cut, oneLine, plural, shortTime, spanText, timeText } from './terminal.ts';
import { timelineChart } from './timeline-chart.ts';
import { STORY_LEGEND, timelineStory } from './timeline-story.ts';

/** @param width characters of a line */
export function traceText(trace: OrderTraceView, width: number): string {
  const { executions, timeline, now, actions } = trace;
  const sections = [
    headLines(trace, width),
    section('Refused messages', rejectionLines(trace, width)),
    section('Executions', executions.length === 0 ? ['none was started'] : [executionTree(executions, now, width)]),
    section('Timeline', timelineChart(timeline, now, width)),
    section(`What happened   ${colors.dim(STORY_LEGEND)}`, timelineStory(timeline, now, width)),
    section(
      'What operators did',
      actions.map((action) => actionLine(action, width)),
    ),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : [colors.bold(title), ...lines].join('\n');

function headLines({ order, wait, now, eta, deadlines, signals }: OrderTraceView, width: number): string {
  const { orderId, status, statusAt, cause, promiseState, stageAgeSeconds, failure } = order;
  const lastEta = eta.at(-1);
  const openSignals = signals.filter(({ fate }) => fate === 'waiting').length;
  const lines = [
    `depot ${order.depotId}, customer ${order.customerId}, tier ${order.tier}, ` +
      `cycle ${order.cycle}, ${plural(order.attempts, 'attempt')}${order.replays > 0 ? `, ${plural(order.replays, 'replay')}` : ''}`,
    `promise ${shortTime(order.promiseFrom)} to ${shortTime(order.promiseTo)}, version ${order.promiseVersion}: ` +
      promiseColor(promiseState.toLowerCase().replace('_', ' '), promiseState),
    ...(order.committedTo === order.promiseTo ? [] : [`the customer was told ${shortTime(order.committedTo)}`]),
    ...(lastEta === undefined ? [] : [`expected ${timeText(lastEta.etaAt)}, as of ${timeText(lastEta.at)}`]),
    ...(order.routeId === undefined
      ? []
      : [`route ${order.routeId}, vehicle ${order.vehicleId ?? '-'}, driver ${order.driverId ?? '-'}`]),
    ...(order.stage === undefined
      ? []
      : [`stage ${order.stage}, due ${timeText(deadlines[order.stage] ?? order.stageDueAt)}`]),
    ...order.breaches.map(({ stage, deadline, firedAt }) =>
      colors.yellow(`breach of ${stage}: due ${timeText(deadline)}, told ${timeText(firedAt)}`),
    ),
    ...(order.perfect === undefined ? [] : [order.perfect ? colors.green('perfect') : verdictText(order.reasons)]),
    ...(failure === undefined
      ? []
      : [colors.red(cut(`stopped in ${failure.state}: ${failure.error}: ${oneLine(failure.cause)}`, width - 2))]),
    ...(wait === undefined
      ? []
      : [`waits for ${wait.awaits} since ${timeText(wait.openedAt)}${wait.matched ? ', its answer is chosen' : ''}`]),
    ...(openSignals > 0 ? [`${plural(openSignals, 'signal')} without a taker`] : []),
  ];
  return [
    `${colors.bold(orderId)}  ${statusColor(status, status)} for ${spanText(stageAgeSeconds)}, since ${timeText(statusAt)} (${cut(oneLine(cause), Math.max(width - 60, 24))})`,
    ...lines.map((line) => `  ${line}`),
    colors.dim(`  as of ${timeText(now)}`),
  ].join('\n');
}

const verdictText = (reasons: readonly string[]): string => colors.yellow(`not perfect: ${reasons.join(', ')}`);

function rejectionLines({ rejections }: OrderTraceView, width: number): readonly string[] {
  return rejections.map((rejection) => cut(`  ${oneLine(JSON.stringify(rejection))}`, width));
}

function actionLine({ at, kind, by, why, outcome, message }: ActionRecord, width: number): string {
  const said = message === undefined ? '' : `, ${oneLine(message)}`;
  return cut(`  ${timeText(at)}  ${kind} ${outcome} by ${by}: ${oneLine(why)}${said}`, width);
}
