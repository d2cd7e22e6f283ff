/** Invoked by the operators' tools: one question to the graph of routes, answered. It may read there and nothing else. */
import { NeptunedataClient } from '@aws-sdk/client-neptunedata';
import { readConfig } from '../platform/config.ts';
import { askGraph, graphUrl } from '../platform/graph/graph-client.ts';
import { count, lambda, logger } from '../platform/powertools.ts';
import type { AskGraph } from './graph-rows.ts';
import { queryGraph } from './query-graph.ts';

const { graphEndpoint } = readConfig('graphEndpoint');
const client = new NeptunedataClient({ endpoint: graphUrl(graphEndpoint) });
const ask = ((text, parameters) => askGraph(client, text, parameters)) as AskGraph;

export const handler = lambda(async (event: unknown) => {
  const answer = await queryGraph(event, { ask });
  count('GraphQuestions');
  logger.info('graph asked', { question: event, rows: answer.rows.length, truncated: answer.truncated });
  return answer;
});
