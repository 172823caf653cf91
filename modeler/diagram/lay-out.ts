/**
 * Draws a file that has no drawing, as programs write them: each process is laid out by bpmn-auto-layout, and the pools
 * of a collaboration are put one below the other, with the messages between them. What stays undrawn is in the file all
 * the same: text annotations, data and lanes.
 */
import { layoutProcess } from 'bpmn-auto-layout';
import { BpmnModdle } from 'bpmn-moddle';

interface Point {
  x: number;
  y: number;
}

/** The parts of a BPMN model that a drawing is made of. */
interface Part {
  $type: string;
  $parent?: Part;
  id: string;
  rootElements?: Part[];
  diagrams?: Part[];
  plane?: Part;
  planeElement?: Part[];
  bpmnElement?: Part;
  bounds?: Point & { width: number; height: number };
  label?: Part;
  waypoint?: Point[];
  flowElements?: Part[];
  participants?: (Part & { processRef?: Part })[];
  messageFlows?: (Part & { sourceRef?: Part; targetRef?: Part })[];
  sourceRef?: Part;
  targetRef?: Part;
  incoming?: Part[];
  outgoing?: Part[];
  get(name: string): unknown;
}

/** Room for the name of a pool at its left, around what is in it, and between two of them. */
const NAME = 30;
const AROUND = 40;
const BETWEEN = 40;
const EMPTY_POOL = { width: 600, height: 60 };

/** The file with a drawing of its own; throws where it is no BPMN. */
export async function layOut(xml: string): Promise<string> {
  const moddle = new BpmnModdle();
  const read = async (text: string): Promise<Part> => (await moddle.fromXML(text)).rootElement as Part;
  const definitions = await read(xml);
  const roots = definitions.rootElements ?? [];
  const processes = roots.filter(({ $type }) => $type === 'bpmn:Process');
  const collaboration = roots.find(({ $type }) => $type === 'bpmn:Collaboration');
  for (const process of processes) completeFlows(process);

  /** The drawings of a process: its own first, then those of its collapsed sub-processes. */
  const drawn = async (process: Part): Promise<Part[]> => {
    if (!process.flowElements?.length) return [];
    const targetNamespace = 'http://countersign.local/bpmn';
    const alone = moddle.create('bpmn:Definitions', { targetNamespace, rootElements: [process] });
    const { xml: text } = await moddle.toXML(alone);
    return (await read(await layoutProcess(text))).diagrams ?? [];
  };
  const drawings = new Map<string, Part[]>();
  for (const process of processes) drawings.set(process.id, await drawn(process));

  const diagrams = collaboration
    ? [poolsOf(collaboration, drawings, moddle), ...[...drawings.values()].flatMap((all) => all.slice(1))]
    : [...drawings.values()].flat();
  const texts: string[] = [];
  for (const [index, diagram] of diagrams.entries()) {
    diagram.id = `diagram-${String(index + 1)}`;
    texts.push((await moddle.toXML(diagram, { preamble: false })).xml);
  }
  return withDiagrams(xml, texts.join('\n'));
}

/** What the file says stays as it is written; only diagrams that show nothing give way. */
function withDiagrams(xml: string, diagrams: string): string {
  const bare = xml.replace(/<((?:[\w.-]+:)?BPMNDiagram)\b[^>]*(?:\/>|>[\s\S]*?<\/\1\s*>)/g, '');
  const end = /<\/(?:[\w.-]+:)?definitions\s*>\s*(?:<!--[\s\S]*?-->\s*)*$/.exec(bare);
  return end ? `${bare.slice(0, end.index)}${diagrams}\n${bare.slice(end.index)}` : xml;
}

/** The lay-out follows what elements say of their flows, which files may leave out (BPMN 2.0.2, 10.3.1). */
function completeFlows({ flowElements = [] }: Part): void {
  for (const element of flowElements) {
    if (element.flowElements) completeFlows(element);
    if (element.$type !== 'bpmn:SequenceFlow') continue;
    note(element.sourceRef, 'outgoing', element);
    note(element.targetRef, 'incoming', element);
  }
}

