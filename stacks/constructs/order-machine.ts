/**
 * A state machine as this product runs them: Standard, JSONata, every event with its data in its log group, traces, an
 * alarm on executions that failed. Its role may call what the definition names and nothing else.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  DefinitionBody,
  type IChainable,
  LogLevel,
  QueryLanguage,
  StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';
import type { Guard } from './guarded-queue.ts';

export interface OrderMachineProps {
  readonly guard: Guard;
  readonly machineName: string;
  readonly definition: IChainable;
  /** Ends an execution that nothing else ended. */
  readonly timeout: Duration;
}

export class OrderMachine extends StateMachine {
  constructor(scope: Construct, id: string, props: OrderMachineProps) {
    super(scope, id, {
      stateMachineName: props.machineName,
      stateMachineType: StateMachineType.STANDARD,
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(props.definition),
      timeout: props.timeout,
      tracingEnabled: true,
      logs: {
        level: LogLevel.ALL,
        includeExecutionData: true,
        destination: new LogGroup(scope, `${id}Logs`, {
          // Under this prefix the log service needs no growing resource policy.
          logGroupName: `/aws/vendedlogs/states/${props.machineName}`,
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      },
    });
    this.metricFailed({ period: Duration.minutes(5) })
      .createAlarm(this, 'FailedAlarm', {
        alarmDescription: `Executions of ${props.machineName} failed: read their history, repair, redrive.`,
        threshold: 0,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      })
      .addAlarmAction(new SnsAction(props.guard.alarmTopic));
    NagSuppressions.addResourceSuppressions(
      this.role,
      [
        {
          id: 'AwsSolutions-IAM5',
          reason: 'Log delivery, X-Ray and the listing of ECS tasks have no resources to name.',
          appliesTo: ['Resource::*'],
        },
        {
          id: 'AwsSolutions-IAM5',
          reason: 'The machine invokes named functions; the star stands for their versions and aliases.',
          appliesTo: [{ regex: '/^Resource::.*Function.*:\\*$/' }],
        },
        {
          id: 'AwsSolutions-IAM5',
          reason: "The CDK's grant on an encrypted queue names both forms of GenerateDataKey, on the one key.",
          appliesTo: ['Action::kms:GenerateDataKey*'],
        },
      ],
      true,
    );
  }
}
