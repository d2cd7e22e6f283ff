/** What an operator does to orders and fleets: place, watch, trace and report, through the AWS SDK alone. */
export { type AwsAccess, type Deployed, openDeployed } from './deployed.ts';
export { countTransitions, ExecutionBook } from './execution-book.ts';
export { type ExecutionHistory, historyFiles, orderHistories } from './execution-histories.ts';
export { FleetBook, shiftedFleet } from './fleet-book.ts';
export { GeofenceBook } from './geofences.ts';
export { OrderBook, type OrderBookContent, type OrderEventItem, type OrderGlance } from './order-book.ts';
export { type OrderLine, readOrderLines, shiftedLine } from './order-lines.ts';
export { Intake, type LocalRefusal, type Placed } from './place-orders.ts';
export { RouteBook } from './route-book.ts';
export { areAllKnown, type LineReport, type LostLine, REPORTED_TIMES } from './run-lines.ts';
export {
  buildReport,
  type NotificationReport,
  type RouteReport,
  type Run,
  type RunReport,
  type RunSummary,
  reportFiles,
} from './run-report.ts';
export { type OrderTrace, traceOrder, traceText } from './trace-order.ts';
export { NOT_COUNTED, pricedUsage } from './usage-prices.ts';
