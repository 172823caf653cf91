/** Reads the diagram of a process (BPMN 2.0.2 §12, BPMN DI): where its shapes and edges stand, and what they show. */
import { readXmlSlowly, withPauses } from '@countersign/engine';
import { BpmnModdle } from 'bpmn-moddle';
import { inSlices } from '../../reading/slices.js';

const metamodel = new BpmnModdle();

/** A rectangle in the units of the diagram. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A point in the units of the diagram. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A shape. `type` is the element's name in the BPMN schema, such as `userTask`. */
export interface Shape extends Box {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly label: Box | null;
  /** What triggers an event, such as `timer`; `multiple` where several do. */
  readonly trigger: string | null;
  /** Whether an event interrupts, as boundary and start events of event sub-processes do unless they say no. */
  readonly interrupts: boolean;
  readonly isExpanded: boolean;
  readonly isEventSubProcess: boolean;
  readonly isHorizontal: boolean;
  /** The marker of a loop: repeated one after the other, at once, or while a condition holds. */
  readonly loop: 'parallel' | 'sequential' | 'standard' | null;
}

/** A connection between shapes. */
export interface Edge {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly points: readonly Point[];
  readonly label: Box | null;
  readonly isDefault: boolean;
}

/** One plane of a file, drawn on its own. */
export interface Diagram {
  readonly bounds: Box;
  readonly shapes: readonly Shape[];
  readonly edges: readonly Edge[];
}

/** What is used of the reader's elements. Only names that the BPMN schema gives are looked at. */
interface Moddle {
  readonly $type?: string;
  readonly id?: string;
  readonly name?: unknown;
  readonly text?: unknown;
  readonly [property: string]: unknown;
}

/** The plane that shows the process with this id; null where the file draws none. Throws where it is no BPMN. */
export async function readDiagram(xml: string, processId: string): Promise<Diagram | null> {
  const reading = await withPauses(readXmlSlowly(metamodel, xml, 'bpmn:Definitions', true), inSlices());
  if (!reading.ok) throw new Error(reading.reason);
  const planes = list((reading.document.rootElement as unknown as Moddle).diagrams).map((diagram) =>
    one(diagram.plane),
  );
  const shows = (plane: Moddle | null): boolean => {
    const element = one(plane?.bpmnElement);
    if (element?.id === processId) return true;
    return list(element?.participants).some((participant) => one(participant.processRef)?.id === processId);
  };
  const plane = planes.find(shows);
  if (!plane) return null;
  const parts = list(plane.planeElement);
  const shapes = parts.filter((part) => part.$type === 'bpmndi:BPMNShape').flatMap(toShape);
  const edges = parts.filter((part) => part.$type === 'bpmndi:BPMNEdge').flatMap(toEdge);
  return shapes.length === 0 ? null : { bounds: boundsOf(shapes, edges), shapes, edges };
}

function toShape(part: Moddle): Shape[] {
  const element = one(part.bpmnElement);
  const box = toBox(one(part.bounds));
  if (!element?.id || !box) return [];
  const triggers = [...list(element.eventDefinitions), ...list(element.eventDefinitionRef)].map(typeOf);
  const loop = one(element.loopCharacteristics);
  return [
    {
      ...box,
      id: element.id,
      type: typeOf(element),
      name: textOf(element.name ?? element.text),
      label: toBox(one(one(part.label)?.bounds)),
      trigger: triggers.length > 1 ? 'multiple' : (triggers.at(0)?.replace('EventDefinition', '') ?? null),
      interrupts: element.cancelActivity !== false && element.isInterrupting !== false,
      isExpanded: part.isExpanded !== false,
      isEventSubProcess: element.triggeredByEvent === true,
      isHorizontal: part.isHorizontal !== false,
      loop:
        loop &&
        (typeOf(loop) === 'standardLoopCharacteristics'
          ? 'standard'
          : loop.isSequential === true
            ? 'sequential'
            : 'parallel'),
    },
  ];
}

function toEdge(part: Moddle): Edge[] {
  const element = one(part.bpmnElement);
  const points = list(part.waypoint).map(({ x, y }) => ({ x: Number(x), y: Number(y) }));
  if (!element?.id || points.length < 2 || points.some(({ x, y }) => !isPlace(x) || !isPlace(y))) return [];
  const source = one(element.sourceRef);
  return [
    {
      id: element.id,
      type: typeOf(element),
      name: textOf(element.name),
      points,
      label: toBox(one(one(part.label)?.bounds)),
      isDefault: one(source?.default)?.id === element.id,
    },
  ];
}

/** Beyond this a place is no diagram any more, and drawing it would only hang. */
const FARTHEST = 100_000;

function isPlace(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= FARTHEST;
}

function toBox(bounds: Moddle | null): Box | null {
  if (!bounds) return null;
  const [x, y, width, height] = [bounds.x, bounds.y, bounds.width, bounds.height].map(Number);
  return [x, y, width, height].every(isPlace) && width >= 0 && height >= 0 ? { x, y, width, height } : null;
}

function boundsOf(shapes: readonly Shape[], edges: readonly Edge[]): Box {
  const labels = [...shapes, ...edges].flatMap(({ label }) => label ?? []);
  const boxes: Box[] = [...shapes, ...labels];
  const points = [
    ...boxes,
    ...boxes.map(({ x, y, width, height }) => ({ x: x + width, y: y + height })),
    ...edges.flatMap((edge) => edge.points),
  ];
  const least = (of: (point: Point) => number): number =>
    points.reduce((min, point) => Math.min(min, of(point)), Infinity);
  const x = least((point) => point.x);
  const y = least((point) => point.y);
  return { x, y, width: -least((point) => -point.x) - x, height: -least((point) => -point.y) - y };
}

/** `bpmn:UserTask` is `userTask`. */
function typeOf({ $type = '' }: Moddle): string {
  const name = $type.slice($type.indexOf(':') + 1);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function one(value: unknown): Moddle | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Moddle) : null;
}

function list(value: unknown): Moddle[] {
  return Array.isArray(value)
    ? value.flatMap((item: unknown): Moddle[] => {
        const found = one(item);
        return found ? [found] : [];
      })
    : [];
}
