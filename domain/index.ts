/**
 * Order delivery as pure logic: the order and its statuses, the service level and the perfect-order verdict, fences,
 * ETAs, route planning, planning waves and the cost model. No AWS, no clock, no input or output: time comes in as
 * milliseconds or ISO 8601 text, chance as a seed.
 */
export {
  type AnsweredWait,
  ARCHIVE_SCHEMA_VERSION,
  type ArchivedEvent,
  type ArchivedOrder,
  type ArchivedSignal,
  type ParsedArchive,
  parseArchived,
} from './archive/archived-order.ts';
export { canonicalJson } from './archive/canonical-json.ts';
export {
  archiveKey,
  archivePrefix,
  CHAIN_START,
  type ChainHead,
  type ChainLink,
  type ChainPlace,
  chainEvents,
  chainName,
  placeAfter,
  recordHash,
  sealRecord,
  stagedHash,
  stagedKey,
  stagedPrefix,
} from './archive/chain.ts';
export {
  type ArchiveState,
  type ChainFault,
  type ChainVerification,
  type Inspection,
  inspectObject,
  verifyChains,
} from './archive/verify-chains.ts';
export { costPerOrder, type ServiceCost, totalDollars, unitPrice } from './cost/cost-per-order.ts';
export { UNIT_PRICES, type UnitPrice, type UsageUnit } from './cost/prices.ts';
export {
  predictEtas,
  type RemainingStop,
  type RoutePrediction,
  type RouteProgress,
  type StopEta,
} from './eta/predict.ts';
export {
  DEFAULT_PROMISE_POLICY,
  type EtaNotice,
  type EtaSample,
  type PromiseEvaluation,
  type PromisePolicy,
  type PromiseTrack,
  promiseState,
} from './eta/promise-state.ts';
export {
  DEFAULT_FENCE_POLICY,
  evaluateFix,
  exitRadiusMeters,
  type Fence,
  type FencePolicy,
  type FenceTransition,
  type Fix,
  type FixEvaluation,
  type VehicleFenceState,
} from './geo/fences.ts';
export { bearingDegrees, haversineMeters, interpolate, type Position } from './geo/position.ts';
export {
  type CircleZone,
  type ParsedZones,
  type ZoneCollection,
  type ZoneFeature,
  zonesFromGeoJson,
  zonesToCollection,
  zoneToFeature,
} from './geo/zones.ts';
export { fleetJsonSchema, type JsonSchema, orderJsonSchema } from './order/json-schema.ts';
export { byteLength } from './order/json-text.ts';
export {
  type Depot,
  type Fleet,
  fleetSchema,
  ORDER_ID_PATTERN,
  type Order,
  orderLoad,
  orderSchema,
  positionSchema,
  TIERS,
  type Tier,
  type Vehicle,
} from './order/order.ts';
export { type ParsedFleet, parseFleet } from './order/parse-fleet.ts';
export {
  checkDepot,
  duplicateRefusal,
  MAX_ORDER_BYTES,
  orderContentKey,
  type ParsedOrder,
  parseOrder,
} from './order/parse-order.ts';
export {
  amendPromise,
  committedWindow,
  type Initiator,
  newPromise,
  type OrderPromise,
  type PromiseWindow,
} from './order/promise.ts';
export { canMove, isTerminal, ORDER_STATUSES, type OrderStatus, statusesBefore } from './order/status.ts';
export { createPrng, type Prng } from './random.ts';
export { type Refusal, type RefusalCode, refusalsOf } from './refusal.ts';
export { checkPlan } from './routing/check-plan.ts';
export {
  type ComparedPlan,
  comparePlans,
  type PlanDifference,
  type StopChange,
  type StopChangeKind,
} from './routing/compare-plans.ts';
export { groupStops, relaxOverdueWindows, type StopRequest } from './routing/group-stops.ts';
export { type InsertionAnswer, type InsertionOption, insertionOptions } from './routing/insertion-options.ts';
export { Island } from './routing/island.ts';
export {
  type BrokenConstraint,
  CAPACITY_DIMENSIONS,
  type DriverBreak,
  type PlannedBreak,
  type PlannedReload,
  type PlannedRoute,
  type PlannedStop,
  type RoutingConstraint,
  type RoutingEffort,
  type RoutingObjective,
  type RoutingPlan,
  type RoutingProblem,
  type RoutingStop,
  type RoutingVehicle,
  type TimeWindowMs,
  type TravelMatrix,
  type UnassignedReason,
  type UnassignedStop,
} from './routing/port.ts';
export { prepareModel } from './routing/prepare-model.ts';
export {
  bestOf,
  finish,
  isLeftBehind,
  MEETING_SHARES,
  planOfSolution,
  solveRoutes,
  solveWithPauses,
} from './routing/solve.ts';
export type { Standing } from './routing/standing.ts';
export { auditOf } from './sla/audit.ts';
export {
  AUDIT_DIMENSIONS,
  type AuditDimension,
  type AuditMetric,
  type AuditRequest,
  type AuditSlice,
} from './sla/audit-model.ts';
export {
  type AuditTarget,
  isHigherBetter,
  type JudgedTarget,
  judgeTargets,
  targetNames,
} from './sla/audit-targets.ts';
export {
  SLA_POLICIES,
  type SlaPolicy,
  STAGES,
  type Stage,
  type StageBudget,
  slaPolicy,
  stageDeadline,
  stageOfStatus,
} from './sla/policy.ts';
export {
  type Percentiles,
  type PerfectOrderSummary,
  percentile,
  percentiles,
  perfectOrderSummary,
} from './sla/summary.ts';
export {
  type DeliveredItem,
  DOCUMENT_KINDS,
  type DocumentKind,
  type ProofOfDelivery,
  VERDICT_CODES,
  VERDICT_PARTS,
  type Verdict,
  type VerdictCode,
  type VerdictPart,
  type VerdictReason,
  type VerdictRecord,
  verdict,
} from './sla/verdict.ts';
export { isoOf, msOf } from './time.ts';
export {
  DEFAULT_WAVE_POLICY,
  type DepotVehicle,
  type Hopelessness,
  isHopeless,
  isWaveDue,
  type PendingRequest,
  type WaveDecision,
  type WavePolicy,
  type WaveVehicle,
} from './wave/wave.ts';
export { isWaveOf, waveIdOf } from './wave/wave-id.ts';
