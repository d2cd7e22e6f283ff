/**
 * The graph of a state machine with the path that was taken: passed states and edges in colour, what waits pulses,
 * what failed stands out. A click or Enter on a state shows what it took in and gave out.
 */
import '@xyflow/react/dist/style.css';
import './state-graph.css';
import { Box, useComputedColorScheme } from '@mantine/core';
import {
  Background,
  type BuiltInEdge,
  Controls,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react';
import { useMemo } from 'react';
import type { StateVisit } from '../../api/shapes.ts';
import { layoutGraph } from '../../logic/graph-layout.ts';
import {
  type GraphEdge,
  type GraphState,
  graphModel,
  type Standing,
  withoutIdleCatchers,
} from '../../logic/graph-model.ts';
import type { Tone } from '../../logic/vocabulary.ts';
import { EmptyPanel } from '../../parts/panels.tsx';
import { TONE_VARIABLES } from '../../theme.ts';

const STANDING_TONES: Readonly<Record<Standing, Tone>> = {
  unvisited: 'quiet',
  passed: 'good',
  caught: 'warn',
  failed: 'bad',
  open: 'moving',
};
const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  unvisited: 'not reached',
  passed: 'passed',
  caught: 'left by a catcher',
  failed: 'failed',
  open: 'waits here',
};

type StateNode = Node<{ readonly state: GraphState }, 'state'>;

export function StateGraph({
  definition,
  visits,
  isWhole,
  selected,
  onSelect,
}: {
  readonly definition: string;
  readonly visits: readonly StateVisit[];
  /** With the catchers that nothing was caught by. */
  readonly isWhole: boolean;
  readonly selected?: string;
  readonly onSelect: (state: string) => void;
}) {
  const scheme = useComputedColorScheme('light');
  const laid = useMemo(() => {
    try {
      const model = graphModel(definition, visits);
      return layoutGraph(isWhole ? model : withoutIdleCatchers(model));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }, [definition, visits, isWhole]);
  const elements = useMemo(
    () =>
      laid instanceof Error
        ? undefined
        : {
            nodes: nodesOf(laid.nodes, selected),
            edges: laid.edges.map((edge, index) => edgeOf(edge, index, laid.nodes)),
          },
    [laid, selected],
  );
  if (laid instanceof Error || elements === undefined) {
    return (
      <EmptyPanel title="The definition cannot be drawn">
        {laid instanceof Error ? laid.message : ''} The history tab has every event.
      </EmptyPanel>
    );
  }
  return (
    <Box h={560} className="po-graph">
      <ReactFlow
        key={`${isWhole}`}
        nodes={elements.nodes}
        edges={elements.edges}
        nodeTypes={NODE_TYPES}
        onNodeClick={(_, node) => onSelect(node.id)}
        // Enter on a focused state selects it: the keyboard's click.
        onNodesChange={(changes) =>
          changes.find((each) => each.type === 'select' && each.selected && onSelect(each.id))
        }
        colorMode={scheme}
        {...FIXED}
        aria-label="State machine with the path taken"
      >
        <Background gap={22} color="var(--po-line)" />
        <Controls showInteractive={false} />
      </ReactFlow>
    </Box>
  );
}

/** It is looked at, not edited; the wheel scrolls the page. */
const FIXED = {
  nodesDraggable: false,
  nodesConnectable: false,
  edgesFocusable: false,
  deleteKeyCode: null,
  fitView: true,
  fitViewOptions: { padding: 0.1, maxZoom: 1 },
  minZoom: 0.2,
  preventScrolling: false,
  zoomOnScroll: false,
  proOptions: { hideAttribution: true },
} as const;

function nodesOf(placed: ReturnType<typeof layoutGraph>['nodes'], selected: string | undefined): StateNode[] {
  return placed.map(({ id, parent, x, y, width, height, state }) => ({
    id,
    type: 'state',
    position: { x, y },
    width,
    height,
    data: { state },
    selected: id === selected,
    ariaLabel: `${state.name}, ${state.type}, ${STANDING_WORDS[state.standing]}`,
    ...(parent === undefined ? {} : { parentId: parent }),
  }));
}

function edgeOf(
  { from, to, kind, label, taken }: GraphEdge,
  index: number,
  placed: ReturnType<typeof layoutGraph>['nodes'],
): BuiltInEdge {
  const source = placed.find(({ id }) => id === from);
  const target = placed.find(({ id }) => id === to);
  const leadsBack = (target?.y ?? 0) <= (source?.y ?? 0);
  // A way back runs along the side that is nearer to both its ends, not across the ways between.
  const middle = Math.max(0, ...placed.map(({ parent, x, width }) => (parent === undefined ? x + width : 0))) / 2;
  const centre = ((source?.x ?? 0) + (target?.x ?? 0) + (source?.width ?? 0) / 2 + (target?.width ?? 0) / 2) / 2;
  const side = centre <= middle ? 'left' : 'right';
  const isTaken = taken > 0;
  const color = isTaken ? TONE_VARIABLES[kind === 'catch' ? 'warn' : 'good'] : 'var(--po-line)';
  return {
    id: `${from} ${to} ${kind} ${index}`,
    source: from,
    target: to,
    type: 'smoothstep',
    sourceHandle: leadsBack ? `${side}-out` : 'out',
    targetHandle: leadsBack ? `${side}-in` : 'in',
    pathOptions: { borderRadius: 8, offset: leadsBack ? 22 : 14 },
    className: isTaken ? 'po-edge-taken' : 'po-edge',
    style: {
      stroke: isTaken ? color : 'var(--po-quiet)',
      strokeWidth: isTaken ? 2.2 : 1,
      opacity: isTaken ? 1 : 0.45,
      ...(kind === 'catch' ? { strokeDasharray: '5 4' } : {}),
    },
    markerEnd: { type: MarkerType.ArrowClosed, color: isTaken ? color : 'var(--po-quiet)', width: 14, height: 14 },
    ...(isTaken && kind === 'catch' ? { label: `${label}${taken > 1 ? ` ×${taken}` : ''}` } : {}),
    ...(isTaken && kind !== 'catch' && taken > 1 ? { label: `×${taken}` } : {}),
    zIndex: isTaken ? 2 : 0,
  };
}

function StateBox({ data, selected }: NodeProps<StateNode>) {
  const { state } = data;
  return (
    <div
      className="po-state"
      data-standing={state.standing}
      data-selected={selected}
      data-group={state.inner.length > 0}
      style={{ borderLeftColor: TONE_VARIABLES[STANDING_TONES[state.standing]] }}
      title={state.comment}
    >
      <Handle type="target" id="in" position={Position.Top} />
      <Handle type="target" id="left-in" position={Position.Left} />
      <Handle type="target" id="right-in" position={Position.Right} />
      <div className="po-state-name">{state.name}</div>
      <div className="po-state-note">
        {state.type}
        {state.visits.length > 1 ? ` · ${state.visits.length} visits` : ''}
        {state.retries > 0 ? ` · ${state.retries} ${state.retries === 1 ? 'retry' : 'retries'}` : ''}
        {state.standing === 'unvisited' || state.standing === 'passed' ? '' : ` · ${STANDING_WORDS[state.standing]}`}
      </div>
      <Handle type="source" id="out" position={Position.Bottom} />
      <Handle type="source" id="left-out" position={Position.Left} />
      <Handle type="source" id="right-out" position={Position.Right} />
    </div>
  );
}

const NODE_TYPES = { state: StateBox };
