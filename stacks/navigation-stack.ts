/**
 * Step 3 of the guidance, the driver's side: the AppSync API. Drivers sign in through the user pool and are known by
 * their user name, which is the driver id; the backend publishes offers with IAM. There are no API keys.
 */
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AuthorizationType,
  type CfnGraphQLApi,
  Code,
  Definition,
  FieldLogLevel,
  FunctionRuntime,
  GraphqlApi,
  type IGraphqlApi,
  type ISchema,
  UserPoolDefaultAction,
} from 'aws-cdk-lib/aws-appsync';
import {
  CfnUserPoolGroup,
  FeaturePlan,
  Mfa,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { NagSuppressions } from 'cdk-nag';
import type { Construct } from 'constructs';
import { DRIVER_API_SCHEMA } from '../workflows/route-dispatch/driver-api.ts';
import { OrderFunction } from './constructs/order-function.ts';
import { allowAnswering, allowSending, allowTable } from './constructs/permissions.ts';
import { AUTHORIZE_SUBSCRIPTION_CODE, PUBLISH_CODE } from './driver-resolvers.ts';
import { DRIVER_GROUP, machineArn } from './names.ts';
import type { LayerProps } from './stack-props.ts';

/** Fields that `answer-driver` resolves. */
export const DRIVER_FIELDS = [
  ['Query', 'route'],
  ['Mutation', 'acceptRoute'],
  ['Mutation', 'declineRoute'],
  ['Mutation', 'confirmDelivery'],
  ['Mutation', 'reportFailedAttempt'],
] as const;

const driverSchema: ISchema = {
  bind: (api) => ({ apiId: (api as IGraphqlApi).apiId, definition: DRIVER_API_SCHEMA }),
};

export class NavigationStack extends Stack {
  readonly driverApi: GraphqlApi;

  constructor(scope: Construct, id: string, props: LayerProps) {
    super(scope, id, props);
    const drivers = this.createUserPool();
    const client = this.createClient(drivers);
    this.driverApi = this.createApi(drivers);
    this.resolveByLambda(props);
    this.resolveWithoutSource();
    new CfnOutput(this, 'DriverApiUrl', { value: this.driverApi.graphqlUrl });
    new CfnOutput(this, 'DriverApiId', { value: this.driverApi.apiId });
    new CfnOutput(this, 'UserPoolId', { value: drivers.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: client.userPoolClientId });
  }

  private createUserPool(): UserPool {
    const pool = new UserPool(this, 'Drivers', {
      selfSignUpEnabled: false,
      signInAliases: { username: true },
      signInCaseSensitive: true,
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      deletionProtection: true,
    });
    NagSuppressions.addResourceSuppressions(pool, [
      {
        id: 'AwsSolutions-COG2',
        reason:
          'Drivers sign in on devices of the depot; a one-time password is offered, and risky sign-ins are blocked.',
      },
    ]);
    new CfnUserPoolGroup(this, 'DriversGroup', {
      userPoolId: pool.userPoolId,
      groupName: DRIVER_GROUP,
      description: 'May be offered routes. The user name is the driver id.',
    });
    return pool;
  }

  private createClient(pool: UserPool): UserPoolClient {
    return pool.addClient('DriverApp', {
      authFlows: { userSrp: true, adminUserPassword: true },
      disableOAuth: true,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.hours(16),
    });
  }

  private createApi(pool: UserPool): GraphqlApi {
    const logRole = new Role(this, 'DriverApiLogRole', { assumedBy: new ServicePrincipal('appsync.amazonaws.com') });
    const api = new GraphqlApi(this, 'DriverApi', {
      name: 'perfect-order-drivers',
      definition: Definition.fromSchema(driverSchema),
      authorizationConfig: {
        defaultAuthorization: {
          authorizationType: AuthorizationType.USER_POOL,
          userPoolConfig: { userPool: pool, defaultAction: UserPoolDefaultAction.ALLOW },
        },
        additionalAuthorizationModes: [{ authorizationType: AuthorizationType.IAM }],
      },
      xrayEnabled: true,
      queryDepthLimit: 6,
    });
    // Set on the resource: the construct's own setting would bring a custom resource with it.
    const resource = api.node.defaultChild as CfnGraphQLApi;
    resource.logConfig = {
      fieldLogLevel: FieldLogLevel.ERROR,
      excludeVerboseContent: false,
      cloudWatchLogsRoleArn: logRole.roleArn,
    };
    // AppSync logs to the group of this name; made here so that it has a retention.
    const logGroup = new LogGroup(this, 'DriverApiLogs', {
      logGroupName: `/aws/appsync/apis/${api.apiId}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    logRole.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    return api;
  }

  private resolveByLambda({ foundation, bundles }: LayerProps): void {
    const answerDriver = new OrderFunction(this, 'answer-driver', {
      guard: foundation.guard,
      bundles,
      description: 'Takes what a driver says about a route that was offered to or accepted by that driver.',
      timeout: Duration.seconds(15),
    });
    allowTable(answerDriver, foundation.routes, 'GetItem', 'UpdateItem');
    allowTable(answerDriver, foundation.orders, 'GetItem', 'BatchGetItem');
    allowSending(answerDriver, foundation.signals.queue, 'SIGNALS_QUEUE_URL');
    allowAnswering(
      answerDriver,
      machineArn(this, 'routeDispatch'),
      'SendTaskSuccess',
      'SendTaskFailure',
      'SendTaskHeartbeat',
    );

    const source = this.driverApi.addLambdaDataSource('AnswerDriver', answerDriver);
    for (const [typeName, fieldName] of DRIVER_FIELDS) {
      source.createResolver(`${typeName}-${fieldName}`, { typeName, fieldName });
    }
    NagSuppressions.addResourceSuppressions(
      source,
      [
        {
          id: 'AwsSolutions-IAM5',
          reason: 'AppSync invokes one function; the star stands for its versions and aliases.',
          appliesTo: [{ regex: '/^Resource::<AnswerDriverFunction.*\\.Arn>:\\*$/' }],
        },
      ],
      true,
    );
  }

  private resolveWithoutSource(): void {
    const none = this.driverApi.addNoneDataSource('Publish');
    for (const fieldName of ['publishOffer', 'publishRouteChange']) {
      none.createResolver(`Mutation-${fieldName}`, {
        typeName: 'Mutation',
        fieldName,
        runtime: FunctionRuntime.JS_1_0_0,
        code: Code.fromInline(PUBLISH_CODE),
      });
    }
    for (const fieldName of ['onRouteOffered', 'onRouteChanged']) {
      none.createResolver(`Subscription-${fieldName}`, {
        typeName: 'Subscription',
        fieldName,
        runtime: FunctionRuntime.JS_1_0_0,
        code: Code.fromInline(AUTHORIZE_SUBSCRIPTION_CODE),
      });
    }
  }
}
