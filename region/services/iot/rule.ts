/** Topic rules: the SQL that selects from messages, and the actions that receive what it selected. */
import { UnknownToRegionError } from '../../errors.ts';
import { isObject, knownFields, optionalString, requiredString } from '../eventbridge/known-fields.ts';
import { compileTemplate, type Expression, ExpressionParser, type Message } from './expression.ts';
import { compileFilter, type TopicFilter } from './topic.ts';

export interface Selection {
  readonly filter: TopicFilter;
  /** True when the message passes `WHERE`. */
  readonly admits: (message: Message) => boolean;
  readonly select: (message: Message) => unknown;
}

export type RuleAction =
  | {
      readonly kind: 'kinesis';
      readonly streamName: string;
      readonly partitionKey: (message: Message) => string;
      readonly roleArn: string;
    }
  | { readonly kind: 'lambda'; readonly functionArn: string }
  | { readonly kind: 'sqs'; readonly queueUrl: string; readonly roleArn: string };

export interface TopicRule {
  readonly name: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly selection: Selection;
  readonly actions: readonly RuleAction[];
  readonly errorAction: RuleAction | undefined;
}

export function parseRule(name: string, arn: string, payload: unknown, where: string): TopicRule {
  const fields = knownFields(
    payload,
    ['Sql', 'Actions', 'ErrorAction', 'RuleDisabled', 'AwsIotSqlVersion', 'Description'],
    `${where}.TopicRulePayload`,
  );
  const actions = fields['Actions'];
  if (!Array.isArray(actions)) throw new UnknownToRegionError('Actions', where, 'give a list');
  return {
    name,
    arn,
    enabled: String(fields['RuleDisabled'] ?? false) !== 'true',
    selection: parseSql(requiredString(fields, 'Sql', where), where),
    actions: actions.map((action) => parseAction(action, where)),
    errorAction: fields['ErrorAction'] === undefined ? undefined : parseAction(fields['ErrorAction'], where),
  };
}

function parseAction(value: unknown, where: string): RuleAction {
  const action = knownFields(value, ['Kinesis', 'Lambda', 'Sqs'], `${where}.Action`);
  if (action['Kinesis'] !== undefined) {
    const fields = knownFields(action['Kinesis'], ['StreamName', 'PartitionKey', 'RoleArn'], `${where}.Kinesis`);
    return {
      kind: 'kinesis',
      streamName: requiredString(fields, 'StreamName', where),
      partitionKey: compileTemplate(optionalString(fields, 'PartitionKey') ?? '${newuuid()}', where),
      roleArn: requiredString(fields, 'RoleArn', where),
    };
  }
  if (action['Lambda'] !== undefined) {
    const fields = knownFields(action['Lambda'], ['FunctionArn'], `${where}.Lambda`);
    return { kind: 'lambda', functionArn: requiredString(fields, 'FunctionArn', where) };
  }
  const fields = knownFields(action['Sqs'], ['QueueUrl', 'RoleArn', 'UseBase64'], `${where}.Sqs`);
  if (String(fields['UseBase64'] ?? false) === 'true') {
    throw new UnknownToRegionError('UseBase64', where, 'leave it out or set it to false');
  }
  return {
    kind: 'sqs',
    queueUrl: requiredString(fields, 'QueueUrl', where),
    roleArn: requiredString(fields, 'RoleArn', where),
  };
}

/** `SELECT columns FROM 'filter' [WHERE condition]`. Throws `UnknownToRegionError` for what it cannot read. */
export function parseSql(sql: string, where: string): Selection {
  const parser = new ExpressionParser(sql, `${where}: ${sql}`);
  parser.expect('SELECT');
  let all = false;
  const columns: { readonly name: string; readonly value: Expression }[] = [];
  do {
    if (parser.accept('*')) {
      all = true;
      continue;
    }
    const named = parser.next.kind === 'word' ? parser.next.text : undefined;
    const value = parser.expression();
    const alias = parser.accept('AS') ? parser.take().text : named;
    if (alias === undefined) throw parser.error('a column without a name');
    columns.push({ name: alias, value });
  } while (parser.accept(','));
  parser.expect('FROM');
  const filter = parser.take();
  if (filter.kind !== 'string') throw parser.error('FROM without a topic filter in quotes');
  const condition = parser.accept('WHERE') ? parser.expression() : undefined;
  parser.end();
  return {
    filter: compileFilter(filter.text),
    admits: (message) => condition === undefined || condition(message) === true,
    select: (message) => {
      const selected: Record<string, unknown> = all && isObject(message.body) ? { ...message.body } : {};
      for (const { name, value } of columns) {
        const result = value(message);
        if (result !== undefined) selected[name] = result;
      }
      return selected;
    },
  };
}
