/**
 * Opens files in viewers and the editor. They are read as the server reads them, so that what the editor writes back is
 * what the file said; of several diagrams in a file (BPMN 2.0.2 §12.2.1) the one that is asked for is opened.
 */
import { readXml, type MetaModel } from '@countersign/engine';
import type { ModdleElement } from './diagram-js.js';
import { drawable } from './drawable.js';

/** A diagram of a file that shows a process or a collaboration, not the inside of a sub-process. */
export interface DiagramChoice {
  readonly id: string;
  readonly name: string;
  readonly diagram: ModdleElement;
}

/** What was opened. */
export interface OpenedFile {
  readonly diagrams: readonly DiagramChoice[];
  /** The one that is shown. */
  readonly shown: string;
  /** Whether the file had no drawing and was laid out. */
  readonly isLaidOut: boolean;
  /** What of the file was left out, as sentences: it would be gone with the first save. */
  readonly leftOut: readonly string[];
}

/** What viewers and the editor have of bpmn-js for files. */
interface Opener {
  importXML(xml: string): Promise<{ warnings: unknown[] }>;
  open(diagram: object): Promise<unknown>;
  getDefinitions(): object | undefined;
}

/** What bpmn-js warns of: the reader by a property, the drawing by an element. */
interface Warning {
  readonly message?: string;
  readonly element?: ModdleElement;
  readonly property?: string;
  readonly value?: unknown;
}

/** Opens a file; with the id of a process, at the diagram that shows it. */
export async function openFile(opener: Opener, xml: string, processId?: string): Promise<OpenedFile> {
  readAsServer(opener);
  const drawing = await drawable(xml);
  const { warnings } = await opener.importXML(drawing.xml);
  const diagrams = choicesOf(opener.getDefinitions() as ModdleElement);
  const wanted =
    processId === undefined ? undefined : diagrams.find(({ diagram }) => shows(diagram, processId));
  const first = diagrams[0];
  if (wanted && wanted !== first) await opener.open(wanted.diagram);
  const leftOut = (warnings as Warning[]).flatMap((warning) => sentenceOf(warning) ?? []);
  return {
    diagrams,
    shown: (wanted ?? first)?.id ?? '',
    isLaidOut: drawing.isLaidOut,
    leftOut: [...new Set(leftOut)],
  };
}

/** bpmn-js asks its metamodel to read a file; ours reads more of it (ids in every script, for one). */
function readAsServer(opener: object): void {
  const { _moddle: moddle } = opener as { _moddle: MetaModel & { fromXML: unknown } };
  moddle.fromXML = (xml: string, typeName: string) => {
    const reading = readXml(moddle, xml, typeName);
    if (reading.ok) return Promise.resolve(reading.document);
    return Promise.reject(Object.assign(new Error(reading.reason), { warnings: [] }));
  };
}

function choicesOf(definitions: ModdleElement): DiagramChoice[] {
  return list(definitions.get('diagrams')).flatMap((diagram, index) => {
    const element = planeElement(diagram);
    if (element && !/^bpmn:(Process|Collaboration|Choreography)$/.test(element.$type)) return [];
    const name = diagram.name || (element && nameOf(element)) || diagram.id || String(index + 1);
    return [{ id: diagram.id || String(index), name, diagram }];
  });
}

function shows(diagram: ModdleElement, processId: string): boolean {
  const element = planeElement(diagram);
  if (element?.id === processId) return true;
  return list(element?.get('participants')).some(
    (participant) => (participant.get('processRef') as ModdleElement | undefined)?.id === processId,
  );
}

function planeElement(diagram: ModdleElement): ModdleElement | undefined {
  const plane = diagram.get('plane') as ModdleElement | undefined;
  return plane?.get('bpmnElement') as ModdleElement | undefined;
}

/** A collaboration is called by its participants. */
function nameOf(element: ModdleElement): string {
  const participants = list(element.get('participants')).map(({ name, id }) => name || id);
  return element.name || participants.join(', ') || element.id;
}

function list(value: unknown): ModdleElement[] {
  return Array.isArray(value) ? (value as ModdleElement[]) : [];
}

/** Attributes that are only unknown are kept: they are written back as they are. */
function sentenceOf({ message = '', element, property, value }: Warning): string | null {
  if (message.startsWith('unknown attribute')) return null;
  if (!message.startsWith('unresolved reference') || !element) return message;
  const what = (property ?? 'reference').replace(/^\w+:/, '');
  return `${ownerOf(element)}: ${what} “${String(value)}”`;
}

function ownerOf(element: ModdleElement): string {
  const { id, $type, $parent } = element as ModdleElement & { $parent?: ModdleElement };
  const isPart = $type.endsWith('EventDefinition') || !id;
  return (isPart && $parent ? $parent.id : id) || $type.replace(/^\w+:/, '');
}
