/**
 * The optimised service integrations of Step Functions: which actions there are and how they may be called. `aws-sdk`
 * integrations are open: any action of any service, by request-response or with a task token.
 */
import type { TaskPattern } from '../terms.ts';

type Patterns = readonly TaskPattern[];
const CALL: Patterns = ['requestResponse'];
const TOKEN: Patterns = ['requestResponse', 'waitForTaskToken'];
const JOB: Patterns = ['requestResponse', 'sync'];
const ALL: Patterns = ['requestResponse', 'sync', 'waitForTaskToken'];

const INTEGRATIONS: Readonly<Record<string, Readonly<Record<string, Patterns>>>> = {
  apigateway: { invoke: TOKEN },
  athena: { startQueryExecution: JOB, stopQueryExecution: CALL, getQueryExecution: CALL, getQueryResults: CALL },
  batch: { submitJob: ALL },
  bedrock: { invokeModel: CALL, createModelCustomizationJob: JOB },
  codebuild: { startBuild: JOB, stopBuild: CALL, batchDeleteBuilds: CALL, batchGetReports: CALL, startBuildBatch: JOB },
  databrew: { startJobRun: JOB },
  dynamodb: { getItem: CALL, putItem: CALL, deleteItem: CALL, updateItem: CALL },
  ecs: { runTask: ALL },
  eks: { createCluster: JOB, deleteCluster: JOB, createNodegroup: JOB, deleteNodegroup: JOB, runJob: JOB, call: CALL },
  elasticmapreduce: {
    createCluster: JOB,
    terminateCluster: JOB,
    addStep: JOB,
    cancelStep: CALL,
    setClusterTerminationProtection: CALL,
    modifyInstanceFleetByName: CALL,
    modifyInstanceGroupByName: CALL,
  },
  'emr-containers': { createVirtualCluster: CALL, deleteVirtualCluster: JOB, startJobRun: JOB },
  'emr-serverless': {
    createApplication: JOB,
    startApplication: JOB,
    stopApplication: JOB,
    deleteApplication: JOB,
    startJobRun: JOB,
    cancelJobRun: JOB,
  },
  events: { putEvents: TOKEN },
  glue: { startJobRun: JOB },
  http: { invoke: CALL },
  lambda: { invoke: TOKEN },
  mediaconvert: { createJob: JOB },
  sagemaker: {
    createTrainingJob: JOB,
    createTransformJob: JOB,
    createLabelingJob: JOB,
    createProcessingJob: JOB,
    createHyperParameterTuningJob: JOB,
    createModel: CALL,
    createEndpointConfig: CALL,
    createEndpoint: CALL,
    updateEndpoint: CALL,
  },
  sns: { publish: TOKEN },
  sqs: { sendMessage: TOKEN },
  states: { startExecution: ['requestResponse', 'sync', 'sync2', 'waitForTaskToken'] },
};

export function isIntegration(service: string, action: string, pattern: TaskPattern): boolean {
  if (service.startsWith('aws-sdk:')) return TOKEN.includes(pattern);
  const actions = Object.hasOwn(INTEGRATIONS, service) ? INTEGRATIONS[service] : undefined;
  const patterns = actions !== undefined && Object.hasOwn(actions, action) ? actions[action] : undefined;
  return patterns?.includes(pattern) === true;
}
