/**
 * Who may look and who may act. A viewer reads the tables, histories, archive and graph that the tools show; an operator
 * may also ask `operate-order` for changes, send signals, re-plan a depot, stop an execution, and keep the book of actions and the board. Both are
 * managed policies, so that an organisation can give them to its own groups, with a role for each that this account's
 * identities may assume.
 */
import { Stack } from 'aws-cdk-lib';
import { AccountPrincipal, ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { NagSuppressions } from 'cdk-nag';
import { Construct } from 'constructs';
import type { FoundationStack } from '../foundation-stack.ts';
import {
  executionArns,
  GEOFENCE_COLLECTION_NAME,
  MACHINE_NAMES,
  machineArn,
  OPERATOR_ROLES,
  ZONE_COLLECTION_NAME,
} from '../names.ts';
import type { OrderFunction } from './order-function.ts';

export interface OperatorRolesProps {
  readonly foundation: FoundationStack;
  readonly archive: Bucket;
  readonly operateOrder: OrderFunction;
  readonly queryGraph: OrderFunction;
  readonly outputs: StringParameter;
}

const MACHINES = Object.keys(MACHINE_NAMES) as (keyof typeof MACHINE_NAMES)[];
const ORDER_MACHINES = ['orderLifecycle', 'orderReplay'] as const;

export class OperatorRoles extends Construct {
  constructor(scope: Construct, id: string, props: OperatorRolesProps) {
    super(scope, id);
    const looking = this.policy('Viewer', OPERATOR_ROLES.viewer, 'Perfect Order: may look', this.lookingAt(props));
    const acting = this.policy('Operator', OPERATOR_ROLES.operator, 'Perfect Order: may change', this.actingOn(props));
    this.role('ViewerRole', OPERATOR_ROLES.viewer, [looking]);
    this.role('OperatorRole', OPERATOR_ROLES.operator, [looking, acting]);
  }

  private lookingAt({ foundation, archive, queryGraph, outputs }: OperatorRolesProps): PolicyStatement[] {
    const { orders, ledger, fleet, planning, routes, positions, idempotency, board, actions } = foundation;
    const tables = [orders, ledger, fleet, planning, routes, positions, idempotency, board, actions];
    const fences = [GEOFENCE_COLLECTION_NAME, ZONE_COLLECTION_NAME];
    const collectionArn = (name: string) =>
      Stack.of(this).formatArn({ service: 'geo', resource: 'geofence-collection', resourceName: name });
    return [
      allowing(['ssm:GetParameter'], [outputs.parameterArn]),
      allowing(
        ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
        [
          ...tables.map(({ tableArn }) => tableArn),
          `${board.tableArn}/index/changes`,
          `${actions.tableArn}/index/byOrder`,
        ],
      ),
      allowing(
        ['dynamodb:Scan'],
        [board, fleet, routes, positions].map(({ tableArn }) => tableArn),
      ),
      allowing(
        ['states:DescribeExecution', 'states:GetExecutionHistory', 'states:DescribeStateMachineForExecution'],
        MACHINES.map((machine) => executionArns(this, machine)),
      ),
      allowing(
        ['states:DescribeStateMachine', 'states:ListExecutions'],
        MACHINES.map((machine) => machineArn(this, machine)),
      ),
      // It reads the graph and changes nothing.
      allowing(['lambda:InvokeFunction'], [queryGraph.functionArn]),
      allowing(['s3:ListBucket'], [archive.bucketArn]),
      allowing(['s3:GetObject'], [archive.arnForObjects('orders/*')]),
      allowing(['geo:ListGeofences', 'geo:GetGeofence'], fences.map(collectionArn)),
      allowing(['kms:Decrypt', 'kms:DescribeKey'], [foundation.key.keyArn]),
    ];
  }

  private actingOn({ foundation, operateOrder }: OperatorRolesProps): PolicyStatement[] {
    const { actions, board, signals, key } = foundation;
    return [
      allowing(['lambda:InvokeFunction'], [operateOrder.functionArn]),
      allowing(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'], [actions.tableArn]),
      // To rebuild the board from the archive and the tables.
      allowing(['dynamodb:PutItem', 'dynamodb:UpdateItem'], [board.tableArn]),
      allowing(['dynamodb:Scan'], [foundation.orders.tableArn, foundation.ledger.tableArn]),
      allowing(['sqs:SendMessage'], [signals.queue.queueArn]),
      allowing(
        ['states:StopExecution'],
        ORDER_MACHINES.map((machine) => executionArns(this, machine)),
      ),
      // Re-plans a depot; the execution acts by the machine's own role.
      allowing(['states:StartExecution'], [machineArn(this, 'routePlanning')]),
      allowing(['kms:GenerateDataKey', 'kms:Encrypt'], [key.keyArn]),
    ];
  }

  private policy(id: string, managedPolicyName: string, description: string, statements: PolicyStatement[]) {
    const policy = new ManagedPolicy(this, id, { managedPolicyName, description, statements });
    NagSuppressions.addResourceSuppressions(policy, [
      {
        id: 'AwsSolutions-IAM5',
        reason: 'Executions and archived orders are named by their orders: any of this product, and of nothing else.',
        appliesTo: [
          { regex: '/^Resource::arn:.*:states:.*:execution:[a-z-]+:\\*$/' },
          { regex: '/^Resource::.*Archive.*/orders/\\*$/' },
        ],
      },
    ]);
    return policy;
  }

  private role(id: string, roleName: string, managedPolicies: ManagedPolicy[]): void {
    new Role(this, id, {
      roleName,
      description: managedPolicies.length > 1 ? 'Perfect Order: operators' : 'Perfect Order: viewers',
      assumedBy: new AccountPrincipal(Stack.of(this).account),
      managedPolicies,
    });
  }
}

const allowing = (actions: string[], resources: string[]): PolicyStatement =>
  new PolicyStatement({ actions, resources });
