/** What an operator does to orders and fleets: place, watch, trace, replay, audit and report, through the AWS SDK alone. */

export type {
  GraphAnswers,
  OrderOutcome,
} from '../workflows/route-planning/graph-queries.ts';
export { ActionBook, type NewAction } from './actions/action-book.ts';
export {
  type ArchiveProgress,
  type ArchiveSource,
  daysOf,
  deployedArchive,
} from './audit/archive-source.ts';
export { type AuditOptions, audit, verifyArchive } from './audit/audit.ts';
export { auditCsv } from './audit/csv.ts';
export { auditHtml } from './audit/html.ts';
export { auditMarkdown } from './audit/markdown.ts';
export {
  type ReportSection,
  reportNotes,
  reportSections,
  reportTitle,
  verificationSection,
} from './audit/report-sections.ts';
export { type Board, type BoardChange, type BoardOptions, openBoard } from './board/board.ts';
export { mapPicture } from './board/map-picture.ts';
export { type Connection, connectAws } from './connect-aws.ts';
export { type AwsAccess, type Deployed, type OperatorTime, openDeployed, type Target } from './deployed.ts';
export { countTransitions, ExecutionBook } from './execution-book.ts';
export { type ExecutionHistory, historyFiles, orderHistories } from './execution-histories.ts';
export { FleetBook, shiftedFleet } from './fleet-book.ts';
export { GeofenceBook } from './geofences.ts';
export {
  coDelivered,
  driversWhoKnow,
  ordersOfVehicle,
  planAgainstDriven,
  routeOfOrder,
} from './graph/graph-queries.ts';
export { requireOperator, whoAmI } from './identity.ts';
export { MatrixBook } from './matrix-book.ts';
export type { ActionRecord, AmendRequest, CancelRequest, Identity, OperatorRole } from './model/actions.ts';
export type { AuditReport } from './model/audit.ts';
export type { MapDepot, MapFence, MapPicture, MapRoute, MapStop, MapVehicle } from './model/map.ts';
export {
  type BoardSummary,
  type BreachView,
  type FailureView,
  ORDER_SORTS,
  type OrderPage,
  type OrderQuery,
  type OrderRow,
  type OrderSort,
  type OrderView,
  type PromiseState,
  type WaitView,
} from './model/orders.ts';
export type { ReplannedRoute, ReplanReport } from './model/replan.ts';
export type {
  FailureGroup,
  JobMode,
  ReplayForecast,
  ReplayItem,
  ReplayItemState,
  ReplayJob,
  ReplayMode,
} from './model/replay.ts';
export type {
  EtaSample,
  ExecutionView,
  HistoryEventView,
  NotificationView,
  OrderEventView,
  OrderTraceView,
  SignalView,
  StateAttempt,
  StateVisit,
  TimelineEntry,
} from './model/trace.ts';
export type { RemedyKind, StuckKind, StuckWait } from './model/waits.ts';
export { type NewestExecution, newestExecution } from './newest-execution.ts';
export { OPERATION_ERRORS, OperationError, type OperationErrorCode, operationErrorOf } from './operation-error.ts';
export { OrderBook, type OrderBookContent, type OrderEventItem, type OrderGlance } from './order-book.ts';
export { type OrderLine, readOrderLines, shiftedLine } from './order-lines.ts';
export { amendOrder, cancelOrder } from './orders/change-order.ts';
export { type LedgerView, ledgerView } from './orders/ledger-view.ts';
export { Intake, type LocalRefusal, type Placed } from './place-orders.ts';
export { type RebuildOptions, type Rebuilt, rebuildBoard } from './rebuild-board.ts';
export { type ReplanProgress, replanDepot } from './replan/replan-depot.ts';
export { type FailureFilter, failureGroups } from './replay/failure-groups.ts';
export { forecastReplay } from './replay/forecast.ts';
export { freezeSelection, type SelectionRequest } from './replay/freeze-selection.ts';
export {
  type ItemPage,
  type MayResume,
  type ReplayProgress,
  type RunOptions,
  replayItems,
  replayJob,
  replayJobs,
  runReplay,
} from './replay/run-replay.ts';
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
export { enclosingVisits } from './spans/enclosing-visits.ts';
export { type OrderSpansOptions, orderSpans } from './spans/order-spans.ts';
export { type OtlpSender, type OtlpTarget, openOtlp } from './spans/otlp-export.ts';
export type { SpanData } from './spans/span-model.ts';
export { executionView, type HistoryPage, historyPage } from './trace/execution-view.ts';
export { traceOrder } from './trace/trace-view.ts';
export { NOT_COUNTED, pricedUsage } from './usage-prices.ts';
export { applyRemedy, type RemedyRequest } from './waits/remedy.ts';
export { stuckWaits } from './waits/stuck-waits.ts';
