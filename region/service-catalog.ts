/** The services that every region has, in the order in which they are created and started. */
import type { Roads } from '../roads/index.ts';
import type { CorePorts } from './core-ports.ts';
import type { PolicyStore } from './iam/policy-store.ts';
import type { Service } from './service.ts';
import { createAppSync } from './services/appsync/index.ts';
import { createCognito } from './services/cognito/index.ts';
import { createDynamoDb } from './services/dynamodb/index.ts';
import { createEcs } from './services/ecs/index.ts';
import { createEventBridge } from './services/eventbridge/index.ts';
import { createGeoRoutes } from './services/georoutes/index.ts';
import { createIam } from './services/iam/index.ts';
import { createIot, type IotServices } from './services/iot/index.ts';
import { createKinesis } from './services/kinesis/index.ts';
import { createLambda } from './services/lambda/index.ts';
import { createLocation } from './services/location/index.ts';
import { createNeptune } from './services/neptunedata/index.ts';
import { createPipes } from './services/pipes/index.ts';
import { createS3 } from './services/s3/index.ts';
import type { StepFunctionsSettings } from './services/sfn/engine-host.ts';
import { createStepFunctions } from './services/sfn/index.ts';
import { createSns } from './services/sns/index.ts';
import { createSqs } from './services/sqs/index.ts';
import { createSsm } from './services/ssm/index.ts';
import { createSts } from './services/sts/index.ts';

/** The control plane of IoT, with the MQTT front door for what is simulated in the same process. */
export interface IotService extends Service {
  readonly connect: IotServices['connect'];
}

/** @param portsFor the ports of the service with this name; its chance depends on the name alone */
export function createServices(
  portsFor: (name: string) => CorePorts,
  policies: PolicyStore,
  stepFunctions: StepFunctionsSettings = {},
  roads?: Roads,
): readonly Service[] {
  const cognito = createCognito(portsFor('cognito'));
  const iot = createIot(portsFor('iot'));
  const iotControl: IotService = { ...iot.control, connect: iot.connect };
  return [
    createIam(portsFor('iam').accountId, policies),
    createDynamoDb(portsFor('dynamodb')),
    createSqs(portsFor('sqs')),
    createSns(portsFor('sns')),
    createKinesis(portsFor('kinesis')),
    createS3(portsFor('s3')),
    createEventBridge(portsFor('eventbridge')),
    createLambda(portsFor('lambda')),
    createEcs(portsFor('ecs')),
    createStepFunctions(portsFor('sfn'), stepFunctions),
    createPipes(portsFor('pipes')),
    cognito,
    createAppSync(portsFor('appsync'), (token) => cognito.verify(token)),
    iotControl,
    iot.dataPlane,
    createLocation(portsFor('location')),
    createGeoRoutes(portsFor('georoutes'), roads),
    createNeptune(portsFor('neptunedata')),
    createSsm(portsFor('ssm')),
    createSts(portsFor('sts')),
  ];
}