function note(node: Part | undefined, name: 'incoming' | 'outgoing', flow: Part): void {
  if (!node) return;
  const known = node.get(name) as Part[];
  if (!known.includes(flow)) known.push(flow);
}

/** The diagram of a collaboration: a pool for each participant, as wide as the widest. */
function poolsOf(collaboration: Part, drawings: ReadonlyMap<string, Part[]>, moddle: BpmnModdle): Part {
  const make = (type: string, values: object): Part => moddle.create(type, values) as Part;
  const elements: Part[] = [];
  const pools: Part[] = [];
  let y = 0;
  let widest = 0;
  for (const participant of collaboration.participants ?? []) {
    const inside = (participant.processRef && drawings.get(participant.processRef.id)?.[0]?.plane)
      ?.planeElement;
    const box = inside?.length ? boxOf(inside) : null;
    if (inside && box) move(inside, { x: NAME + AROUND - box.x, y: y + AROUND - box.y });
    const width = box ? box.width + NAME + 2 * AROUND : EMPTY_POOL.width;
    const height = box ? box.height + 2 * AROUND : EMPTY_POOL.height;
    const bounds = make('dc:Bounds', { x: 0, y, width, height });
    const id = `${participant.id}_di`;
    pools.push(make('bpmndi:BPMNShape', { id, bpmnElement: participant, isHorizontal: true, bounds }));
    elements.push(...(inside ?? []));
    widest = Math.max(widest, width);
    y += height + BETWEEN;
  }
  for (const { bounds } of pools) if (bounds) bounds.width = widest;
  const shapes = new Map([...pools, ...elements].map((shape) => [shape.bpmnElement?.id ?? '', shape]));
  const messages = (collaboration.messageFlows ?? []).flatMap((flow) => {
    const waypoint = between(shapes.get(flow.sourceRef?.id ?? ''), shapes.get(flow.targetRef?.id ?? ''));
    if (!waypoint) return [];
    const points = waypoint.map((point) => make('dc:Point', point));
    return [make('bpmndi:BPMNEdge', { id: `${flow.id}_di`, bpmnElement: flow, waypoint: points })];
  });
  const planeElement = [...pools, ...elements, ...messages];
  const plane = make('bpmndi:BPMNPlane', { id: 'plane-1', bpmnElement: collaboration, planeElement });
  return make('bpmndi:BPMNDiagram', { plane });
}

function boxOf(elements: readonly Part[]): { x: number; y: number; width: number; height: number } {
  const corners = elements.flatMap(({ bounds, waypoint = [] }) =>
    bounds ? [bounds, { x: bounds.x + bounds.width, y: bounds.y + bounds.height }] : waypoint,
  );
  const x = Math.min(...corners.map((point) => point.x));
  const y = Math.min(...corners.map((point) => point.y));
  const right = Math.max(...corners.map((point) => point.x));
  const bottom = Math.max(...corners.map((point) => point.y));
  return { x, y, width: right - x, height: bottom - y };
}

function move(elements: readonly Part[], by: Point): void {
  const points = elements.flatMap(({ bounds, label, waypoint = [] }) => [bounds, label?.bounds, ...waypoint]);
  for (const point of points) {
    if (!point) continue;
    point.x += by.x;
    point.y += by.y;
  }
}

/** The way of a message: from the edge of one shape to that of another below or above it. */
function between(from: Part | undefined, to: Part | undefined): Point[] | null {
  if (!from?.bounds || !to?.bounds) return null;
  const [a, b] = [from.bounds, to.bounds];
  const down = a.y < b.y;
  const start = { x: a.x + a.width / 2, y: down ? a.y + a.height : a.y };
  const end = { x: b.x + b.width / 2, y: down ? b.y : b.y + b.height };
  if (start.x === end.x) return [start, end];
  const middle = (start.y + end.y) / 2;
  return [start, { x: start.x, y: middle }, { x: end.x, y: middle }, end];
}
