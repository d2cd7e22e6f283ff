/**
 * The one list of resource types that exist in the region by name only: they give `Ref` and `Fn::GetAtt` values that
 * look like AWS's and do nothing, because what they stand for (networks, keys, log groups, alarms) has no effect on how
 * an order moves. Every property of these types is accepted.
 */
export interface InertContext {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Hexadecimal id, deterministic from stack and logical id. */
  readonly id: string;
}

export interface InertType {
  readonly ref: (context: InertContext) => string;
  readonly attributes?: Readonly<Record<string, (context: InertContext) => string>>;
}

const text = (context: InertContext, property: string): string => String(context.properties[property] ?? context.name);
const arn = (service: string, context: InertContext, resource: string): string =>
  `arn:aws:${service}:${context.region}:${context.accountId}:${resource}`;

const byId = (prefix: string, attributes: InertType['attributes'] = {}): InertType => ({
  ref: ({ id }) => `${prefix}-${id}`,
  attributes: { Id: ({ id }) => `${prefix}-${id}`, ...attributes },
});

const uuidOf = ({ id }: InertContext): string => `${id.slice(0, 8)}-${id.slice(8, 12)}-4000-8000-${id.slice(5, 17)}`;

export const INERT_TYPES: Readonly<Record<string, InertType>> = {
  'AWS::CDK::Metadata': { ref: ({ name }) => name },
  'AWS::CloudFormation::WaitConditionHandle': { ref: ({ name }) => name },

  'AWS::KMS::Key': {
    ref: uuidOf,
    attributes: { Arn: (context) => arn('kms', context, `key/${uuidOf(context)}`), KeyId: uuidOf },
  },
  'AWS::KMS::Alias': { ref: (context) => text(context, 'AliasName') },

  'AWS::Logs::LogGroup': {
    ref: (context) => text(context, 'LogGroupName'),
    attributes: { Arn: (context) => arn('logs', context, `log-group:${text(context, 'LogGroupName')}:*`) },
  },
  'AWS::Logs::ResourcePolicy': { ref: (context) => text(context, 'PolicyName') },
  'AWS::Logs::MetricFilter': { ref: ({ name }) => name },

  'AWS::CloudWatch::Alarm': {
    ref: (context) => text(context, 'AlarmName'),
    attributes: { Arn: (context) => arn('cloudwatch', context, `alarm:${text(context, 'AlarmName')}`) },
  },
  'AWS::CloudWatch::CompositeAlarm': {
    ref: (context) => text(context, 'AlarmName'),
    attributes: { Arn: (context) => arn('cloudwatch', context, `alarm:${text(context, 'AlarmName')}`) },
  },
  'AWS::CloudWatch::Dashboard': { ref: (context) => text(context, 'DashboardName') },
  'AWS::XRay::Group': { ref: (context) => arn('xray', context, `group/${text(context, 'GroupName')}`) },
  'AWS::XRay::ResourcePolicy': { ref: (context) => text(context, 'PolicyName') },

  'AWS::EC2::VPC': byId('vpc', {
    VpcId: ({ id }) => `vpc-${id}`,
    CidrBlock: ({ properties }) => String(properties['CidrBlock'] ?? '10.0.0.0/16'),
    DefaultSecurityGroup: ({ id }) => `sg-default-${id}`,
    DefaultNetworkAcl: ({ id }) => `acl-${id}`,
  }),
  'AWS::EC2::Subnet': byId('subnet', {
    SubnetId: ({ id }) => `subnet-${id}`,
    AvailabilityZone: ({ properties, region }) => String(properties['AvailabilityZone'] ?? `${region}a`),
  }),
  'AWS::EC2::SecurityGroup': byId('sg', {
    GroupId: ({ id }) => `sg-${id}`,
    VpcId: ({ properties }) => String(properties['VpcId']),
  }),
  'AWS::EC2::SecurityGroupIngress': byId('sgr'),
  'AWS::EC2::SecurityGroupEgress': byId('sgr'),
  'AWS::EC2::RouteTable': byId('rtb', { RouteTableId: ({ id }) => `rtb-${id}` }),
  'AWS::EC2::Route': byId('r'),
  'AWS::EC2::SubnetRouteTableAssociation': byId('rtbassoc'),
  'AWS::EC2::InternetGateway': byId('igw', { InternetGatewayId: ({ id }) => `igw-${id}` }),
  'AWS::EC2::VPCGatewayAttachment': byId('IGW'),
  'AWS::EC2::EIP': byId('eipalloc', { AllocationId: ({ id }) => `eipalloc-${id}`, PublicIp: () => '198.51.100.1' }),
  'AWS::EC2::NatGateway': byId('nat', { NatGatewayId: ({ id }) => `nat-${id}` }),
  'AWS::EC2::VPCEndpoint': byId('vpce'),
  'AWS::EC2::FlowLog': byId('fl'),

  'AWS::Neptune::DBSubnetGroup': { ref: (context) => text(context, 'DBSubnetGroupName') },
  'AWS::Neptune::DBParameterGroup': { ref: (context) => text(context, 'Name') },
  'AWS::Neptune::DBClusterParameterGroup': { ref: (context) => text(context, 'Name') },

  'AWS::ECR::Repository': {
    ref: (context) => text(context, 'RepositoryName'),
    attributes: {
      Arn: (context) => arn('ecr', context, `repository/${text(context, 'RepositoryName')}`),
      RepositoryUri: (context) =>
        `${context.accountId}.dkr.ecr.${context.region}.amazonaws.com/${text(context, 'RepositoryName')}`,
    },
  },

  'AWS::Lambda::Permission': { ref: ({ name }) => name },
};
