/** Reads a fault plan from JSON. Every problem is told, with the field, its value and what to give instead. */
import { FAULT_KINDS, type FaultPlan, FaultPlanError, type FaultRule } from './plan.ts';

type Fields = Readonly<Record<string, unknown>>;
type Problem = (field: string, value: unknown, remedy: string) => void;
type PlaceKind = keyof typeof FAULT_KINDS;

const RULE_FIELDS = ['id', 'at', 'kind', 'error', 'rate', 'from', 'to', 'per', 'seconds'];
const PLACE_FIELDS: Readonly<Record<PlaceKind, readonly string[]>> = {
  function: ['function', 'containing'],
  service: ['service', 'operation', 'by', 'containing'],
  target: ['target', 'containing'],
};
const NEEDS_ERROR = ['fail', 'refuse'];
const MAY_HAVE_ERROR = [...NEEDS_ERROR, 'throttle', 'lose-answer'];
const NEEDS_SECONDS = ['delay', 'duplicate'];

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Calls whose caller need not hear what came of them, by kind. */
const UNHEARD: Readonly<Record<string, readonly string[]>> = {
  lose: ['sfn:SendTaskSuccess', 'sfn:SendTaskFailure', 'sfn:SendTaskHeartbeat'],
  delay: [
    'sfn:SendTaskSuccess',
    'sfn:SendTaskFailure',
    'sfn:SendTaskHeartbeat',
    'sqs:SendMessage',
    'sqs:SendMessageBatch',
  ],
};

/** @param value parsed JSON. Throws `FaultPlanError`. */
export function parseFaultPlan(value: unknown): FaultPlan {
  const problems: string[] = [];
  const problem: Problem = (field, found, remedy) => {
    problems.push(`${field} = ${JSON.stringify(found) ?? 'nothing'}: ${remedy}`);
  };
  if (!isFields(value)) throw new FaultPlanError([`${JSON.stringify(value)}: give an object with \`rules\``]);
  for (const name of Object.keys(value)) {
    if (name !== 'title' && name !== 'rules')
      problem(name, value[name], 'leave it out: a plan has `title` and `rules`');
  }
  if (value['title'] !== undefined && !isText(value['title'])) problem('title', value['title'], 'give text');
  const rules = value['rules'];
  if (!Array.isArray(rules)) problem('rules', rules, 'give a list of rules');
  else for (const [index, rule] of rules.entries()) checkRule(`rules[${index}]`, rule, problem);
  const ids = Array.isArray(rules) ? rules.map((rule) => (isFields(rule) ? rule['id'] : undefined)) : [];
  for (const id of new Set(ids.filter((id, index) => isText(id) && ids.indexOf(id) !== index)))
    problem('id', id, 'give each rule an id of its own');
  if (problems.length > 0) throw new FaultPlanError(problems);
  return value as unknown as FaultPlan;
}

function checkRule(where: string, rule: unknown, problem: Problem): void {
  if (!isFields(rule)) {
    problem(where, rule, 'give an object');
    return;
  }
  for (const name of Object.keys(rule)) {
    if (!RULE_FIELDS.includes(name))
      problem(`${where}.${name}`, rule[name], `leave it out: a rule has ${RULE_FIELDS.join(', ')}`);
  }
  const { id, at, kind, error, rate, per, seconds } = rule as Partial<Record<keyof FaultRule, unknown>>;
  if (!isText(id)) problem(`${where}.id`, id, 'give text');
  if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1))
    problem(`${where}.rate`, rate, 'give a number from 0 to 1');
  if (per !== undefined && !isText(per)) problem(`${where}.per`, per, 'name a member, e.g. "orderId"');
  for (const moment of ['from', 'to'] as const) {
    const given = rule[moment];
    if (given !== undefined && !isMoment(given))
      problem(`${where}.${moment}`, given, 'give an ISO 8601 time, or seconds since the beginning');
  }
  checkPlace(where, at, kind, problem);
  const needsError = NEEDS_ERROR.includes(String(kind));
  const mayHaveError = MAY_HAVE_ERROR.includes(String(kind));
  if (error === undefined ? needsError : !mayHaveError || !isError(error))
    problem(
      `${where}.error`,
      error,
      `give {"name", "message"}, for a call also "status" from 400 to 599, for ${MAY_HAVE_ERROR.join(', ')} only`,
    );
  const needsSeconds = NEEDS_SECONDS.includes(String(kind));
  if (seconds === undefined ? needsSeconds : !needsSeconds || !isSpan(seconds))
    problem(`${where}.seconds`, seconds, 'give [least, most] for delay and duplicate, and leave it out elsewhere');
}

function checkPlace(where: string, at: unknown, kind: unknown, problem: Problem): void {
  const places = Object.keys(FAULT_KINDS) as PlaceKind[];
  const place = isFields(at) ? places.filter((name) => name in at) : [];
  const [found] = place;
  if (!isFields(at) || found === undefined || place.length > 1) {
    problem(`${where}.at`, at, `give one of ${places.join(', ')}`);
    return;
  }
  for (const [name, value] of Object.entries(at)) {
    if (!PLACE_FIELDS[found].includes(name))
      problem(
        `${where}.at.${name}`,
        value,
        `leave it out: beside ${found} it has ${PLACE_FIELDS[found].slice(1).join(', ')}`,
      );
    else if (!isText(value)) problem(`${where}.at.${name}`, value, 'give text');
  }
  const kinds: readonly string[] = FAULT_KINDS[found];
  if (!kinds.includes(String(kind))) problem(`${where}.kind`, kind, `of a ${found}: give one of ${kinds.join(', ')}`);
  if (found !== 'service') return;
  const allowed = UNHEARD[kind === 'duplicate' ? 'delay' : String(kind)];
  const call = `${String(at['service'])}:${String(at['operation'] ?? '*')}`;
  if (allowed !== undefined && !allowed.includes(call))
    problem(
      `${where}.kind`,
      kind,
      `of ${call}, whose callers need its answer: it can befall ${allowed.join(', ')}, or a target`,
    );
}

const isMoment = (value: unknown): boolean =>
  typeof value === 'number'
    ? value >= 0
    : isText(value) && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));

function isError(value: unknown): boolean {
  if (!isFields(value) || !isText(value['name']) || typeof value['message'] !== 'string') return false;
  const { status = 400, ...rest } = value;
  const isStatus = Number.isInteger(status) && Number(status) >= 400 && Number(status) <= 599;
  return isStatus && Object.keys(rest).length === 2;
}

function isSpan(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [least, most] = value;
  return typeof least === 'number' && typeof most === 'number' && least >= 0 && least <= most && most <= 86_400;
}
